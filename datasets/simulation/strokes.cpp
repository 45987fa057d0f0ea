// SPDX-License-Identifier: Apache-2.0
#include "datasets/simulation/strokes.h"
#include "datasets/simulation/noise.h"
#include <numbers>

namespace revisit::simulation {

Grid distanceTo(const std::vector<Point>& line, const Frame& frame, double reachM)
{
    const auto reach = static_cast<float>(reachM);
    Grid squared(static_cast<std::size_t>(frame.cells()), reach * reach);
    const double half = static_cast<double>(frame.n) / 2;
    const auto column = [&](double x) {
        return std::clamp<std::int64_t>(std::lround(x / frame.stepM + half), 0, frame.n);
    };
    const auto row = [&](double y) {
        return std::clamp<std::int64_t>(std::lround(half - y / frame.stepM), 0, frame.n);
    };
    for (std::size_t k = 0; k + 1 < line.size(); ++k) {
        const Point a = line[k], b = line[k + 1];
        const std::int64_t i0 = column(std::min(a.x, b.x) - reachM), i1 = column(std::max(a.x, b.x) + reachM);
        const std::int64_t j0 = row(std::max(a.y, b.y) + reachM), j1 = row(std::min(a.y, b.y) - reachM);
        const auto ex = static_cast<float>(b.x - a.x), ey = static_cast<float>(b.y - a.y);
        const float scale = 1 / std::max(1e-6f, ex * ex + ey * ey);
        for (std::int64_t j = j0; j < j1; ++j) {
            const auto dy = static_cast<float>(frame.y(j) - a.y);
            const auto x0 = static_cast<float>(frame.x(0) - a.x), step = static_cast<float>(frame.stepM);
            float* cells = squared.data() + j * frame.n;
            for (std::int64_t i = i0; i < i1; ++i) {
                const float dx = x0 + step * static_cast<float>(i);
                const float t = std::min(1.f, std::max(0.f, (dx * ex + dy * ey) * scale));
                const float qx = dx - t * ex, qy = dy - t * ey;
                cells[i] = std::min(cells[i], qx * qx + qy * qy);
            }
        }
    }
    for (float& cell : squared) cell = std::sqrt(cell);
    return squared;
}

std::vector<Point> meander(const Frame& frame, const Axis& axis, double waveM, double swing, std::uint64_t key)
{
    const double step = waveM / 40, phase = 2 * std::numbers::pi * chance(key, 1);
    const double reach = frame.reachM() + waveM;
    const auto heading = [&](double s) { // swings that differ from bend to bend, on a wandering axis
        const double bend = swing * (1 + 0.35 * std::sin(2 * std::numbers::pi * s / (waveM * 2.7) + phase * 3));
        return bend * std::sin(2 * std::numbers::pi * s / waveM + phase) +
               0.3 * std::sin(s / (waveM * 1.7) + phase * 5);
    };
    std::vector<Point> line;
    for (const int side : {-1, 1}) {
        double u = 0, v = 0;
        for (double s = 0; std::hypot(u, v) < reach && s < 12 * reach; s += step) {
            u += side * step * std::cos(heading(side * s));
            v += side * step * std::sin(heading(side * s));
            line.push_back({u * axis.east + v * axis.north, u * axis.north - v * axis.east});
        }
        if (side < 0) std::reverse(line.begin(), line.end());
    }
    return line;
}

std::vector<Point> road(const Frame& frame, const Axis& axis, double offsetM, double waveM, double bend,
                        std::uint64_t key)
{
    const double reach = frame.reachM() + std::abs(offsetM), phase = 2 * std::numbers::pi * chance(key, 1);
    const double step = std::max(waveM / 24, 2 * reach / 400);
    std::vector<Point> line;
    for (double u = -reach; u < reach + step; u += step) {
        const double v = offsetM + bend * (std::sin(2 * std::numbers::pi * u / waveM + phase) - std::sin(phase));
        line.push_back({u * axis.east + v * axis.north, u * axis.north - v * axis.east});
    }
    return line;
}

} // namespace revisit::simulation

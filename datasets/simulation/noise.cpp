// SPDX-License-Identifier: Apache-2.0
#include "datasets/simulation/noise.h"
#include <numbers>

namespace revisit::simulation {

namespace {

struct Gradient {
    float x, y;
};

Gradient gradientAt(std::int64_t column, std::int64_t row, std::uint64_t key)
{
    const double angle =
        2 * std::numbers::pi * chance(key, static_cast<std::uint64_t>(column), static_cast<std::uint64_t>(row));
    // unit gradients have a deviation of about 0.29
    return {static_cast<float>(3.4 * std::cos(angle)), static_cast<float>(3.4 * std::sin(angle))};
}

float fade(float t) { return t * t * t * (t * (t * 6 - 15) + 10); }

} // namespace

void addNoise(Grid& grid, const Frame& frame, double waveM, double amplitude, std::uint64_t key)
{
    const auto strength = static_cast<float>(amplitude * std::clamp(waveM / frame.stepM - 2, 0.0, 1.0));
    if (strength == 0) return;
    const double shiftX = chance(key, 1), shiftY = chance(key, 2); // no lattice line runs through all centres
    const double u0 = frame.x(0) / waveM + shiftX, du = frame.stepM / waveM;
    const auto first = static_cast<std::int64_t>(std::floor(u0));
    const auto last = static_cast<std::int64_t>(std::floor(u0 + du * static_cast<double>(frame.n - 1)));
    const auto knots = static_cast<std::size_t>(last - first + 2);
    std::vector<Gradient> south(knots), north(knots);
    std::vector<std::int64_t> begins(knots); // the first column of each lattice cell
    for (std::size_t k = 0; k < knots; ++k)
        begins[k] = std::clamp<std::int64_t>(
            static_cast<std::int64_t>(std::ceil((static_cast<double>(first) + static_cast<double>(k) - u0) / du)), 0,
            frame.n);
    begins.back() = frame.n;
    std::int64_t latticeRow = std::numeric_limits<std::int64_t>::min();
    for (std::int64_t j = 0; j < frame.n; ++j) {
        const double v = frame.y(j) / waveM + shiftY;
        const auto row = static_cast<std::int64_t>(std::floor(v));
        if (row != latticeRow) {
            latticeRow = row;
            for (std::size_t k = 0; k < knots; ++k) {
                south[k] = gradientAt(first + static_cast<std::int64_t>(k), row, key);
                north[k] = gradientAt(first + static_cast<std::int64_t>(k), row + 1, key);
            }
        }
        const auto fy = static_cast<float>(v - static_cast<double>(row));
        const float sy = fade(fy);
        float* cells = grid.data() + j * frame.n;
        for (std::size_t k = 0; k + 1 < knots; ++k) {
            const Gradient a = south[k], b = south[k + 1], c = north[k], d = north[k + 1];
            // along a row of a lattice cell each corner's ramp is linear: offset + slope * fx
            const float a0 = a.y * fy, b0 = b.y * fy - b.x, c0 = c.y * (fy - 1), d0 = d.y * (fy - 1) - d.x;
            const float left0 = strength * (a0 + sy * (c0 - a0)), left1 = strength * (a.x + sy * (c.x - a.x));
            const float right0 = strength * (b0 + sy * (d0 - b0)), right1 = strength * (b.x + sy * (d.x - b.x));
            const auto start = static_cast<float>(u0 - static_cast<double>(first + static_cast<std::int64_t>(k)));
            const auto step = static_cast<float>(du);
            for (std::int64_t i = begins[k]; i < begins[k + 1]; ++i) {
                const float fx = start + step * static_cast<float>(i);
                const float left = left0 + left1 * fx;
                cells[i] += left + fade(fx) * (right0 + right1 * fx - left);
            }
        }
    }
}

Grid fractal(const Frame& frame, double waveM, int octaves, double gain, std::uint64_t key)
{
    Grid grid(static_cast<std::size_t>(frame.cells()));
    double amplitude = 1, power = 0;
    for (int i = 0; i < octaves; ++i, amplitude *= gain) power += amplitude * amplitude;
    amplitude = 1 / std::sqrt(power);
    for (int i = 0; i < octaves; ++i, amplitude *= gain, waveM /= 2)
        addNoise(grid, frame, waveM, amplitude, hash(key, static_cast<std::uint64_t>(i)));
    return grid;
}

} // namespace revisit::simulation

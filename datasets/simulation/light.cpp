// SPDX-License-Identifier: Apache-2.0
#include "datasets/simulation/light.h"
#include "datasets/simulation/noise.h"
#include <numbers>

namespace revisit::simulation {

namespace {

constexpr double kRadians = std::numbers::pi / 180;

// Lowers `surface` to how far each cell lies below the edge of the shadow that falls on it (0 in the sun), line by line
// away from the sun: one step per cell, however long the shadows.
Grid shadowDepth(const Grid& top, const Frame& frame, const Sun& sun)
{
    const Axis to(sun.azimuthDeg);
    const bool byRows = std::abs(to.north) >= std::abs(to.east);
    const std::int64_t n = frame.n, lineStride = byRows ? n : 1, cellStride = byRows ? 1 : n;
    const double main = byRows ? -to.north : to.east, side = byRows ? to.east : -to.north; // in rows, columns
    const double shift = side / std::abs(main);
    const auto whole = static_cast<std::int64_t>(std::floor(shift));
    const auto part = static_cast<float>(shift - std::floor(shift));
    const auto fall = static_cast<float>(frame.stepM / std::abs(main) * std::tan(sun.elevationDeg * kRadians));
    Grid edge(top); // the height below which a cell is in shadow, or its own top
    Grid depth(top.size());
    for (std::int64_t l = 1; l < n; ++l) {
        const std::int64_t line = main > 0 ? n - 1 - l : l, before = main > 0 ? line + 1 : line - 1;
        const float* from = edge.data() + before * lineStride;
        const std::int64_t first = std::max<std::int64_t>(0, -whole), last = std::min(n, n - 1 - whole);
        for (std::int64_t c = first; c < last; ++c) {
            const float a = from[(c + whole) * cellStride], b = from[(c + whole + 1) * cellStride];
            const auto k = static_cast<std::size_t>(line * lineStride + c * cellStride);
            const float shadow = a + part * (b - a) - fall;
            depth[k] = std::max(0.f, shadow - top[k]);
            edge[k] = std::max(top[k], shadow);
        }
    }
    return depth;
}

} // namespace

Grid sunlight(const Surface& surface, const std::vector<Appearance>& appearances,
              const std::vector<std::uint32_t>& states, const Sun& sun)
{
    const std::int64_t n = surface.frame.n;
    Grid top(surface.groundM.size()), shape(surface.groundM.size());
    for (std::size_t k = 0; k < top.size(); ++k) {
        const Appearance& look = appearances[states[k]];
        const float height = surface.heightM[k] * look.heightScale;
        top[k] = surface.groundM[k] + height;
        shape[k] = surface.groundM[k] + (look.rough ? 0.75f * height : 0.f);
    }
    Grid light = shadowDepth(top, surface.frame, sun);
    const Axis to(sun.azimuthDeg);
    const auto slope = static_cast<float>(1 / std::tan(sun.elevationDeg * kRadians));
    const auto east = static_cast<float>(to.east) * slope, north = static_cast<float>(to.north) * slope;
    const auto scale = static_cast<float>(0.5 / surface.frame.stepM);
    for (std::int64_t j = 0; j < n; ++j) {
        const float* row = shape.data() + j * n;
        const float* above = shape.data() + std::max<std::int64_t>(0, j - 1) * n;
        const float* below = shape.data() + std::min(n - 1, j + 1) * n;
        float* out = light.data() + j * n;
        for (std::int64_t i = 0; i < n; ++i) {
            const float dx = (row[std::min(n - 1, i + 1)] - row[std::max<std::int64_t>(0, i - 1)]) * scale;
            const float dy = (above[i] - below[i]) * scale;
            // the cosine of incidence over that of level ground
            const float facing = (1 - dx * east - dy * north) / std::sqrt(1 + dx * dx + dy * dy);
            const float lit = 1 - std::min(1.f, out[i] * 0.4f);
            out[i] = lit * std::min(2.2f, std::max(0.f, facing));
        }
    }
    return light;
}

Clouds cloudsOf(const Setting& setting, const Frame& pixels, const Look& look, const Sun& sun)
{
    Clouds clouds;
    if (look.cloudCover <= 0) return clouds;
    const std::uint64_t key = hash(setting.key, 600, static_cast<std::uint64_t>(look.dayOfYear));
    const double waveM = 350 + 900 * chance(key, 1), baseM = 160 + 420 * chance(key, 2);
    clouds.opacity = fractal(pixels, waveM, 6, 0.55, key);
    // the threshold that leaves the share that was asked for
    Grid sorted = clouds.opacity;
    const auto count = static_cast<std::ptrdiff_t>(sorted.size());
    const auto rank =
        std::clamp<std::ptrdiff_t>(std::lround((1 - look.cloudCover) * static_cast<double>(count)), 0, count - 1);
    std::nth_element(sorted.begin(), sorted.begin() + rank, sorted.end());
    const float threshold = look.cloudCover >= 1 ? -99 : sorted[static_cast<std::size_t>(rank)];
    const double softness = 0.18 + 0.25 * chance(key, 3);
    Frame shifted = pixels; // the cloud that shades a place stands towards the sun from it
    const Axis to(sun.azimuthDeg);
    const double away = std::min(baseM / std::tan(sun.elevationDeg * kRadians), 2500.0);
    shifted.eastM += away * to.east;
    shifted.northM += away * to.north;
    clouds.shade = fractal(shifted, waveM, 6, 0.55, key);
    for (Grid* grid : {&clouds.opacity, &clouds.shade})
        for (float& cell : *grid) cell = static_cast<float>(smoothstep(-softness, softness, cell - threshold));
    return clouds;
}

Atmosphere atmosphereOf(double haze, const Sun& sun)
{
    constexpr double kNanometres[] = {443, 490, 560, 665, 705, 740, 783, 842, 865, 945, 1610, 2190};
    const double path = 1 / std::sin(sun.elevationDeg * kRadians);
    Atmosphere air;
    for (std::size_t b = 0; b < kBands; ++b) {
        const double relative = kNanometres[b] / 550;
        const double aerosol = haze * std::pow(relative, -1.3); // Angstrom's law with the exponent of continental haze
        const double molecules = 0.098 * std::pow(relative, -4.08);
        const double scattered = 1 - std::exp(-(0.5 * molecules + 0.35 * aerosol) * path);
        air.sky[b] = static_cast<float>(std::min(0.9, 0.03 + scattered));
        // correction to surface reflectance leaves part of the haze in (Sen2Cor's error is about 0.1 of optical depth)
        air.transmission[b] = static_cast<float>(std::exp(-0.12 * aerosol * (1 + std::min(path, 3.0))));
        air.path[b] = static_cast<float>(0.075 * aerosol * std::min(path, 3.0) / 1.4);
    }
    return air;
}

} // namespace revisit::simulation

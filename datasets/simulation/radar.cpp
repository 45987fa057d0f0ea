// SPDX-License-Identifier: Apache-2.0
#include "datasets/simulation/noise.h"
#include "datasets/simulation/render.h"

namespace revisit::simulation {

namespace {

// Fully developed speckle: intensity times a gamma variate of mean 1 and variance 1 / looks, as the mean of so many
// exponentials (Goodman 1976).
float speckle(std::uint64_t& state, int looks)
{
    double sum = 0, product = 1;
    for (int i = 0; i < looks; ++i) {
        state = hash(state, 1);
        product *= (static_cast<double>(state >> 11) + 0.5) * 0x1p-53;
        if (i % 8 == 7 || i == looks - 1) sum -= std::log(product), product = 1;
    }
    return static_cast<float>(sum / looks);
}

} // namespace

void renderRadar(const Setting& setting, const Surface& surface, const Frame& pixels, const Look& look, int looks,
                 std::span<float> out)
{
    const auto appearances = appearancesOf(setting, surface, look);
    const auto states = statesOf(surface, look);
    const std::int64_t n = pixels.n, wide = surface.frame.n;
    const auto cells = static_cast<std::size_t>(n * n);
    // Sentinel-1 looks to the right of its near-polar course, down at about 38 degrees from the vertical
    const double lookDeg = look.ascending ? 78 : 282, incidence = 38 * 0.017453292519943295;
    const Axis away(lookDeg);
    const std::int64_t sideStep = look.ascending ? 1 : -1;
    // walls along the satellite's course return most (a wall that is turned away reflects past it)
    const double turned = std::remainder(setting.orientationDeg - lookDeg, 90) * 0.017453292519943295;
    const auto bounce = static_cast<float>(1 + 4 * std::pow(std::cos(2 * turned), 4));
    const double warm = setting.climate.temperatureC(look.dayOfYear);
    const float melting = static_cast<float>(smoothstep(-1, 2, warm));
    const auto depth = static_cast<float>(look.snowDepthCm);
    const auto sinLook = static_cast<float>(std::sin(incidence)), tanLook = static_cast<float>(std::tan(incidence));
    const auto east = static_cast<float>(away.east), north = static_cast<float>(away.north);
    std::uint64_t draws = hash(setting.key, 800, static_cast<std::uint64_t>(look.dayOfYear));
    for (std::int64_t j = 0; j < n; ++j)
        for (std::int64_t i = 0; i < n; ++i) {
            float vv = 0, vh = 0;
            for (std::int64_t part = 0; part < 4; ++part) {
                const std::int64_t row = 2 * j + part / 2, column = 2 * i + part % 2;
                const auto k = static_cast<std::size_t>(row * wide + column);
                const Appearance& a = appearances[states[k]];
                float v = a.vv, h = a.vh;
                const auto behind =
                    static_cast<std::size_t>(row * wide + std::clamp<std::int64_t>(column + sideStep, 0, wide - 1));
                const Appearance& wall = appearances[states[behind]];
                if (wall.walls && !a.walls)
                    v += bounce * std::min(3.f, surface.heightM[behind] / 8), h += 0.12f * bounce;
                if (depth > 0) { // wet snow absorbs, dry snow is all but transparent (Nagler & Rott 2000)
                    const float white = a.snow * snowShare(depth * surface.snow[k]) * melting;
                    v *= 1 - 0.68f * white;
                    h *= 1 - 0.68f * white;
                }
                vv += v;
                vh += h;
            }
            // slopes that face the radar are foreshortened: more ground in a cell of slant range, up to layover
            const auto z = [&](std::int64_t row, std::int64_t column) {
                return surface.groundM[static_cast<std::size_t>(std::clamp<std::int64_t>(row, 0, wide - 1) * wide +
                                                                std::clamp<std::int64_t>(column, 0, wide - 1))];
            };
            const auto span = static_cast<float>(4 * surface.frame.stepM);
            const float rise = east * (z(2 * j, 2 * i + 3) - z(2 * j, 2 * i - 1)) / span +
                               north * (z(2 * j - 1, 2 * i) - z(2 * j + 3, 2 * i)) / span;
            const float local =
                (tanLook - rise) / std::sqrt(1 + rise * rise) * (sinLook / tanLook); // sine of the local incidence
            const float area = sinLook / std::max(0.12f, local);
            const float shadow = rise < -1 / tanLook ? 0.03f : 1.f; // no ray gets there
            const auto pixel = static_cast<std::size_t>(j * n + i);
            draws += 0x9e3779b97f4a7c15ull;
            std::uint64_t state = draws;
            const float scale = 0.25f * std::min(8.f, area) * shadow;
            out[pixel] = 10 * std::log10(scale * vv * speckle(state, looks) + 1e-4f);
            out[cells + pixel] = 10 * std::log10(scale * vh * speckle(state, looks) + 5e-5f);
        }
}

} // namespace revisit::simulation

// SPDX-License-Identifier: Apache-2.0
#include "datasets/simulation/light.h"
#include "datasets/simulation/noise.h"
#include "datasets/simulation/render.h"
#include <numeric>

namespace revisit::simulation {

namespace {

// Pixels a side of each band's own, against those of the 10 m bands.
constexpr std::int64_t kCoarseness[kBands] = {6, 1, 1, 1, 2, 2, 2, 1, 2, 6, 2, 2};

// The telescope blurs the sharpest bands: a modulation of about 0.3 at the shortest waves, with the pixel's own.
void blur(std::span<float> band, std::int64_t n)
{
    constexpr float side = 0.12f, middle = 1 - 2 * side;
    Grid copy(band.begin(), band.end());
    for (std::int64_t j = 0; j < n; ++j) {
        const float* row = copy.data() + j * n;
        float* out = band.data() + j * n;
        out[0] = (1 - side) * row[0] + side * row[1];
        out[n - 1] = (1 - side) * row[n - 1] + side * row[n - 2];
        for (std::int64_t i = 1; i < n - 1; ++i) out[i] = middle * row[i] + side * (row[i - 1] + row[i + 1]);
    }
    copy.assign(band.begin(), band.end());
    for (std::int64_t j = 0; j < n; ++j) {
        const float* row = copy.data() + j * n;
        const float* above = copy.data() + std::max<std::int64_t>(0, j - 1) * n;
        const float* below = copy.data() + std::min(n - 1, j + 1) * n;
        float* out = band.data() + j * n;
        for (std::int64_t i = 0; i < n; ++i) out[i] = middle * row[i] + side * (above[i] + below[i]);
    }
}

void coarsen(std::span<float> band, std::int64_t n, std::int64_t block)
{
    for (std::int64_t j = 0; j < n; j += block)
        for (std::int64_t i = 0; i < n; i += block) {
            const std::int64_t bottom = std::min(n, j + block), right = std::min(n, i + block);
            float sum = 0;
            for (std::int64_t y = j; y < bottom; ++y)
                sum = std::accumulate(&band[static_cast<std::size_t>(y * n + i)],
                                      &band[static_cast<std::size_t>(y * n + right - 1)] + 1, sum);
            const float mean = sum / static_cast<float>((bottom - j) * (right - i));
            for (std::int64_t y = j; y < bottom; ++y)
                std::fill(&band[static_cast<std::size_t>(y * n + i)],
                          &band[static_cast<std::size_t>(y * n + right - 1)] + 1, mean);
        }
}

// The reflectance of the ground under sun and sky into `out`.
void ground(const Surface& surface, const std::vector<Appearance>& looks, const std::vector<std::uint32_t>& states,
            const Grid& light, const Spectrum& sky, const Clouds& clouds, const Look& look, const Spectrum& snow,
            std::int64_t n, std::span<float> out)
{
    const std::int64_t wide = surface.frame.n;
    const auto depth = static_cast<float>(look.snowDepthCm);
    for (std::int64_t j = 0; j < n; ++j)
        for (std::int64_t i = 0; i < n; ++i) {
            float all[kBands] = {}, lit[kBands] = {};
            for (std::int64_t part = 0; part < 4; ++part) {
                const auto k = static_cast<std::size_t>((2 * j + part / 2) * wide + 2 * i + part % 2);
                const Appearance& a = looks[states[k]];
                const float vigour = surface.vigour[k], bright = surface.bright[k], sun = light[k];
                if (depth > 0) {
                    const float white = a.snow * snowShare(depth * surface.snow[k]);
                    for (std::size_t b = 0; b < kBands; ++b) {
                        const float bare = std::max(0.f, a.mean[b] + vigour * a.slope[b]) * bright;
                        const float r = bare + white * (snow[b] - bare);
                        all[b] += r;
                        lit[b] += r * sun;
                    }
                } else
                    for (std::size_t b = 0; b < kBands; ++b) {
                        const float r = std::max(0.f, a.mean[b] + vigour * a.slope[b]) * bright;
                        all[b] += r;
                        lit[b] += r * sun;
                    }
            }
            const auto pixel = static_cast<std::size_t>(j * n + i);
            const float clear = clouds.shade.empty() ? 1 : 1 - 0.82f * clouds.shade[pixel];
            for (std::size_t b = 0; b < kBands; ++b)
                out[b * static_cast<std::size_t>(n * n) + pixel] =
                    0.25f * (sky[b] * all[b] + (1 - sky[b]) * clear * lit[b]);
        }
}

} // namespace

void renderOptical(const Setting& setting, const Surface& surface, const Frame& pixels, const Look& look,
                   std::span<float> out)
{
    const std::int64_t n = pixels.n;
    const auto cells = static_cast<std::size_t>(n * n);
    const Sun sun = sunAt(setting.climate.lat, look.dayOfYear);
    const auto looks = appearancesOf(setting, surface, look);
    const auto states = statesOf(surface, look);
    const Atmosphere air = atmosphereOf(look.haze, sun);
    const Clouds clouds = cloudsOf(setting, pixels, look, sun);
    const double cold = smoothstep(1, -4, setting.climate.temperatureC(look.dayOfYear));
    const Spectrum snow = mix(spectrum(Pure::OldSnow), spectrum(Pure::Snow), cold);
    ground(surface, looks, states, sunlight(surface, looks, states, sun), air.sky, clouds, look, snow, n, out);

    const std::uint64_t key = hash(setting.key, 700, static_cast<std::uint64_t>(look.dayOfYear));
    for (std::size_t b = 0; b < kBands; ++b) {
        const auto band = out.subspan(b * cells, cells);
        if (kCoarseness[b] == 1) blur(band, n);
        const float through = air.transmission[b], path = air.path[b], white = spectrum(Pure::Cloud)[b];
        if (clouds.opacity.empty())
            for (float& r : band) r = r * through + path;
        else
            for (std::size_t k = 0; k < cells; ++k) {
                const float a = clouds.opacity[k];
                band[k] = (band[k] * through + path) * (1 - a) + a * white * (0.72f + 0.3f * a);
            }
        if (kCoarseness[b] > 1) coarsen(band, n, kCoarseness[b]);
        // the detector's noise, about 1/170 of a medium signal
        std::uint64_t state = hash(key, b);
        for (float& r : band) {
            state = state * 6364136223846793005ull + 1442695040888963407ull;
            const auto draw = static_cast<float>(static_cast<std::int32_t>(state >> 32)) * 0x1p-31f;
            r = std::clamp(r + draw * (0.0009f + 0.005f * r), 0.0001f, 1.6f);
        }
        if (kCoarseness[b] > 1) coarsen(band, n, kCoarseness[b]);
    }
}

void renderCover(const Setting& setting, const Surface& surface, const Frame& pixels, const Look& look,
                 std::span<std::uint8_t> out)
{
    const auto looks = appearancesOf(setting, surface, look);
    const auto states = statesOf(surface, look);
    const std::int64_t n = pixels.n, wide = surface.frame.n;
    for (std::int64_t j = 0; j < n; ++j)
        for (std::int64_t i = 0; i < n; ++i) {
            std::array<int, kCovers> votes{};
            for (std::int64_t part = 0; part < 4; ++part) {
                const auto k = static_cast<std::size_t>((2 * j + part / 2) * wide + 2 * i + part % 2);
                const Appearance& a = looks[states[k]];
                const bool white = a.snow * snowShare(static_cast<float>(look.snowDepthCm) * surface.snow[k]) > 0.5f;
                ++votes[static_cast<std::size_t>(white ? Cover::Snow : a.cover)];
            }
            out[static_cast<std::size_t>(j * n + i)] =
                static_cast<std::uint8_t>(std::max_element(votes.begin(), votes.end()) - votes.begin());
        }
}

} // namespace revisit::simulation

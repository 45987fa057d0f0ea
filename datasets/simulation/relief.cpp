// SPDX-License-Identifier: Apache-2.0
#include "datasets/simulation/noise.h"
#include "datasets/simulation/surface.h"

namespace revisit::simulation {

namespace {

// Waves of sand, steeper on their lee side, in the direction of the wind.
void addDunes(Grid& ground, const Frame& frame, const Axis& axis, double heightM, std::uint64_t key)
{
    const Grid bend = fractal(frame, 700, 3, 0.5, key);
    const Grid where = fractal(frame, 900, 2, 0.5, hash(key, 1));
    const double waveM = 90 + 130 * chance(key, 2);
    for (std::int64_t j = 0; j < frame.n; ++j)
        for (std::int64_t i = 0; i < frame.n; ++i) {
            const auto k = static_cast<std::size_t>(j * frame.n + i);
            const double t = axis.across(frame.x(i), frame.y(j)) / waveM + 0.55 * static_cast<double>(bend[k]);
            const double phase = t - std::floor(t);
            const double wave = phase < 0.7 ? phase / 0.7 : (1 - phase) / 0.3;
            ground[k] += static_cast<float>(heightM * wave * wave * (3 - 2 * wave) * smoothstep(-0.8, 0.8, where[k]));
        }
}

} // namespace

Grid reliefOf(const Setting& setting, const Frame& frame)
{
    const bool mountain = setting.scene == Scene::Mountain;
    const double waveM = mountain ? 1500 : setting.reliefM > 12 ? 900 : 1400;
    const std::uint64_t key = hash(setting.key, 100);
    Grid ground(static_cast<std::size_t>(frame.cells())), octave(ground.size()), crest(ground.size(), 1.f);
    double amplitude = 1;
    double wave = waveM;
    for (int i = 0; i < 7 && wave > 2 * frame.stepM; ++i, wave *= 0.47, amplitude *= 0.47) {
        std::fill(octave.begin(), octave.end(), 0.f);
        addNoise(octave, frame, wave, 1, hash(key, static_cast<std::uint64_t>(i)));
        const auto strength = static_cast<float>(amplitude);
        if (mountain) // ridges, rougher the higher they are (Musgrave's ridged multifractal)
            for (std::size_t k = 0; k < ground.size(); ++k) {
                const float ridge = 1 - std::min(1.f, std::abs(octave[k]) * 0.9f);
                ground[k] += strength * crest[k] * (2.4f * ridge * ridge - 1.2f);
                crest[k] = std::min(1.f, 0.35f + ridge);
            }
        else // rounded hills between valleys that join
            for (std::size_t k = 0; k < ground.size(); ++k) {
                const float hill = std::abs(octave[k]);
                ground[k] += strength * crest[k] * (1.5f * std::min(1.2f, hill) - 0.7f + 0.35f * octave[k]);
                crest[k] = std::min(1.f, 0.25f + hill);
            }
    }
    for (float& z : ground) z *= static_cast<float>(1.5 * setting.reliefM);
    if (setting.scene == Scene::Desert && setting.climate.region->soil == Soil::Sand)
        addDunes(ground, frame, Axis(setting.orientationDeg), 4 + 14 * chance(setting.key, 101),
                 hash(setting.key, 102));
    return ground;
}

} // namespace revisit::simulation

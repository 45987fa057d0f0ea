// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/simulation/landscape.h"
#include <algorithm>
#include <optional>
#include <vector>

namespace revisit::testing {

using namespace revisit::simulation;

constexpr std::size_t kBlue = 1, kGreen = 2, kRed = 3, kNir = 7, kSwir = 10;

inline SceneOptions optionsOf(Scene scene, std::optional<double> lat = {}, std::optional<double> lon = {})
{
    SceneOptions options;
    options.scene = scene;
    options.lat = lat;
    options.lon = lon;
    return options;
}

inline Look lookOf(int day)
{
    Look look;
    look.dayOfYear = day;
    return look;
}

inline std::vector<float> optical(const Landscape& land, const Look& look)
{
    std::vector<float> out(static_cast<std::size_t>(12 * land.cells()));
    land.optical(look, out);
    return out;
}

inline std::vector<float> radar(const Landscape& land, const Look& look)
{
    std::vector<float> out(static_cast<std::size_t>(2 * land.cells()));
    land.radar(look, out);
    return out;
}

inline std::vector<std::uint8_t> coverOf(const Landscape& land, const Look& look)
{
    std::vector<std::uint8_t> out(static_cast<std::size_t>(land.cells()));
    land.cover(look, out);
    return out;
}

inline std::vector<float> elevation(const Landscape& land)
{
    std::vector<float> out(static_cast<std::size_t>(land.cells()));
    land.elevation(out);
    return out;
}

/// The mean of a band, over the pixels of a cover if one is named.
inline double mean(const Landscape& land, const std::vector<float>& image, std::size_t band,
                   const std::vector<std::uint8_t>& covers = {}, Cover of = Cover::Water)
{
    const auto cells = static_cast<std::size_t>(land.cells());
    double sum = 0, count = 0;
    for (std::size_t k = 0; k < cells; ++k)
        if (covers.empty() || covers[k] == static_cast<std::uint8_t>(of)) sum += image[band * cells + k], ++count;
    return sum / count;
}

inline double ndvi(const Landscape& land, int day)
{
    const auto image = optical(land, lookOf(day));
    const double red = mean(land, image, kRed), nir = mean(land, image, kNir);
    return (nir - red) / (nir + red);
}

} // namespace revisit::testing

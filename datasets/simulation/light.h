// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/simulation/appearance.h"

namespace revisit::simulation {

/// The direct sunlight on each cell against that on level, open ground: 0 in the shadow of terrain, trees and
/// buildings, above 1 on slopes that face the sun. heightM is what stands on the ground on this day.
Grid sunlight(const Surface& surface, const std::vector<Appearance>& appearances,
              const std::vector<std::uint32_t>& states, const Sun& sun);

/// Clouds over a frame of pixels and their shadows, which lie away from the sun.
struct Clouds {
    Grid opacity, shade; ///< 0 .. 1; empty without clouds
};
Clouds cloudsOf(const Setting& setting, const Frame& pixels, const Look& look, const Sun& sun);

/// Per band: the share of light that comes from the sky, and what haze takes and adds.
struct Atmosphere {
    Spectrum sky, transmission, path;
};
Atmosphere atmosphereOf(double haze, const Sun& sun);

} // namespace revisit::simulation

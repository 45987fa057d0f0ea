// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/simulation/season.h"
#include "datasets/simulation/surface.h"

namespace revisit::simulation {

/// What changes from one image of a place to the next.
struct Look {
    int dayOfYear = 180;    ///< 1 .. 366
    double haze = 0.1;      ///< aerosol optical depth at 550 nm, 0 .. 2
    double cloudCover = 0;  ///< share of pixels under clouds, 0 .. 1
    double snowDepthCm = 0; ///< mean over the patch
    double wetness = 0.3;   ///< of the top soil, 0 .. 1
    double destroyed = 0;   ///< share of the buildings that are rubble; a larger share holds those of a smaller one
    double harvested = 0;   ///< share of the parcels whose standing crop was harvested the day before
    bool ascending = false; ///< the radar looks east instead of west
};

/// How an entity looks on a day.
struct Appearance {
    Spectrum mean{};       ///< reflectance
    Spectrum slope{};      ///< what one unit of vigour adds to it
    float vv = 0, vh = 0;  ///< backscatter, linear
    float snow = 1;        ///< share of fallen snow that is seen from above
    float heightScale = 1; ///< 0: fallen or cut
    Cover cover = Cover::Bare;
    bool rough = false; ///< its height shades its own surface, as crowns do
    bool walls = false; ///< radar sees them in double bounce
};

/// One for each entity, and again for each as the look's changes make it: index entity + entities.size().
std::vector<Appearance> appearancesOf(const Setting& setting, const Surface& surface, const Look& look);

/// The cells' indices into appearancesOf: which buildings and parcels the look's changes reach.
std::vector<std::uint32_t> statesOf(const Surface& surface, const Look& look);

} // namespace revisit::simulation

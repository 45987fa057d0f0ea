// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/simulation/climate.h"

namespace revisit::simulation {

/// What the weather of the year so far has made of natural vegetation.
struct Season {
    double day;     ///< of the year, 1 .. 366
    double onset;   ///< the day on which growth begins: spring where there is a winter, else the rains
    double leaf;    ///< 0 (bare) .. 1 (full), deciduous trees
    double grass;   ///< 0 (brown) .. 1 (green)
    double turning; ///< 0 .. 1, autumn's colours
    double wetness; ///< 0 .. 1, of the top soil on average
};
Season seasonAt(const Climate& climate, double day);

enum class Crop : std::uint8_t { Wheat, Rape, Maize, Beet, Soy, Forage, Rice, Cotton, Millet, Cane, Fallow };
/// A crop that a parcel's number in [0, 1) draws for this farming.
Crop cropOf(Farming farming, double draw);

/// The state of a parcel.
struct CropState {
    double green = 0;   ///< share of ground under green leaves
    double dry = 0;     ///< share under standing straw or stubble
    double flower = 0;  ///< share of the green that blossoms
    double flooded = 0; ///< share under open water (paddies)
    double heightM = 0;
};
/// `shift` (days) moves a parcel's whole calendar; `early` brings its harvest forward to the day before, where a crop
/// stands on it.
CropState cropAt(Crop crop, const Season& season, double shift, bool early);

} // namespace revisit::simulation

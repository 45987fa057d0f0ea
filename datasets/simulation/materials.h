// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/simulation/climate.h"
#include <array>

namespace revisit::simulation {

constexpr int kBands = 12; ///< B01 .. B08, B8A, B09, B11, B12
using Spectrum = std::array<float, kBands>;

inline Spectrum mix(const Spectrum& a, const Spectrum& b, double share)
{
    Spectrum out;
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = a[i] + static_cast<float>(share) * (b[i] - a[i]);
    return out;
}
inline Spectrum scaled(Spectrum s, double factor)
{
    for (float& v : s) v *= static_cast<float>(factor);
    return s;
}

/// Surface reflectance of pure materials.
enum class Pure : std::uint8_t {
    CropCanopy,
    GrassCanopy,
    BroadleafCanopy,
    ConiferCanopy,
    EvergreenCanopy,
    ShrubCanopy,
    RapeFlower,
    AutumnLeaf,
    BareTrees,
    Straw,
    DryGrass,
    WetMud,
    Rock,
    Asphalt,
    Concrete,
    ClayTile,
    GreyRoof,
    WhiteRoof,
    BlueRoof,
    DarkRoof,
    GravelTrack,
    Rubble,
    ClearWater,
    ShallowWater,
    TurbidWater,
    GreenWater,
    Surf,
    Snow,
    OldSnow,
    Cloud,
    Count
};
const Spectrum& spectrum(Pure material);
/// Dry, bare soil.
const Spectrum& spectrum(Soil soil);

} // namespace revisit::simulation

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/simulation/grid.h"
#include "datasets/simulation/materials.h"
#include "datasets/simulation/scene.h"

namespace revisit::simulation {

/// Classes of the land-cover map.
enum class Cover : std::uint8_t {
    Water,
    Trees,
    Shrub,
    Grass,
    Crop,
    Orchard,
    Building,
    Paved,
    Bare,
    Wetland,
    Snow,
    Rubble,
    Count
};
constexpr std::int64_t kCovers = static_cast<std::int64_t>(Cover::Count);
const char* name(Cover cover);

/// What a thing on the ground is.
enum class Kind : std::uint8_t {
    Crop,
    Grass,
    Shrub,
    Broadleaf,
    Conifer,
    Evergreen,
    Orchard,
    Vineyard,
    Garden,
    Soil,
    Sand,
    Rock,
    Gravel,
    Track,
    Asphalt,
    Concrete,
    Roof,
    DeepWater,
    Shallows,
    Surf,
    Mud,
    Reed
};
Cover coverOf(Kind kind);

/// A parcel, or all things of one kind that look alike.
struct Entity {
    Kind kind = Kind::Grass;
    Pure roof = Pure::GreyRoof;
    float draw = 0; ///< 0 .. 1: chooses the crop
    float tint = 1; ///< its brightness against its kind's
    float days = 0; ///< its calendar against the region's
};

/// The ground at all times: two cells a pixel and side, so that pixels mix what lies in them.
struct Surface {
    static constexpr std::int64_t kOversampling = 2;
    Frame frame;
    std::vector<Entity> entities;
    std::vector<std::uint16_t> entity; ///< index into entities
    std::vector<std::uint8_t> lot;     ///< a number of the building or parcel alone: which ones a change reaches
    Grid groundM;                      ///< elevation above the place's
    Grid heightM;                      ///< of what stands on the ground
    Grid bright;                       ///< factor on reflectance
    Grid vigour;                       ///< about -1 .. 1: lusher, moister or deeper than its kind
    Grid snow;                         ///< how snow gathers: a factor of mean 1
};

/// The land of a place.
Surface surfaceOf(const Setting& setting, const Frame& frame);

/// Elevations about the place's mean, with valleys; the deviation is setting.reliefM over a few hundred metres.
Grid reliefOf(const Setting& setting, const Frame& frame);

} // namespace revisit::simulation

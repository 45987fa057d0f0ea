// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/simulation/climate.h"
#include <optional>

namespace revisit::simulation {

/// What dominates a place.
enum class Scene : std::uint8_t {
    Fields,
    Orchard,
    Forest,
    Grassland,
    Desert,
    City,
    Suburb,
    Industry,
    River,
    Lake,
    Coast,
    Mountain,
    Count
};
constexpr std::int64_t kScenes = static_cast<std::int64_t>(Scene::Count);
/// Lower-case name, as in "dense city".
const char* name(Scene scene);

struct SceneOptions {
    std::int64_t sizePx = 64;       ///< 8 .. 1024
    double gsdM = 10;               ///< of the 10 m bands, 1 .. 100; the others stay two and six times as coarse
    int radarLooks = 5;             ///< equivalent number of looks of the radar images, 1 .. 64
    std::optional<Scene> scene;     ///< instead of one drawn for the place
    std::optional<double> lon, lat; ///< both: instead of a place drawn within a region that has such scenes
};

/// What holds for a place at all times.
struct Setting {
    std::uint64_t key = 0; ///< all chance of this place follows from it
    Scene scene = Scene::Fields;
    Climate climate{};
    double lon = 0;
    double orientationDeg = 0; ///< of the dominant structure, clockwise from north, 0 .. 180
    double reliefM = 0;        ///< asked for: deviation of elevations
    double soilRedness = 0;    ///< 0: the region's typical soil; > 0 redder, < 0 greyer
    double soilBrightness = 1; ///< factor
    double waterTurbidity = 0; ///< 0 clear .. 1
    double algae = 0;          ///< 0 .. 1
    double broadleafShare = 0; ///< of trees, the rest being conifers or evergreens by region
};
Setting settingOf(std::uint64_t seed, std::uint64_t place, const SceneOptions& options);

} // namespace revisit::simulation

// SPDX-License-Identifier: Apache-2.0
#include "datasets/simulation/scene.h"
#include "datasets/base/random.h"
#include "datasets/simulation/grid.h"
#include <array>

namespace revisit::simulation {

namespace {

constexpr const char* kNames[] = {"fields", "orchard",  "forest", "grassland", "desert", "city",
                                  "suburb", "industry", "river",  "lake",      "coast",  "mountain"};
static_assert(std::size(kNames) == kScenes);

bool arid(const Region& r) { return r.rainMm < 240; }

// Whether a region has such scenes; a mountain or a coast can be anywhere but in the middle of sands.
bool suits(const Region& r, Scene scene)
{
    switch (scene) {
    case Scene::Desert: return arid(r);
    case Scene::Orchard: return !arid(r) && r.farming != Farming::Cold && r.warmerC > -2;
    case Scene::Forest: return r.rainMm > 450 && r.wood != Wood::Savanna;
    case Scene::Mountain: return r.reliefM >= 18;
    case Scene::Grassland:
    case Scene::River:
    case Scene::Lake: return !arid(r);
    default: return true;
    }
}

double reliefOf(Scene scene, const Region& r, double draw)
{
    const double varied = 0.5 + 1.2 * draw;
    switch (scene) {
    case Scene::Mountain: return 90 + 130 * draw;
    case Scene::Forest:
    case Scene::Grassland: return std::min(38.0, 1.6 * r.reliefM * varied);
    case Scene::Desert: return 6 + 22 * draw;
    case Scene::City:
    case Scene::Industry: return std::min(6.0, 0.3 * r.reliefM * varied);
    case Scene::River:
    case Scene::Lake:
    case Scene::Coast: return 3 + 0.6 * r.reliefM * varied;
    default: return std::min(14.0, 0.6 * r.reliefM * varied);
    }
}

} // namespace

const char* name(Scene scene) { return kNames[static_cast<std::size_t>(scene)]; }

Setting settingOf(std::uint64_t seed, std::uint64_t place, const SceneOptions& options)
{
    Random random(seed, "simulated place", place);
    Setting s;
    s.key = random();
    const auto drawn = static_cast<Scene>(random.below(static_cast<std::uint64_t>(kScenes)));
    s.scene = options.scene.value_or(drawn);
    auto index = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(regionCount())));
    while (!suits(region(index), s.scene))
        index = (index + 1 + static_cast<std::int64_t>(random.below(7))) % regionCount();
    if (options.lon && options.lat) index = nearestRegion(*options.lon, *options.lat);
    const Region& r = region(index);
    s.lon = options.lon.value_or(random.uniform(r.west, r.east));
    s.climate = {options.lat.value_or(random.uniform(r.south, r.north)), 0, &r};
    s.orientationDeg = random.uniform(0, 180);
    if (random.chance(r.regularity)) { // surveyors laid regular parcels along the meridians
        const double quarter = random.chance(0.5) ? 90 : 0;
        s.orientationDeg = std::fmod(quarter + 1.5 * random.normal() + 180, 180);
    }
    const double relief = random.uniform();
    s.reliefM = reliefOf(s.scene, r, relief);
    s.soilRedness = 0.12 * random.normal();
    s.soilBrightness = std::exp(0.16 * random.normal());
    s.waterTurbidity = s.scene == Scene::River   ? random.uniform(0.15, 1)
                       : s.scene == Scene::Coast ? 0.6 * std::pow(random.uniform(), 2)
                                                 : 0.8 * std::pow(random.uniform(), 2);
    s.algae = s.scene == Scene::Coast ? 0.2 * random.uniform() : random.uniform();
    s.broadleafShare = random.uniform();
    s.climate.elevationM = s.scene == Scene::Coast ? 10 : r.elevationM * random.uniform(0.8, 1.2);
    if (s.scene == Scene::Mountain) { // around the tree line, where the warmest month has 9 degrees
        const double summer = s.climate.temperatureC(s.climate.lat >= 0 ? 201 : 18);
        s.climate.elevationM = std::max(400.0, s.climate.elevationM + (summer - 9 + 2 * random.normal()) / 0.0065);
    }
    return s;
}

} // namespace revisit::simulation

// SPDX-License-Identifier: Apache-2.0
#include "datasets/simulation/painter.h"
#include "datasets/simulation/strokes.h"
#include <numeric>

namespace revisit::simulation {

namespace {

constexpr const char* kNames[] = {"water",    "trees", "shrub", "grass",   "crop", "orchard",
                                  "building", "paved", "bare",  "wetland", "snow", "rubble"};
static_assert(std::size(kNames) == kCovers);

// What is not built or ploughed: woods, heath, grass and bare ground, by the region's rain, the scene and the terrain.
class Wild {
public:
    Wild(const Setting& setting, const Grid& ground) : m_setting(setting)
    {
        double sum = 0, squares = 0;
        for (const float z : ground) sum += z, squares += static_cast<double>(z) * z;
        const auto n = static_cast<double>(ground.size());
        m_mean = static_cast<float>(sum / n);
        m_scale = static_cast<float>(1 / std::sqrt(std::max(1.0, squares / n - sum / n * sum / n)));
        const double rain = setting.climate.region->rainMm;
        m_woods = setting.scene == Scene::Forest      ? 2.2 + 1.5 * chance(setting.key, 400)
                  : setting.scene == Scene::Grassland ? -2.1 + 0.8 * chance(setting.key, 400)
                  : setting.scene == Scene::Desert    ? -9
                                                   : -1.2 + 1.5 * chance(setting.key, 400) - 400 / std::max(50.0, rain);
        m_bare = setting.scene == Scene::Desert ? 9 : 0.9 - std::min(3.2, rain / 260);
        m_shrubs = -1.3 + 2 * chance(setting.key, 401);
        m_sands = setting.climate.region->soil == Soil::Sand;
        m_savanna = setting.climate.region->wood == Wood::Savanna;
    }
    Cell at(const Textures& noise, std::size_t k, float ground) const
    {
        const float grain = noise.grain[k], fine = noise.fine[k], middle = noise.middle[k], large = noise.large[k];
        const float high = (ground - m_mean) * m_scale; // dells are moister than tops
        if (m_setting.scene == Scene::Mountain) return mountain(noise, k, high + 0.2f * middle + 0.08f * fine);
        const float patchy = 0.75f * large + 0.55f * middle + 0.3f * fine;
        if (patchy - 0.2f * high < m_woods) {
            const bool conifer = 0.9f * large - 0.5f * middle > 3 * m_setting.broadleafShare - 1.5;
            return trees(conifer ? kConifer : kBroadleaf, noise, k, conifer ? 18 : 15);
        }
        if (m_savanna && m_bare < 3 && grain * 0.5f + fine > 1.35f) return {kBroadleaf, 0, 5, 1, 0};
        const float lush = 0.35f * middle + 0.25f * fine + 0.12f * grain - 0.4f * high;
        if (m_bare + 0.5f * middle + 0.3f * high + 0.25f * fine > 0.6f) {
            if (m_setting.scene == Scene::Desert && !m_sands && large + 0.6f * high > 0.9f)
                return {kRock, 0, 0.8f * grain, 1 + 0.07f * fine + 0.05f * grain, 0};
            if (!m_sands && fine + 0.6f * grain - 0.9f * high > 1.7f) return {kShrub, 0, 1, 1, 0.4f * grain};
            return {m_sands ? kSand : kSoil, 0, 0, 1 + 0.05f * middle + 0.03f * fine + 0.025f * grain + 0.05f * large,
                    lush};
        }
        if (0.6f * middle + fine + 0.35f * grain < m_shrubs)
            return {kShrub, 0, 1.5f + 0.7f * grain, 1 + 0.05f * grain, 0.5f * lush};
        return {middle + 0.7f * high > 0.3f ? kDryMeadow : kGrass, 0, 0, 1 + 0.04f * fine + 0.025f * grain,
                1.3f * lush};
    }

private:
    const Setting& m_setting;
    double m_woods, m_bare, m_shrubs;
    float m_mean, m_scale;
    bool m_sands, m_savanna;

    // Forest below, then dwarf shrubs, alpine meadows, scree and rock.
    static Cell mountain(const Textures& noise, std::size_t k, float high)
    {
        const float grain = noise.grain[k], fine = noise.fine[k];
        if (high + 0.5f * fine < -0.45f) return trees(high < -1.3f ? kBroadleaf : kConifer, noise, k, 13);
        if (high + 0.3f * fine < -0.1f) return {kShrub, 0, 1, 1 + 0.05f * grain, 0.4f * fine};
        if (high + 0.35f * fine < 0.55f)
            return {kDryMeadow, 0, 0, 1 + 0.05f * fine + 0.03f * grain, 0.4f * fine - 0.5f * high};
        return {kRock, 0, 0, 1 + 0.1f * fine + 0.06f * grain + 0.06f * noise.middle[k], 0.3f * fine - 0.3f * high};
    }
};

// The shore of the place's water: metres to it, negative in the water; empty where there is none.
Grid shoreOf(const Setting& setting, const Frame& frame, const Textures& noise, double& deepestM)
{
    const Axis axis(setting.orientationDeg);
    const double draw = chance(setting.key, 410);
    Grid shore(static_cast<std::size_t>(frame.cells()));
    switch (setting.scene) {
    case Scene::River: {
        const double half = 14 + 62 * draw * draw, waveM = half * (22 + 14 * chance(setting.key, 411));
        const double swing = 0.35 + 1.35 * chance(setting.key, 412);
        shore = distanceTo(meander(frame, axis, waveM, swing, hash(setting.key, 413)), frame, half + 150);
        for (std::size_t k = 0; k < shore.size(); ++k)
            shore[k] -= static_cast<float>(half * (1 + 0.14 * noise.middle[k] + 0.05 * noise.fine[k]));
        deepestM = half;
        return shore;
    }
    case Scene::Lake: {
        const double radius = 170 + 190 * draw, squeeze = 0.6 + 0.4 * chance(setting.key, 414);
        const Grid outline = fractal(frame, 500, 3, 0.45, hash(setting.key, 415));
        for (std::int64_t j = 0; j < frame.n; ++j)
            for (std::int64_t i = 0; i < frame.n; ++i) {
                const auto k = static_cast<std::size_t>(j * frame.n + i);
                const double u = axis.along(frame.x(i), frame.y(j)) * squeeze,
                             v = axis.across(frame.x(i), frame.y(j)) / squeeze;
                shore[k] = static_cast<float>(std::sqrt(u * u + v * v) - radius + 70 * outline[k]);
            }
        deepestM = 160;
        return shore;
    }
    case Scene::Coast: {
        const Grid outline = fractal(frame, 1100, 6, 0.5, hash(setting.key, 416));
        const double offset = 160 * (draw - 0.5), rough = 40 + 130 * chance(setting.key, 417),
                     side = chance(setting.key, 418) < 0.5 ? -1 : 1;
        for (std::int64_t j = 0; j < frame.n; ++j)
            for (std::int64_t i = 0; i < frame.n; ++i) {
                const auto k = static_cast<std::size_t>(j * frame.n + i);
                shore[k] = static_cast<float>(side * axis.across(frame.x(i), frame.y(j)) + offset + rough * outline[k]);
            }
        deepestM = 400;
        return shore;
    }
    default: return {};
    }
}

// What water and its banks put over the land; false where they leave it as it is.
bool wet(const Setting& setting, float shore, double deepestM, const Textures& noise, std::size_t k, Cell& cell)
{
    const float fine = noise.fine[k], grain = noise.grain[k];
    if (shore < 0) {
        const auto depth = static_cast<float>(std::min(1.0, -shore / deepestM));
        const float swell = setting.scene == Scene::Coast ? 0.02f * fine : 0.f;
        cell = {kWater, 0, 0, 1 + swell + 0.02f * noise.large[k], 1 - 2 * depth};
        if (setting.scene != Scene::Coast) return true;
        const double exposed = chance(setting.key, 420);
        if (shore > -45 && exposed > 0.35 && fine + grain * 0.5f - 0.05f * std::abs(shore + 18) > 0.1f)
            cell.entity = kSurf, cell.bright = 0.8f;
        else if (shore > -260)
            cell.entity = kShallows, cell.vigour = 1 + shore / 130 + 0.3f * noise.middle[k];
        return true;
    }
    const float wobble = shore + 5 * noise.middle[k] + 3 * fine;
    if (setting.scene == Scene::Coast) {
        const auto beach = static_cast<float>(10 + 50 * chance(setting.key, 421));
        if (chance(setting.key, 422) < 0.25) { // a rocky coast
            if (wobble < 0.6f * beach) return cell = {kRock, 0, 2 + 1.5f * grain, 0.85f + 0.08f * fine, 0}, true;
            return false;
        }
        if (wobble < beach) return cell = {kSand, 0, 0, (shore < 10 ? 0.75f : 1.f) + 0.03f * grain, 0}, true;
        if (wobble < beach + 30) return cell = {kDryMeadow, 0, 0, 1.05f + 0.05f * grain, -0.4f + 0.3f * fine}, true;
        return false;
    }
    const bool river = setting.scene == Scene::River;
    if (river && wobble < 9 && noise.middle[k] > -0.2f) // bars of gravel and mud
        return cell = {chance(setting.key, 423) < 0.5 ? kMud : kGravel, 0, 0, 1 + 0.06f * grain, 0}, true;
    if (wobble < 16 + 10 * noise.large[k]) {
        if (river || noise.middle[k] < 0) return cell = trees(kBroadleaf, noise, k, 10), true;
        return cell = {kReed, 0, 1.5f, 1 + 0.05f * grain, 0.3f * fine}, true;
    }
    return false;
}

bool isTown(Scene scene) { return scene == Scene::City || scene == Scene::Suburb || scene == Scene::Industry; }

// How far built and ploughed land reach, as thresholds of noise of unit deviation; -9 where there is none.
struct Uses {
    double built = -9, ploughed = -9;
};
Uses usesOf(const Setting& setting)
{
    const double draw = chance(setting.key, 431), other = chance(setting.key, 432);
    switch (setting.scene) {
    case Scene::Fields: return {-9, 1.7 + 1.6 * draw};
    case Scene::Orchard: return {-9, 1.8 + 2 * draw};
    case Scene::Forest: return {-9, -2.3 + 1.1 * draw}; // clearings
    case Scene::Grassland: return {-9, setting.climate.region->rainMm > 550 && draw < 0.75 ? 2.4 : -9};
    case Scene::City: return {2.6 + draw, -9};
    case Scene::Suburb:
    case Scene::Industry: return {0.8 + 1.6 * draw, 1};
    case Scene::River:
    case Scene::Lake: return {other < 0.3 ? -0.9 : -9, -1.4 + 2.4 * draw};
    case Scene::Coast: return {other < 0.4 ? 0.1 : -9, -2 + 2.2 * draw};
    default: return {};
    }
}

// A road, or a track that follows the land, beside those of parcels and towns.
struct Way {
    Grid distance; ///< metres from its middle
    float halfM;
};
std::vector<Way> waysOf(const Setting& setting, const Frame& frame)
{
    std::vector<Way> ways;
    const Scene scene = setting.scene;
    const double draw = chance(setting.key, 431), other = chance(setting.key, 432), busy = chance(setting.key, 433);
    const bool remote =
        scene == Scene::Mountain || scene == Scene::Desert || scene == Scene::Coast || scene == Scene::Lake;
    if (!remote && busy < 0.55) {
        const Axis axis(setting.orientationDeg + (scene == Scene::River ? 65 + 50 * other : 15 + 60 * other));
        const auto half = static_cast<float>(busy < 0.16 ? 13 : isTown(scene) ? 9 : 4.5);
        const auto line = road(frame, axis, 400 * (draw - 0.5), 1500, 45, hash(setting.key, 434));
        ways.push_back({distanceTo(line, frame, half + 8), half});
    }
    const double wanders = chance(setting.key, 435);
    if (wanders < 0.5 && !isTown(scene)) {
        const Axis axis(setting.orientationDeg + 100 + 60 * wanders);
        const auto line = road(frame, axis, 300 * (other - 0.5), 420, 40, hash(setting.key, 436));
        ways.push_back({distanceTo(line, frame, 10), 2.4f});
    }
    return ways;
}

// More snow on high ground and where wind lays it down.
Grid snowOf(const Setting& setting, const Grid& ground, const Textures& noise)
{
    const float rise = setting.scene == Scene::Mountain ? 0.016f : 0.006f; // a metre
    const float mean = std::accumulate(ground.begin(), ground.end(), 0.f) / static_cast<float>(ground.size());
    Grid snow(ground.size());
    float sum = 0;
    for (std::size_t k = 0; k < snow.size(); ++k) {
        const float t = rise * (ground[k] - mean) + 0.35f * noise.middle[k] + 0.2f * noise.fine[k];
        snow[k] = std::exp(std::clamp(t, -6.f, 4.f));
        sum += snow[k];
    }
    for (float& depth : snow) depth *= static_cast<float>(snow.size()) / sum;
    return snow;
}

} // namespace

const char* name(Cover cover) { return kNames[static_cast<std::size_t>(cover)]; }

Cover coverOf(Kind kind)
{
    switch (kind) {
    case Kind::Crop: return Cover::Crop;
    case Kind::Grass:
    case Kind::Garden: return Cover::Grass;
    case Kind::Shrub: return Cover::Shrub;
    case Kind::Broadleaf:
    case Kind::Conifer:
    case Kind::Evergreen: return Cover::Trees;
    case Kind::Orchard:
    case Kind::Vineyard: return Cover::Orchard;
    case Kind::Asphalt:
    case Kind::Concrete: return Cover::Paved;
    case Kind::Roof: return Cover::Building;
    case Kind::DeepWater:
    case Kind::Shallows:
    case Kind::Surf: return Cover::Water;
    case Kind::Mud:
    case Kind::Reed: return Cover::Wetland;
    default: return Cover::Bare;
    }
}

Textures::Textures(const Frame& frame, std::uint64_t key)
    : large(fractal(frame, 420, 1, 1, hash(key, 1))),
      middle(fractal(frame, 110, 2, 0.5, hash(key, 2))),
      fine(fractal(frame, 34, 1, 1, hash(key, 3))),
      grain(static_cast<std::size_t>(frame.cells())),
      bendEast(fractal(frame, 460, 2, 0.4, hash(key, 4))),
      bendNorth(fractal(frame, 460, 2, 0.4, hash(key, 5)))
{
    const std::int64_t half = frame.n / 2;
    for (std::int64_t j = 0; j < frame.n; ++j)
        for (std::int64_t i = 0; i < frame.n; ++i) { // the sum of four bytes is nearly normal
            const std::uint64_t h =
                hash(key, static_cast<std::uint64_t>(j - half), static_cast<std::uint64_t>(i - half));
            const auto sum = static_cast<float>((h & 255) + (h >> 8 & 255) + (h >> 16 & 255) + (h >> 24 & 255));
            grain[static_cast<std::size_t>(j * frame.n + i)] = (sum - 510) * (1.f / 148);
        }
}

Cell trees(std::uint16_t kind, const Textures& noise, std::size_t k, double heightM)
{
    const float crown = 0.65f * noise.grain[k] + 0.55f * noise.fine[k];
    return {kind, 0, static_cast<float>(heightM) * (1 + 0.1f * noise.middle[k]) + 1.6f * crown,
            1 + 0.05f * crown + 0.03f * noise.middle[k],
            0.35f * noise.large[k] + 0.3f * noise.middle[k] + 0.2f * crown};
}

Surface surfaceOf(const Setting& setting, const Frame& frame)
{
    const auto cells = static_cast<std::size_t>(frame.cells());
    Surface s;
    s.frame = frame;
    s.entities = commonEntities(setting);
    s.entity.resize(cells);
    s.lot.resize(cells);
    s.heightM.resize(cells);
    s.bright.resize(cells);
    s.vigour.resize(cells);
    s.groundM = reliefOf(setting, frame);
    const Textures noise(frame, hash(setting.key, 430));
    double deepestM = 1;
    const Grid shore = shoreOf(setting, frame, noise, deepestM);
    if (!shore.empty()) // land rises from its water, which is flat
        for (std::size_t k = 0; k < cells; ++k) {
            const auto rise = static_cast<float>(smoothstep(0, setting.scene == Scene::River ? 190 : 320, shore[k]));
            const float above = setting.scene == Scene::Coast ? static_cast<float>(1.5 * setting.reliefM) : 0.f;
            s.groundM[k] = rise * (s.groundM[k] + above) + 2 * static_cast<float>(smoothstep(0, 25, shore[k]));
        }
    const Wild wild(setting, s.groundM);
    const double reach = frame.reachM() + 120;
    const auto [built, ploughed] = usesOf(setting);
    std::optional<Farmland> farmland;
    if (ploughed > -9) farmland.emplace(setting, reach, s.entities);
    std::optional<Town> town;
    if (built > -9) town.emplace(setting, isTown(setting.scene) ? setting.scene : Scene::Suburb, reach);
    const std::vector<Way> ways = waysOf(setting, frame);

    for (std::int64_t j = 0; j < frame.n; ++j)
        for (std::int64_t i = 0; i < frame.n; ++i) {
            const auto k = static_cast<std::size_t>(j * frame.n + i);
            const double x = frame.x(i), y = frame.y(j);
            const float where = noise.large[k] + 0.4f * noise.bendEast[k];
            const float away = noise.bendNorth[k] + 0.25f * noise.middle[k];
            Cell cell;
            const bool bank = !shore.empty() && wet(setting, shore[k], deepestM, noise, k, cell);
            if (!bank)
                cell = town && where < built         ? town->at(x, y, noise, k)
                       : farmland && away < ploughed ? farmland->at(x, y, noise, k)
                                                     : wild.at(noise, k, s.groundM[k]);
            for (const Way& way : ways) {
                const float d = way.distance[k], half = way.halfM;
                const bool major = half > 10, track = half < 3;
                if (d > half + (major ? 6 : 0)) continue;
                if (track && bank && shore[k] < 0) continue; // tracks have no bridges
                if (d > half || (major && d < 2))            // verges and the strip between two carriageways
                    cell = {kGarden, 0, 0, 0.95f, 0};
                else
                    cell = {track ? kTrack : kAsphalt, 0, 0, 1 + 0.05f * noise.grain[k], 0};
            }
            s.entity[k] = cell.entity;
            s.lot[k] = cell.lot;
            s.heightM[k] = std::max(0.f, cell.height);
            s.bright[k] = std::max(0.4f, cell.bright);
            s.vigour[k] = std::clamp(cell.vigour, -1.5f, 1.5f);
        }
    s.snow = snowOf(setting, s.groundM, noise);
    return s;
}

} // namespace revisit::simulation

// SPDX-License-Identifier: Apache-2.0
#include "datasets/simulation/appearance.h"
#include "datasets/simulation/noise.h"

namespace revisit::simulation {

namespace {

float linear(double db) { return static_cast<float>(std::pow(10, db / 10)); }

// Draws one place's entities on one day.
class Wardrobe {
public:
    Wardrobe(const Setting& setting, const Look& look)
        : m_setting(setting),
          m_look(look),
          m_season(seasonAt(setting.climate, look.dayOfYear)),
          m_stagger(std::abs(setting.climate.temperatureC(201) - setting.climate.temperatureC(18)) < 9 ? 4 : 1),
          m_frozen(setting.scene != Scene::Coast && setting.climate.temperatureC(look.dayOfYear - 12) < -3)
    {
        // redder or greyer than the region's, and darker when moist (a factor of two at most; Lobell & Asner 2002)
        m_soil = spectrum(setting.climate.region->soil);
        const double red = setting.soilRedness;
        for (std::size_t b = 0; b < kBands; ++b) {
            const double hue = b < 2 ? -red : b == 2 ? -0.4 * red : b < 6 ? 0.5 * red : 0.2 * red;
            const double moist = 1 - (b < 10 ? 0.45 : 0.6) * look.wetness;
            m_soil[b] *= static_cast<float>((1 + hue) * setting.soilBrightness * moist);
        }
    }

    Appearance of(const Entity& e, bool changed) const
    {
        Appearance a;
        a.cover = coverOf(e.kind);
        const auto set = [&](const Spectrum& mean, const Spectrum& lush, double vv, double vh, double snow) {
            a.mean = mean;
            for (std::size_t b = 0; b < kBands; ++b) a.slope[b] = lush[b] - mean[b];
            a.vv = linear(vv);
            a.vh = linear(vh);
            a.snow = static_cast<float>(snow);
        };
        const auto flat = [&](const Spectrum& s, double vv, double vh, double snow) {
            set(s, scaled(s, 1.04), vv, vh, snow);
        };
        const double leaf = m_season.leaf, grass = m_season.grass, wet = m_look.wetness;
        switch (e.kind) {
        case Kind::Crop: crop(e, changed, set); break;
        case Kind::Grass:
        case Kind::Garden: {
            const bool garden = e.kind == Kind::Garden; // watered and mown
            const double green = garden ? 0.25 + 0.6 * std::max(grass, 0.4 * leaf) : 0.08 + 0.78 * grass;
            const Spectrum sward = mix(mix(spectrum(Pure::DryGrass), m_soil, 0.3), spectrum(Pure::GrassCanopy), green);
            const Spectrum lush = mix(sward, spectrum(grass > 0.3 ? Pure::GrassCanopy : Pure::DryGrass), 0.3);
            set(sward, lush, garden ? -11.5 : -13.5 + 2 * wet, garden ? -18 : -20.5 + 2 * grass, 1);
            break;
        }
        case Kind::Shrub: {
            const Spectrum heath =
                mix(mix(spectrum(Pure::ShrubCanopy), m_soil, 0.3), spectrum(Pure::GrassCanopy), 0.3 * grass);
            set(heath, mix(heath, spectrum(Pure::EvergreenCanopy), 0.3), -11.5, -17.5, 0.75);
            break;
        }
        case Kind::Broadleaf: {
            const Spectrum crown = mix(mix(spectrum(Pure::BareTrees), spectrum(Pure::BroadleafCanopy), leaf),
                                       spectrum(Pure::AutumnLeaf), 0.75 * m_season.turning);
            set(crown, scaled(crown, 1.12), -8.7, -14 - 1.2 * (1 - leaf), 0.45);
            a.rough = true;
            break;
        }
        case Kind::Conifer:
            set(spectrum(Pure::ConiferCanopy), scaled(spectrum(Pure::ConiferCanopy), 1.15), -9.2, -14.8, 0.28),
                a.rough = true;
            break;
        case Kind::Evergreen: {
            const Spectrum crown = mix(spectrum(Pure::EvergreenCanopy), spectrum(Pure::ShrubCanopy), 0.5 * (1 - leaf));
            set(crown, scaled(crown, 1.14), -7.8, -13.2, 0.4);
            a.rough = true;
            break;
        }
        case Kind::Orchard:
        case Kind::Vineyard: {
            const bool vines = e.kind == Kind::Vineyard;
            const bool olives = !vines && m_setting.climate.region->farming == Farming::Mediterranean;
            const Spectrum floor = mix(m_soil, spectrum(grass > 0.4 ? Pure::GrassCanopy : Pure::DryGrass),
                                       (vines ? 0.15 : 0.4) * e.draw + 0.1);
            const Spectrum crown = olives ? spectrum(Pure::ShrubCanopy)
                                          : mix(spectrum(Pure::BareTrees), spectrum(Pure::BroadleafCanopy), leaf);
            const double cover = (vines ? 0.2 : 0.3) + 0.25 * e.draw;
            const Spectrum mean = scaled(mix(floor, crown, cover), e.tint);
            set(mean, mix(mean, crown, 0.55), vines ? -11 : -10.2, vines ? -17.5 : -16, 0.8);
            break;
        }
        case Kind::Soil: {
            const Spectrum sparse = mix(m_soil, spectrum(grass > 0.3 ? Pure::GrassCanopy : Pure::ShrubCanopy), 0.12);
            set(sparse, mix(sparse, spectrum(Pure::ShrubCanopy), 0.3), -14 + 4.5 * wet, -23 + 3 * wet, 1);
            break;
        }
        case Kind::Sand: {
            const Spectrum sand =
                mix(spectrum(Soil::Sand), m_soil, m_setting.climate.region->soil == Soil::Sand ? 0.7 : 0.25);
            flat(sand, -19.5 + 3 * wet, -28.5, 1);
            break;
        }
        case Kind::Rock: flat(mix(spectrum(Pure::Rock), m_soil, 0.3), -10.5, -17.5, 0.85); break;
        case Kind::Gravel: flat(mix(spectrum(Pure::GravelTrack), m_soil, 0.45), -14.5, -22.5, 1); break;
        case Kind::Track: { // worn earth between grassy edges
            const Spectrum worn = mix(mix(m_soil, spectrum(Pure::GravelTrack), 0.35),
                                      spectrum(grass > 0.3 ? Pure::GrassCanopy : Pure::DryGrass), 0.3);
            set(worn, spectrum(grass > 0.3 ? Pure::GrassCanopy : Pure::DryGrass), -14, -21.5, 1);
            break;
        }
        case Kind::Asphalt: flat(spectrum(Pure::Asphalt), -16.5, -24, 0.35); break;
        case Kind::Concrete: flat(spectrum(Pure::Concrete), -14.5, -22.5, 0.5); break;
        case Kind::Roof:
            flat(spectrum(changed ? Pure::Rubble : e.roof), changed ? -8.0 : -4.5, changed ? -15.5 : -13, 0.7);
            a.walls = !changed;
            if (changed) a.cover = Cover::Rubble, a.heightScale = 0.12f;
            break;
        case Kind::DeepWater:
        case Kind::Shallows: water(e.kind == Kind::Shallows, a, set); break;
        case Kind::Surf: flat(spectrum(Pure::Surf), -13.5, -22, 0); break;
        case Kind::Mud: flat(mix(spectrum(Pure::WetMud), m_soil, 0.3), -15.5, -24, 1); break;
        case Kind::Reed: {
            const Spectrum reed = mix(spectrum(Pure::Straw), spectrum(Pure::GrassCanopy), grass);
            set(scaled(reed, 0.85), reed, -9, -16, 0.6);
            break;
        }
        }
        if (e.kind != Kind::Orchard && e.kind != Kind::Vineyard) {
            a.mean = scaled(a.mean, e.tint);
            a.slope = scaled(a.slope, e.tint);
        }
        return a;
    }

private:
    const Setting& m_setting;
    const Look& m_look;
    Season m_season;
    double m_stagger; ///< where no winter sets the time, neighbours sow weeks apart
    bool m_frozen;
    Spectrum m_soil{};

    template <class Set> void crop(const Entity& e, bool changed, const Set& set) const
    {
        const Crop kind = cropOf(m_setting.climate.region->farming, e.draw);
        const CropState state = cropAt(kind, m_season, m_stagger * e.days, changed);
        Spectrum ground = mix(m_soil, spectrum(Pure::TurbidWater), state.flooded);
        ground = mix(ground, spectrum(Pure::Straw), std::min(1.0, state.dry / std::max(1e-6, 1 - state.green)));
        const Spectrum canopy = mix(spectrum(Pure::CropCanopy), spectrum(Pure::RapeFlower), state.flower);
        // species differ in how dark their leaves are
        const Spectrum own = scaled(canopy, 0.8 + 0.4 * chance(m_setting.key, 500, static_cast<std::uint64_t>(kind)));
        const Spectrum mean = mix(ground, own, state.green);
        const Spectrum lush = mix(mean, state.dry > 0.4 ? spectrum(Pure::Straw) : own,
                                  0.09 + 0.26 * state.green * (1.12 - state.green) * 4);
        const double tall = std::min(1.0, state.heightM / 2.2) * std::min(1.0, state.green + 0.6 * state.dry);
        const double bare = 1 - std::min(1.0, state.green + 0.5 * state.dry);
        const double rough = 2 * (e.tint - 1) * 8; // how it was ploughed
        set(mean, lush, -12.6 + 2.2 * tall + bare * (4 * m_look.wetness - 1 + rough) - 6.5 * state.flooded,
            -19.5 + 4 * tall + 1.2 * state.green + bare * (2 * m_look.wetness - 2 + rough) - 5 * state.flooded, 1);
    }

    template <class Set> void water(bool shallow, Appearance& a, const Set& set) const
    {
        if (shallow) {
            const Spectrum base =
                mix(spectrum(Pure::ClearWater), spectrum(Pure::TurbidWater), m_setting.waterTurbidity);
            const Spectrum bright =
                mix(spectrum(Pure::ShallowWater), spectrum(Pure::TurbidWater), m_setting.waterTurbidity);
            set(mix(base, bright, 0.35), mix(base, bright, 0.8), -20, -27.5, 0);
            return;
        }
        Spectrum deep = mix(spectrum(Pure::ClearWater), spectrum(Pure::GreenWater), m_setting.algae);
        deep = mix(deep, spectrum(Pure::TurbidWater), m_setting.waterTurbidity);
        const double wind = 3 * (chance(m_setting.key, 501, static_cast<std::uint64_t>(m_look.dayOfYear)) - 0.5);
        set(deep, mix(deep, spectrum(Pure::TurbidWater), 0.06), -21 + wind, -28 + wind, m_frozen ? 0.95 : 0);
        if (m_frozen) a.mean = mix(deep, spectrum(Pure::OldSnow), 0.45);
    }
};

} // namespace

std::vector<Appearance> appearancesOf(const Setting& setting, const Surface& surface, const Look& look)
{
    const Wardrobe wardrobe(setting, look);
    std::vector<Appearance> out;
    out.reserve(2 * surface.entities.size());
    for (const Entity& entity : surface.entities) out.push_back(wardrobe.of(entity, false));
    for (std::size_t i = 0; i < surface.entities.size(); ++i) {
        const Kind kind = surface.entities[i].kind;
        const bool changes = (kind == Kind::Roof && look.destroyed > 0) || (kind == Kind::Crop && look.harvested > 0);
        out.push_back(changes ? wardrobe.of(surface.entities[i], true) : out[i]);
    }
    return out;
}

std::vector<std::uint32_t> statesOf(const Surface& surface, const Look& look)
{
    const auto count = static_cast<std::uint32_t>(surface.entities.size());
    // of 256 lots, how many of an entity's are changed
    std::vector<std::uint32_t> changed(count);
    for (std::size_t i = 0; i < count; ++i) {
        const Kind kind = surface.entities[i].kind;
        const double share = kind == Kind::Roof ? look.destroyed : kind == Kind::Crop ? look.harvested : 0;
        changed[i] = static_cast<std::uint32_t>(std::lround(256 * std::clamp(share, 0.0, 1.0)));
    }
    std::vector<std::uint32_t> states(surface.entity.size());
    for (std::size_t k = 0; k < states.size(); ++k) {
        const std::uint32_t entity = surface.entity[k];
        states[k] = surface.lot[k] < changed[entity] ? entity + count : entity;
    }
    return states;
}

} // namespace revisit::simulation

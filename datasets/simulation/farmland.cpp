// SPDX-License-Identifier: Apache-2.0
#include "datasets/simulation/painter.h"

namespace revisit::simulation {

namespace {

PartitionStyle styleOf(const Setting& setting)
{
    const Region& region = *setting.climate.region;
    const double size = std::exp(0.45 * (2 * chance(setting.key, 200) - 1));
    PartitionStyle style;
    style.pieceM2 = std::min(180'000.0, 10'000 * region.fieldHa) * size;
    style.elongation = region.elongation * (0.7 + 0.6 * chance(setting.key, 201));
    style.regularity = region.regularity;
    if (setting.scene == Scene::Orchard) style.pieceM2 = std::min(style.pieceM2, 25'000.0);
    if (setting.scene == Scene::Grassland)
        style.pieceM2 = std::min(60'000.0, 1.5 * style.pieceM2), style.elongation = 1.3;
    style.roadM2 = std::max(350'000.0, 7 * style.pieceM2);
    style.trackM2 = std::min(1.5 * style.pieceM2, 60'000.0);
    style.roadHalfM = 4.2;
    style.trackHalfM = 1.5;
    style.orientationDeg = setting.orientationDeg;
    return style;
}

// A parcel's use other than a scene's usual one.
Kind useOf(const Setting& setting, std::uint64_t key)
{
    const double use = chance(key, 40);
    switch (setting.scene) {
    case Scene::Orchard: {
        const bool vines =
            chance(setting.key, 41) < (setting.climate.region->farming == Farming::Mediterranean ? 0.45 : 0.3);
        return use < 0.76 ? (vines ? Kind::Vineyard : Kind::Orchard) : use < 0.94 ? Kind::Crop : Kind::Grass;
    }
    case Scene::Grassland: return use < 0.93 ? Kind::Grass : Kind::Crop;
    default:
        return use < 0.86    ? Kind::Crop
               : use < 0.93  ? Kind::Grass
               : use < 0.955 ? Kind::Broadleaf
               : use < 0.975 ? Kind::Garden
                             : Kind::Orchard;
    }
}

} // namespace

Farmland::Farmland(const Setting& setting, double reachM, std::vector<Entity>& entities)
    : m_setting(setting),
      m_parcels(styleOf(setting), reachM, hash(setting.key, 202)),
      m_bend(30 * std::pow(1 - setting.climate.region->regularity, 2) * (0.3 + chance(setting.key, 203))),
      m_hedges(setting.climate.region->rainMm > 600 && setting.climate.region->regularity < 0.4
                   ? (setting.scene == Scene::Grassland ? 1 : 0.4) * chance(setting.key, 204)
                   : 0),
      m_first(entities.size()),
      m_pivots(setting.climate.region->farming == Farming::Irrigated && setting.climate.region->regularity > 0.85 &&
               setting.climate.region->fieldHa > 30)
{
    for (const auto& piece : m_parcels.pieces()) {
        m_uses.push_back(useOf(setting, piece.key));
        const auto draw = [&](std::uint64_t i) { return static_cast<float>(chance(piece.key, i)); };
        if (entities.size() < 65'000) // in a frame of very many, far parcels share what near ones are
            entities.push_back({m_uses.back(), Pure::GreyRoof, draw(50), 0.88f + 0.24f * draw(51), 26 * draw(52) - 13});
    }
    if (std::find(m_uses.begin(), m_uses.end(), Kind::Garden) != m_uses.end())
        m_village.emplace(setting, Scene::Suburb, reachM);
}

Cell Farmland::at(double x, double y, const Textures& noise, std::size_t cell) const
{
    const auto bend = static_cast<float>(m_bend);
    const auto hit = m_parcels.at(x + bend * noise.bendEast[cell], y + bend * noise.bendNorth[cell]);
    const float grain = noise.grain[cell];
    if (hit.piece < 0) {
        if (hit.rank == 1) return {chance(m_setting.key, 205) < 0.6 ? kAsphalt : kGravel, 0, 0, 0.95f, 0};
        return {kTrack, 0, 0, 1 + 0.06f * grain, 0.6f * noise.fine[cell]};
    }
    const auto& piece = m_parcels.pieces()[static_cast<std::size_t>(hit.piece)];
    const float a = hit.u - piece.u0, b = hit.v - piece.v0, w = piece.u1 - piece.u0, h = piece.v1 - piece.v0;
    const float edge = std::min(std::min(a, w - a), std::min(b, h - b));
    const std::size_t parcels = std::min<std::size_t>(m_uses.size(), 65'000 - m_first);
    const auto entity = static_cast<std::uint16_t>(m_first + static_cast<std::size_t>(hit.piece) % parcels);
    const auto lot = static_cast<std::uint8_t>(hash(piece.key, 53) >> 20);
    if (edge < 4 && noise.fine[cell] + 0.5f * grain > 1.4f - 2.2f * static_cast<float>(m_hedges))
        return {kBroadleaf, 0, 6 + grain, 1, 0};
    if (edge < 1.5f && m_setting.climate.region->regularity < 0.7) return {kDryMeadow, 0, 0, 1, 0};
    if (m_pivots && std::min(w, h) > 150 && std::max(w, h) < 1.3f * std::min(w, h)) {
        const float radius = std::min(w, h) / 2 - 6, du = a - w / 2, dv = b - h / 2, r = std::sqrt(du * du + dv * dv);
        if (r > radius) return {kDryMeadow, 0, 0, 1 + 0.05f * noise.fine[cell], -0.4f + 0.4f * noise.middle[cell]};
        const float ring = std::sin(r * 0.12f);
        return {entity, lot, 0, 1 + 0.015f * ring, 0.35f * noise.large[cell] + 0.12f * ring + 0.1f * noise.fine[cell]};
    }
    // rows run along the longer side; at 10 m their beat with the pixels and the lanes of tractors are what remains
    const bool alongU = w > h;
    const float across = alongU ? b : a;
    switch (m_uses[static_cast<std::size_t>(hit.piece)]) {
    case Kind::Broadleaf: return trees(kBroadleaf, noise, cell, 14);
    case Kind::Garden: return m_village->at(x, y, noise, cell);
    case Kind::Grass:
        if (noise.fine[cell] + grain > 3.1f) return {kBroadleaf, 0, 8, 1, 0};
        return {entity, lot, 0, 1 + 0.025f * noise.fine[cell] + 0.02f * grain,
                0.4f * noise.middle[cell] + 0.25f * noise.fine[cell]};
    case Kind::Orchard: {
        const float pitch = 11 + 8 * static_cast<float>(chance(piece.key, 54)), along = alongU ? a : b;
        const float crown = std::cos(6.2832f * across / pitch) + 0.5f * std::cos(6.2832f * along / pitch);
        return {entity, lot, std::max(0.f, 3.5f * crown), 1 - 0.05f * crown,
                0.75f * crown + 0.3f * noise.middle[cell] + 0.15f * grain};
    }
    case Kind::Vineyard: {
        const float rows = std::cos(6.2832f * across / 13);
        return {entity, lot, 1.2f * (1 + rows), 1, 0.35f * rows + 0.35f * noise.middle[cell] + 0.12f * grain};
    }
    default: {
        const float lane = std::cos(6.2832f * across / (24 + 12 * static_cast<float>(chance(piece.key, 55))));
        const float headland = edge < 14 ? -0.25f : 0.f;
        const float swath = 0.5f + 0.5f * static_cast<float>(chance(piece.key, 56));
        return {entity, lot, 0, 1 + 0.022f * lane + 0.02f * grain + 0.03f * noise.middle[cell] * swath,
                swath * (0.42f * noise.middle[cell] + 0.25f * noise.large[cell]) + 0.1f * noise.fine[cell] + headland +
                    0.08f * lane};
    }
    }
}

} // namespace revisit::simulation

// SPDX-License-Identifier: Apache-2.0
#include "datasets/simulation/painter.h"

namespace revisit::simulation {

namespace {

PartitionStyle styleOf(const Setting& setting, Scene scene)
{
    const double draw = chance(setting.key, 300);
    PartitionStyle style;
    style.orientationDeg = setting.orientationDeg;
    style.regularity = 0.35 + 0.6 * chance(setting.key, 301);
    switch (scene) {
    case Scene::City:
        style.pieceM2 = 5000 + 9000 * draw;
        style.elongation = 1.2 + draw;
        style.roadM2 = 160'000;
        style.trackM2 = 0;
        style.roadHalfM = 9 + 6 * draw;
        style.trackHalfM = 5 + 2 * draw;
        break;
    case Scene::Industry:
        style.pieceM2 = 16'000 + 26'000 * draw;
        style.elongation = 1.4;
        style.regularity *= 0.5;
        style.roadM2 = 200'000;
        style.trackM2 = 0;
        style.roadHalfM = 8;
        style.trackHalfM = 5;
        break;
    default:
        style.pieceM2 = 8000 + 5000 * draw;
        style.elongation = 2.6 + draw;
        style.roadM2 = 140'000;
        style.trackM2 = 0;
        style.roadHalfM = 7;
        style.trackHalfM = 4;
    }
    return style;
}

float speckled(const Textures& noise, std::size_t cell, float strength) { return 1 + strength * noise.grain[cell]; }

// A roof; each has its own age, and with it brightness.
Cell building(std::uint64_t key, float heightM, const Textures& noise, std::size_t cell)
{
    const auto roof = static_cast<std::uint16_t>(kRoof + hash(key, 7) % kRoofs);
    const float age = 0.72f + 0.5f * static_cast<float>(chance(key, 8));
    return {roof, static_cast<std::uint8_t>(key >> 17), heightM, age * speckled(noise, cell, 0.05f), 0};
}

Cell garden(const Textures& noise, std::size_t cell, double trees)
{
    if (noise.grain[cell] * 0.55f + noise.fine[cell] > 0.9f - 1.5f * static_cast<float>(trees))
        return {kBroadleaf, 0, 7.f + 2 * noise.grain[cell], 1, 0.3f * noise.fine[cell]};
    return {kGarden, 0, 0, speckled(noise, cell, 0.07f), 0.5f * noise.fine[cell] + 0.3f * noise.grain[cell]};
}

} // namespace

Town::Town(const Setting& setting, Scene scene, double reachM)
    : m_scene(scene),
      m_blocks(styleOf(setting, scene), reachM, hash(setting.key, 302)),
      m_key(hash(setting.key, 303)),
      m_greenery(std::min(1.0, setting.climate.region->rainMm / 900) * (0.3 + 0.7 * chance(setting.key, 304))),
      m_bend(scene == Scene::Suburb && chance(setting.key, 305) < 0.6 ? 34
             : scene == Scene::City                                   ? 9
                                                                      : 3)
{}

Cell Town::at(double x, double y, const Textures& noise, std::size_t cell) const
{
    const auto bend = static_cast<float>(m_bend);
    const auto hit = m_blocks.at(x + bend * noise.bendEast[cell], y + bend * noise.bendNorth[cell]);
    if (hit.piece < 0) {
        const bool avenueTree = m_scene != Scene::Industry && noise.grain[cell] > 1.15 - 0.7 * m_greenery;
        if (avenueTree) return {kBroadleaf, 0, 8, 1, 0};
        return {kAsphalt, 0, 0, speckled(noise, cell, 0.07f), 0};
    }
    return lot(m_blocks.pieces()[static_cast<std::size_t>(hit.piece)], hit.u, hit.v, noise, cell);
}

Cell Town::lot(const Partition::Piece& block, float u, float v, const Textures& noise, std::size_t cell) const
{
    const double use = chance(block.key, 20);
    if (m_scene != Scene::Industry && use < 0.05) { // a park
        if (noise.fine[cell] + 0.6f * noise.middle[cell] > 0.3f - static_cast<float>(m_greenery))
            return trees(kBroadleaf, noise, cell, 11);
        return {kGarden, 0, 0, 1 + 0.04f * noise.grain[cell], 0.4f * noise.fine[cell]};
    }
    const bool halls = m_scene == Scene::Industry ? use > 0.08 : use > 0.95;
    if (halls) return this->halls(block, u, v, noise, cell);
    if (m_scene == Scene::Industry && use < 0.04) return {kGravel, 0, 0, speckled(noise, cell, 0.08f), 0};
    return m_scene == Scene::City ? perimeter(block, u, v, noise, cell) : houses(block, u, v, noise, cell);
}

// Houses wall to wall along the streets around a court, or slabs in a row.
Cell Town::perimeter(const Partition::Piece& block, float u, float v, const Textures& noise, std::size_t cell) const
{
    const float a = u - block.u0, b = v - block.v0, w = block.u1 - block.u0, h = block.v1 - block.v0;
    const float edge = std::min(std::min(a, w - a), std::min(b, h - b));
    if (edge < 2) return {kConcrete, 0, 0, speckled(noise, cell, 0.06f), 0};
    const double kind = chance(block.key, 21);
    const auto floors = static_cast<float>(9 + 14 * chance(block.key, 22));
    if (kind < 0.14) { // slabs
        const float along = w > h ? a : b, pitch = 2.2f * floors + 14;
        const auto index = static_cast<std::uint64_t>(along / pitch);
        const float inside = along - pitch * static_cast<float>(index);
        if (inside < 13 && edge > 6) return building(hash(block.key, index), floors * 1.6f, noise, cell);
        return garden(noise, cell, 0.7 * m_greenery);
    }
    const float depth = 12 + 4 * static_cast<float>(kind);
    // along which side, and the how manieth house of it
    const bool sideU = std::min(b, h - b) < std::min(a, w - a);
    const float along = sideU ? a : b;
    const auto index =
        static_cast<std::uint64_t>(along / 17) * 4 + (sideU ? 2u : 0u) + ((sideU ? b > h / 2 : a > w / 2) ? 1u : 0u);
    const std::uint64_t key = hash(block.key, 23, index);
    if (edge < 2 + depth && chance(key) > 0.05)
        return building(key, floors * (0.75f + 0.5f * static_cast<float>(chance(key, 1))), noise, cell);
    // courts: sheds, paving, trees
    const std::uint64_t court = hash(block.key, static_cast<std::uint64_t>(a / 13), static_cast<std::uint64_t>(b / 13));
    if (chance(court) < 0.38) return building(court, 5, noise, cell);
    if (chance(court) < 0.62 - 0.2 * m_greenery) return {kConcrete, 0, 0, 0.75f * speckled(noise, cell, 0.08f), 0};
    return garden(noise, cell, 0.6 * m_greenery);
}

// Two rows of lots, each with a house near its street and a garden behind.
Cell Town::houses(const Partition::Piece& block, float u, float v, const Textures& noise, std::size_t cell) const
{
    const float w = block.u1 - block.u0, h = block.v1 - block.v0;
    const bool longU = w >= h;
    const float along = longU ? u - block.u0 : v - block.v0, across = longU ? v - block.v0 : u - block.u0;
    const float depth = (longU ? h : w) / 2, length = longU ? w : h;
    const bool far = across > depth;
    const float back = far ? 2 * depth - across : across; // metres from the street
    const float lots = std::max(1.f, std::round(length / (17 + 9 * static_cast<float>(chance(m_key, 4)))));
    const float pitch = length / lots;
    const auto index = static_cast<std::uint64_t>(along / pitch);
    const std::uint64_t key = hash(block.key, index, far ? 1 : 0);
    const float inside = along - pitch * static_cast<float>(index);
    const float wide = 9 + 5 * static_cast<float>(chance(key, 1)), deep = 9 + 5 * static_cast<float>(chance(key, 2));
    const float front = 5 + 4 * static_cast<float>(chance(key, 3));
    const float left = (pitch - wide) * static_cast<float>(0.3 + 0.4 * chance(key, 4));
    if (chance(key, 5) < 0.94 && inside > left && inside < left + wide && back > front && back < front + deep)
        return building(key, 7, noise, cell);
    if (inside < 3.2f && back < front + deep) return {kConcrete, 0, 0, 0.85f, 0};
    const bool shed = chance(key, 6) < 0.25 && back > depth - 7 && inside > pitch - 7;
    if (shed) return building(hash(key, 9), 3, noise, cell);
    return garden(noise, cell, m_greenery * chance(key, 7) * 1.1);
}

// Large halls with yards, car parks, tanks.
Cell Town::halls(const Partition::Piece& block, float u, float v, const Textures& noise, std::size_t cell) const
{
    const float a = u - block.u0, b = v - block.v0, w = block.u1 - block.u0, h = block.v1 - block.v0;
    const auto margin = [&](std::uint64_t i) {
        return 6 + 26 * static_cast<float>(std::pow(chance(block.key, 30, i), 2));
    };
    const double kind = chance(block.key, 31);
    if (std::min(std::min(a, w - a), std::min(b, h - b)) < 4) return garden(noise, cell, 0.35 * m_greenery);
    if (kind < 0.08) { // tanks
        const float pitch = 34, du = std::fmod(a, pitch) - pitch / 2, dv = std::fmod(b, pitch) - pitch / 2;
        if (du * du + dv * dv < 150) return building(block.key, 12, noise, cell);
        return {kGravel, 0, 0, 0.9f * speckled(noise, cell, 0.06f), 0};
    }
    if (a > margin(0) && a < w - margin(1) && b > margin(2) && b < h - margin(3)) {
        // halls of one plot stand side by side
        const bool split = std::max(w, h) > 110 && chance(block.key, 32) < 0.6;
        const float along = w > h ? a / w : b / h;
        const auto part = split ? static_cast<std::uint64_t>(along * 3) : 0;
        const float seam = split ? std::abs(along * 3 - std::round(along * 3)) * std::max(w, h) / 3 : 99;
        const std::uint64_t key = hash(block.key, 33, part);
        if (seam > 4) {
            Cell hall = building(key, 8 + 7 * static_cast<float>(chance(key)), noise, cell);
            if (chance(key, 10) < 0.5) hall.bright *= std::fmod(w > h ? a : b, 22.f) < 6 ? 0.8f : 1.05f; // skylights
            return hall;
        }
    }
    if (chance(block.key, 34) < 0.5) // parked cars in rows
        return {kAsphalt, 0, 0, 1 + 0.2f * std::max(0.f, noise.grain[cell]) * (std::fmod(b, 16.f) < 8 ? 1.f : 0.f), 0};
    return {chance(block.key, 35) < 0.6 ? kConcrete : kGravel, 0, 0, 0.8f * speckled(noise, cell, 0.12f), 0};
}

std::vector<Entity> commonEntities(const Setting& setting)
{
    const Region& region = *setting.climate.region;
    const bool evergreen = region.wood == Wood::Evergreen || region.wood == Wood::Savanna;
    const auto draw = [&](int i) {
        return static_cast<float>(chance(setting.key, 310, static_cast<std::uint64_t>(i)));
    };
    std::vector<Entity> entities(kParcel);
    const auto put = [&](std::uint16_t at, Kind kind, float tint = 1) {
        entities[at] = {kind, Pure::GreyRoof, draw(at), tint, 0};
    };
    put(kGrass, Kind::Grass);
    put(kDryMeadow, Kind::Grass, 1.08f);
    put(kShrub, Kind::Shrub);
    put(kBroadleaf, evergreen ? Kind::Evergreen : Kind::Broadleaf);
    put(kConifer, evergreen ? Kind::Evergreen : Kind::Conifer, evergreen ? 0.92f : 1.f);
    put(kGarden, Kind::Garden);
    put(kSoil, Kind::Soil);
    put(kSand, Kind::Sand);
    put(kRock, Kind::Rock);
    put(kGravel, Kind::Gravel);
    put(kTrack, Kind::Track);
    put(kAsphalt, Kind::Asphalt, 0.85f + 0.35f * draw(40));
    put(kConcrete, Kind::Concrete, 0.8f + 0.3f * draw(41));
    put(kWater, Kind::DeepWater);
    put(kShallows, Kind::Shallows);
    put(kSurf, Kind::Surf);
    put(kMud, Kind::Mud);
    put(kReed, Kind::Reed);
    const bool industry = setting.scene == Scene::Industry;
    for (int i = 0; i < kRoofs; ++i) {
        const float d = draw(50 + i), t = draw(70 + i);
        Entity& roof = entities[static_cast<std::size_t>(kRoof + i)];
        roof.kind = Kind::Roof;
        if (industry)
            roof.roof = d < 0.22f   ? Pure::WhiteRoof
                        : d < 0.56f ? Pure::GreyRoof
                        : d < 0.63f ? Pure::BlueRoof
                        : d < 0.76f ? Pure::DarkRoof
                        : d < 0.92f ? Pure::Concrete
                                    : Pure::ClayTile;
        else if (d < region.clayRoofs * 0.9)
            roof.roof = Pure::ClayTile;
        else
            roof.roof = t < 0.45f   ? Pure::GreyRoof
                        : t < 0.82f ? Pure::DarkRoof
                        : t < 0.95f ? Pure::Concrete
                                    : Pure::WhiteRoof;
        roof.tint = 0.75f + 0.5f * draw(90 + i);
    }
    return entities;
}

} // namespace revisit::simulation

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/simulation/noise.h"
#include "datasets/simulation/partition.h"
#include "datasets/simulation/surface.h"
#include <optional>

namespace revisit::simulation {

/// What is put into one cell.
struct Cell {
    std::uint16_t entity = 0;
    std::uint8_t lot = 0;
    float height = 0, bright = 1, vigour = 0;
};

/// The entities that every place has, before those of its parcels; also their order in Surface::entities.
enum Common : std::uint16_t {
    kGrass,
    kDryMeadow,
    kShrub,
    kBroadleaf,
    kConifer,
    kGarden,
    kSoil,
    kSand,
    kRock,
    kGravel,
    kTrack,
    kAsphalt,
    kConcrete,
    kWater,
    kShallows,
    kSurf,
    kMud,
    kReed,
    kRoof ///< the first of kRoofs
};
constexpr std::uint16_t kRoofs = 12, kParcel = kRoof + kRoofs;

/// Noise that all parts of a place share; grids over its frame, of about unit deviation.
struct Textures {
    Grid large, middle, fine, grain; ///< waves of about 420, 110 and 34 m; of grain each cell has its own
    Grid bendEast, bendNorth;        ///< bends of straight lines
    Textures(const Frame& frame, std::uint64_t key);
};

/// A tree, or the gap between trees.
Cell trees(std::uint16_t kind, const Textures& noise, std::size_t cell, double heightM);

/// Streets and what stands between them: Scene::City, Suburb or Industry.
class Town {
public:
    Town(const Setting& setting, Scene scene, double reachM);
    Cell at(double x, double y, const Textures& noise, std::size_t cell) const;

private:
    Scene m_scene;
    Partition m_blocks;
    std::uint64_t m_key;
    double m_greenery; ///< 0 .. 1
    double m_bend;     ///< metres
    Cell lot(const Partition::Piece& block, float u, float v, const Textures& noise, std::size_t cell) const;
    Cell perimeter(const Partition::Piece& block, float u, float v, const Textures& noise, std::size_t cell) const;
    Cell houses(const Partition::Piece& block, float u, float v, const Textures& noise, std::size_t cell) const;
    Cell halls(const Partition::Piece& block, float u, float v, const Textures& noise, std::size_t cell) const;
};

/// The entities of Common, with roofs as the region and kind of town have them.
std::vector<Entity> commonEntities(const Setting& setting);

/// Parcels with their crops, orchards or meadows, and the tracks and hedges between them.
class Farmland {
public:
    Farmland(const Setting& setting, double reachM, std::vector<Entity>& entities);
    Cell at(double x, double y, const Textures& noise, std::size_t cell) const;

private:
    const Setting& m_setting;
    Partition m_parcels;
    double m_bend, m_hedges;
    std::size_t m_first;
    bool m_pivots;
    std::vector<Kind> m_uses;
    std::optional<Town> m_village; ///< around farmyards, where there are any
};

} // namespace revisit::simulation

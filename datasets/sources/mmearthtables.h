// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/hdf5.h"
#include "datasets/pack.h"

namespace revisit {

/// Adds a patch for each tile of MMEarth that the splits name (each tile, where there is no such file), with its place
/// and date from the table of tiles, and as factors: climate, biome, month, and the level of the Sentinel-2 product.
/// Returns the row of each patch in the file, ascending. Either table may be missing.
std::vector<std::int64_t> addTiles(PackContents& contents, const Hdf5& tiles, const Hdf5::Array& metadata,
                                   const std::filesystem::path& file, const std::filesystem::path& splits,
                                   const std::filesystem::path& table);

} // namespace revisit

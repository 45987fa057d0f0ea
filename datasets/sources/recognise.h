// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/raster.h"

namespace revisit {

/// Whether its bands are those of a stack that the data set cropharvest reads.
bool isCropHarvest(const Raster& image);
/// Whether a folder has the places and looks that the data set seasons reads.
bool isSeasons(const std::filesystem::path& folder);
/// Whether it is a folder of BigEarthNet v2, or the one around it.
bool isBigEarthNet(const std::filesystem::path& folder);
/// Whether it is one of fMoW-Sentinel's tables, or their folder.
bool isFmow(const std::filesystem::path& source);
/// Whether it is a product of Sentinel-2: its folder, the XML file in it, or a zip of it.
bool isSafe(const std::filesystem::path& source);

} // namespace revisit

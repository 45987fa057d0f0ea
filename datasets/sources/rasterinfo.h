// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/raster.h"

namespace revisit {

/// What is in an image file, all of it read: as `data show --json` prints it. Statistics leave out nodata and what is
/// not finite; deviations are over all pixels (N, as gdalinfo's), in physical units.
Json rasterInfo(const Raster& image, const Progress& progress);

/// Of each band of the image, exact; `share` becomes the share of its pixels that has data.
std::vector<BandStatistics> wholeStatistics(const Raster& image, std::vector<double>& share, const Progress& progress);

} // namespace revisit

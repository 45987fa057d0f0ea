// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/raster.h"

namespace revisit {

/// Whether its bands are those of a stack that the data set cropharvest reads.
bool isCropHarvest(const Raster& image);

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/pack.h"

namespace revisit {

/// Statistics of one band of `layer` over `records`, exact (percentiles by nearest rank) and always summed in the same
/// order; samples that are not finite, or the band's nodata, are left out. `record` gives a record's first byte.
BandStatistics bandStatistics(const PackFormat& format, const Channel& channel,
                              const std::vector<std::uint32_t>& records,
                              const std::function<const std::byte*(std::uint32_t)>& record);

} // namespace revisit

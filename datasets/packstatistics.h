// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/pack.h"

namespace revisit {

struct BandStatistics {
    double mean = 0, deviation = 0, low = 0, high = 0; ///< physical units; low and high: 2nd and 98th percentile
};

/// Statistics of one band over `patches`, exact (percentiles by nearest rank) and always summed in the same order;
/// samples that are not finite are left out. `record` gives a record's first byte.
BandStatistics bandStatistics(const PackFormat& format, std::size_t band, const std::vector<std::int64_t>& patches,
                              const std::function<const std::byte*(std::int64_t)>& record);

} // namespace revisit

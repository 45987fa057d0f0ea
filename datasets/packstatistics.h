// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/pack.h"

namespace revisit {

/// Statistics of one band over records that are shown to it twice, in the same order: exact (percentiles by nearest
/// rank); samples that are not finite, or the band's nodata, are left out. Keeps no record.
class BandMeasure {
public:
    virtual ~BandMeasure() = default;
    /// The first time, by a record's first byte.
    virtual void count(const std::byte* record) = 0;
    /// The second time, after all were counted.
    virtual void spread(const std::byte* record) = 0;
    virtual BandStatistics result() const = 0;
};
std::unique_ptr<BandMeasure> measureOf(const PackFormat& format, const Channel& channel);

} // namespace revisit

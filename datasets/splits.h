// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/pack.h"

namespace revisit {

/// What each patch is for, in the patches' order. All looks at a place are for the same, but where it is split by time.
using Splits = std::vector<Split>;

/// Places by chance, until `testShare` of the patches are for testing. It follows from the seed and the ids, not from
/// the patches' order.
Splits splitAtRandom(const std::vector<Patch>& patches, double testShare, std::uint64_t seed);
/// Blocks of so many degrees by chance. Error when a patch has no place, as with the next two.
Splits splitByBlock(const std::vector<Patch>& patches, double blockDeg, double testShare, std::uint64_t seed);
/// The region between these meridians and parallels is for testing; west > east crosses the date line.
Splits splitByRegion(const std::vector<Patch>& patches, double west, double south, double east, double north);
/// The latitudes from `south` to below `north` are for testing, the whole way around.
Splits splitByLatitude(const std::vector<Patch>& patches, double south, double north);
/// Looks of that day (from 1970-01-01) and after it are for testing. Error when a patch has no date.
Splits splitByDate(const std::vector<Patch>& patches, std::int32_t firstTestDay);
/// Looks of these months (1 to 12, both included; from > to goes over the new year) are for testing.
Splits splitBySeason(const std::vector<Patch>& patches, int fromMonth, int toMonth);

/// Where none is for training, all are: of a data set's tests alone, all that there is.
void trainOnSomething(std::vector<Patch>& patches);

/// How much of what is tested was learnt from: of each test patch, the nearest training patch.
struct Leak {
    std::vector<std::int64_t> tests; ///< the test patches
    std::vector<double> km;          ///< of each to the nearest training patch; NAN where its place is not known
    std::vector<double> days; ///< of each to the nearest date of a training patch that shows some of the same ground
                              ///< (is nearer than patchKm); NAN where there is none
    double medianKm = NAN, medianDays = NAN; ///< of those known
    double shownShare = NAN;                 ///< of the test patches whose place is known, those nearer than patchKm
};
/// patchKm: the side of a patch on the ground, NAN where it is not known.
Leak leakOf(const std::vector<Patch>& patches, const Splits& splits, double patchKm);

} // namespace revisit

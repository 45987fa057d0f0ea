// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/params.h"
#include "datasets/pack.h"

namespace revisit {

constexpr double sameGroundSides = 0.95, touchingSides = 1.5; // see Leak

/// How much of what is tested was learnt from: of each test patch, the nearest training patch.
struct Leak {
    std::vector<std::int64_t> tests; ///< the test patches
    std::vector<double> km;          ///< of each to the nearest training patch; NAN where its place is not known
    std::vector<double> days; ///< of each to the nearest date of a training patch that shows the same ground; NAN where
                              ///< there is none
    double patchKm = NAN;     ///< the side of a patch on the ground, NAN where it is not known
    double medianKm = NAN, medianDays = NAN; ///< of those known
    /// Of the test patches whose place is known, the share that is nearer than `km`; NAN where there is none.
    double nearerThan(double km) const;
    /// Those that show ground which was learnt from: nearer than 0.95 sides, so that tiles of a grid, which meet edge
    /// to edge, do not count for a projection's sake.
    double sameGround() const { return nearerThan(sameGroundSides * patchKm); }
    /// Those, and the ones that touch what was learnt from: nearer than 1.5 sides; tiles that meet at a corner are 1.41
    /// apart.
    double touching() const { return nearerThan(touchingSides * patchKm); }
    /// As protocol.md's `started` has it.
    Json values() const;
    /// What to say where results could owe more to the leak than to chance; else empty. docs/data.md reasons from which
    /// shares on.
    std::string warning() const;
};
/// Of the pack's patches as they are split.
Leak leakOf(const Pack& pack);

} // namespace revisit

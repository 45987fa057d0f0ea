// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/pack.h"

namespace revisit {

/// All looks at `places` of the pack's training places (0: at all), ascending: for curves of what more data bring. The
/// classes come equally often, give or take one, while there are places of each; a smaller subset of the same seed is
/// part of a larger one, and what is drawn depends on the patches' ids, not on their order. Error when there are not
/// so many places.
std::vector<std::int64_t> trainingSubset(const Pack& pack, std::int64_t places, std::uint64_t seed);

} // namespace revisit

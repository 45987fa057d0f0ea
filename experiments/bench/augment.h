// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

namespace revisit {

/// Pairs of views a second on one core, a figure a round, each over about half a second or more: SimCLR's chain for
/// ImageNet (crop, flip, colour jitter, grey, blur; normalised) at 64 px from a pack of 8-bit RGB patches of 64 px.
/// Uses the calling thread; writes its pack to the folder for temporary files and deletes it.
std::vector<double> benchAugmentation(int rounds);

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/pack.h"
#include "experiments/checkpoint.h"

namespace revisit {

/// By what the views of a pack are normalised: {"bands": names, "mean": [...], "deviation": [...]}, in physical units,
/// channel after channel. Every checkpoint holds it, for its network means nothing without. Besides `patches`, their
/// `count` and a `key` of all that is known of them, and `file`, its `path` and when it was `written`.
Json normalisationOf(const Pack& pack);

/// Error, with field "dataset", which names the band and both figures, when the pack's are not those that the
/// checkpoint of this run was trained on: other bands, another order, or statistics that differ by more than 1e-6 of
/// the deviation. Checkpoints of before they held any pass. `data`: what people call the file or folder.
void requireNormalisation(const Checkpoint& checkpoint, const Pack& pack, const std::string& data,
                          const std::filesystem::path& run);

/// Error, with field "dataset", when the pack has other patches than the run's checkpoint was trained on: another
/// number, or others by id, place, date, class or split.
void requirePatches(const Checkpoint& checkpoint, const Pack& pack, const std::string& data,
                    const std::filesystem::path& run);

/// A sentence where the pack was written since the checkpoint; patches and statistics are the same, the pixels may
/// not be. Else empty.
std::string rewritten(const Checkpoint& checkpoint, const Pack& pack);

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/sampler.h"

namespace revisit {

/// The training patches of a pack in a new order each epoch, cut into batches; a batch that an epoch does not fill runs
/// over into the next.
class Epochs {
public:
    Epochs() = default;
    /// Error when the pack has no training patches.
    Epochs(const Pack& pack, std::uint64_t seed);
    /// The batch of a step, which counts from 1.
    std::vector<std::int64_t> batch(std::int64_t step, std::int64_t size);
    const std::vector<std::int64_t>& patches() const { return m_patches; }

private:
    void shuffle(std::int64_t epoch);
    std::vector<std::int64_t> m_patches, m_order;
    std::uint64_t m_seed = 0;
    std::int64_t m_epoch = -1; // that m_order is of
};

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/globe.h"
#include "datasets/sampler.h"

namespace revisit {

/// Patches in a new order each epoch, cut into batches; a batch that an epoch does not fill runs over into the next.
/// Where the patches of a batch are to be far apart, an epoch is whole batches instead, and who finds no place sits
/// out.
class Epochs {
public:
    /// What samplers whose anchors come from here have in common.
    void params(Params& p);
    /// Error when there are no patches.
    void prepare(const Pack& pack, const std::vector<std::int64_t>& patches, std::uint64_t seed);
    /// The batch of a step, which counts from 1.
    std::vector<std::int64_t> batch(std::int64_t step, std::int64_t size);
    const std::vector<std::int64_t>& patches() const { return m_patches; }
    /// What there is to say where batches of this size cannot be filled with patches so far apart; or empty.
    std::string warning(std::int64_t size);

private:
    void shuffle(std::int64_t epoch);
    void spread(std::int64_t epoch, std::int64_t size);
    double m_apartKm = 0;
    std::vector<Point> m_points; // of all of the pack's patches
    std::vector<std::int64_t> m_patches, m_order;
    std::uint64_t m_seed = 0;
    std::int64_t m_epoch = -1, m_size = 0; // that m_order is of
    std::int64_t m_near = 0;               // patches of m_order that stand too near another of their batch
};

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/component.h"
#include "datasets/pack.h"

namespace revisit {

/// Which patches make a batch, and which are views of the same thing. A draw is a pure function of (pack, patches,
/// seed, step), so that a resumed run goes on where it was.
class Sampler : public Component {
public:
    /// Called once before the first draw, with the training patches that may be drawn. Error when there is none, or
    /// when the pack lacks what it needs (places, dates, labels). The pack stays open while batches are drawn.
    virtual void prepare(const Pack& pack, const std::vector<std::int64_t>& patches, std::uint64_t seed) = 0;
    /// After prepare: a sentence worth telling about batches of this size, or empty.
    virtual std::string warning(std::int64_t) { return {}; }
    /// Indices into the pack, [views][batch]; column i of all views shows the same thing. step counts from 1.
    virtual std::vector<std::vector<std::int64_t>> draw(std::int64_t step, std::int64_t batch, int views) = 0;
};

const std::vector<Entry<Sampler>>& samplers();

} // namespace revisit

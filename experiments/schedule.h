// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/params.h"
#include <cstdint>

namespace revisit {

/// How the learning rate moves over a run: a rise, then a cosine, steps or a constant; and how it grows with the batch.
class Schedule final : public Configurable {
public:
    void params(Params& p) override;
    /// The factor on the learning rate at `step`, 1 to `steps`. The rise ends at 1 and the cosine ends exactly at
    /// `final` with the last step (Loshchilov & Hutter 2017; steps counted as lightly's cosine_warmup_schedule does).
    double factor(std::int64_t step, std::int64_t steps) const;
    /// The factor on the learning rate for a batch of that many patches.
    double scale(std::int64_t batch) const;

private:
    std::string m_shape = "cosine", m_scaling = "none";
    double m_warmup = 0.05, m_final = 0;
    std::int64_t m_scalingBatch = 256;
};

/// From `start` at step 0 to `end` at step `steps` - 1 along half a cosine.
double cosine(std::int64_t step, std::int64_t steps, double start, double end);

} // namespace revisit

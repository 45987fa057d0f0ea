// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "experiments/objective.h"

namespace revisit {

/// The settings of a teacher that follows its pupil as a moving average.
struct Teacher {
    double momentum = 0.99;
    bool rises = true;
    void params(Params& p);
    /// Gives the networks a teacher of the same architecture with `head` on it, like the pupil's.
    static void build(Networks& nets, const Task& task, std::shared_ptr<Head> head);
    /// After a step: lets it follow, at `momentum` or, where that is not 0, on half a cosine from there to 1 (Grill et
    /// al. 2020).
    void follow(Networks& nets, Moment moment) const;
};

} // namespace revisit

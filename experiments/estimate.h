// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "experiments/experiment.h"

namespace revisit {

/// What a run will cost, found by a few small steps of its own networks on noise.
struct Estimate {
    double secondsPerStep = 0;    ///< without evaluations
    double secondsPerLook = 0;    ///< of one evaluation
    std::int64_t memoryBytes = 0; ///< most that is in use at once, at the full batch
    std::int64_t parameters = 0;
};

/// `threads` of LibTorch as they are set. Error as building the networks would throw it.
Estimate estimate(const Experiment& experiment, std::int64_t bands, std::int64_t classes, std::int64_t inputPx);

/// Error, naming training.batch and a value that fits, when the main memory cannot hold a step.
void refuseWhatCannotFit(const Experiment& experiment, std::int64_t bands, std::int64_t classes);

} // namespace revisit

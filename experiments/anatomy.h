// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "experiments/experiment.h"

namespace revisit {

/// What an experiment's networks are made of, as protocol.md's `network` answers it: stages, parameters,
/// multiply-adds, what the optimiser does to which weights, the learning rate at its largest. The experiment is
/// resolved.
Json anatomy(const Experiment& experiment, std::int64_t bands, std::int64_t classes);

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "experiments/experiment.h"

namespace revisit {

/// The loss or a gradient is no longer a number. The weights are those before that step.
class Diverged : public std::runtime_error {
public:
    Diverged(const std::string& message, Json fix) : std::runtime_error(message), m_fix(std::move(fix)) {}
    const Json& fix() const { return m_fix; }

private:
    Json m_fix;
};

/// What a step was made with and what it gave.
struct Learnt {
    double rate, loss;
    Json terms; ///< the objective's, by name
};

/// Takes a step of an experiment, whose optimiser the networks are attached to: forward, backward, clipping, the
/// optimiser's step. Diverged, and no weight moved, when it cannot be taken.
Learnt learnFrom(const Batch& batch, Experiment& experiment, Networks& networks, Group& group);

} // namespace revisit

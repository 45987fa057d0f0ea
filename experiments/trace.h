// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "experiments/experiment.h"

namespace revisit {

/// What a run begins with and learns from, for whoever wants to follow it step by step (tests/peers/trace.py):
/// trace/config.json, weights.safetensors and step-000001.safetensors, ..., each with view0, view1, ... and labels.
class Trace {
public:
    /// Nothing is written of steps after the first `steps`.
    Trace(const std::filesystem::path& run, std::int64_t steps) : m_folder(run / "trace"), m_steps(steps) {}
    void begin(const Experiment& experiment, const Networks& networks) const;
    void step(const Batch& batch) const;

private:
    std::filesystem::path m_folder;
    std::int64_t m_steps;
};

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/params.h"
#include "experiments/safetensors.h"
#include <optional>
#include <torch/nn/module.h>

namespace revisit {

/// What a run needs to go on as if it had never stopped. Every draw is a function of (seed, step), so the step stands
/// for the sampler's position and all generators.
struct Checkpoint {
    std::int64_t step = 0;
    State model, optimizer;
    Json state = Json::object(); ///< what else the trainer keeps
};

/// Writes checkpoints/step-N in the run folder: into a temporary folder, synced, the manifest last, then renamed;
/// afterwards only it and the newest before it, `keep` in all, remain. Returns the path relative to the run.
std::string saveCheckpoint(const std::filesystem::path& run, const Checkpoint& checkpoint, int keep = 2);

/// The newest whole checkpoint, or that of step `only`, or nothing. Those that are damaged are passed over, and told in
/// `skipped`.
std::optional<Checkpoint> newestCheckpoint(const std::filesystem::path& run, std::vector<std::string>& skipped,
                                           std::int64_t only = 0);

/// Parameters and buffers of a module as they are, and back; Error, naming both shapes, when they do not fit.
State stateOf(const torch::nn::Module& module);
void loadState(torch::nn::Module& module, const State& state);
/// A state that later steps do not change.
State copyOf(const torch::nn::Module& module);

} // namespace revisit

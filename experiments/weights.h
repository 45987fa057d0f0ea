// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "experiments/network.h"
#include "experiments/safetensors.h"
#include "experiments/settings.h"

namespace revisit {

/// The named tensors of a .safetensors file or of one by torch.save, on the CPU; which it is, its first bytes say.
State readWeights(const std::filesystem::path& file);

/// Whose backbone weights.network means in `file`, which is what readWeights() gave of weights.path: "network" or
/// "teacher", or "automatic" where the file does not say. Error, with the key, when it has no such network.
std::string networkIn(const State& file, const Weights& weights);

/// What loadWeights() did.
struct Loaded {
    std::string file, prefix;            ///< before the names of the tensors that were taken
    std::size_t taken = 0;               ///< tensors
    std::vector<std::string> passedOver; ///< names that are not the backbone's: heads, other networks, an optimiser's
    std::string adapted;                 ///< a sentence on the first convolution's bands, or empty
    /// As `started.weights` in protocol.md.
    Json values() const;
};

/// Overwrites the parameters and buffers of `backbone`, whose input has the bands `names`, with those of the file.
/// Strict: Error, naming them, when one is missing (num_batches_tracked apart), of another shape, or one too many that
/// is no head. The bands of the first convolution are adapted as `weights.bands` says.
Loaded loadWeights(Net& backbone, const Weights& weights, const std::vector<std::string>& names);
/// The same of what readWeights() gave of weights.path.
Loaded takeWeights(Net& backbone, const State& file, const Weights& weights, const std::vector<std::string>& names);

/// Bands of the images that a file's network takes, if it is like `backbone`; 0: it is not, or has no convolution.
std::int64_t bandsOf(const State& file, const Net& backbone);

} // namespace revisit

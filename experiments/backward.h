// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "experiments/objective.h"

namespace revisit {

/// How a batch passes through the networks.
struct Passing {
    std::int64_t part = 0; ///< samples that pass at a time, 0 for all
    bool exact = true;     ///< the formula sees the whole batch; else the mean of the parts' losses is taken
    bool bfloat16 = false; ///< the networks compute in bfloat16; embeddings and formula in float32
};

/// What a backward pass leaves: the loss, with terms, and the whole batch's embeddings, without gradient.
struct Passed {
    Loss loss;
    Embeddings embeddings;
};

/// Encodes a batch, evaluates the formula and adds the gradients to the networks' weights. In parts and exact it is the
/// whole batch's gradient but for batch norm, whose statistics are each part's, and for what is drawn by chance, which
/// each part draws anew (cached gradients: Gao et al. 2021,
/// arXiv 2101.06983): each part passes twice, and only one part's activations are kept.
Passed backward(Objective& objective, const Batch& batch, Networks& networks, Group& group, const Passing& passing);

} // namespace revisit

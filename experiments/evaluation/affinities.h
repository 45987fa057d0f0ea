// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>
#include <cstdint>
#include <vector>

namespace revisit {

/// The symmetric probabilities P of t-SNE, summing to 1, kept sparse: row i's are value[e] for the points other[e],
/// first[i] <= e < first[i + 1]. Dense P of 10,000 points would be 400 MB to read in each iteration.
struct Affinities {
    std::vector<int64_t> first;
    std::vector<int32_t> other;
    std::vector<double> value;

    int64_t points() const { return static_cast<int64_t>(first.size()) - 1; }
};

/// Gaussian conditionals of that perplexity over each point's nearest `neighbours` in x [N, D], symmetrised (van der
/// Maaten & Hinton 2008, eq. 1); with N - 1 neighbours exact. 0 < neighbours < N.
Affinities affinities(const at::Tensor& x, double perplexity, int64_t neighbours);

} // namespace revisit

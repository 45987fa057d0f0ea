// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "experiments/evaluation/affinities.h"
#include <functional>

namespace revisit {

/// Kullback-Leibler divergence of the Student-t probabilities of `layout` [N, 2] from P.
double divergence(const Affinities& p, const at::Tensor& layout);

/// Its gradient by `layout` [N, 2], float32 or float64, on the CPU: exact over all pairs of points; P is multiplied by
/// `exaggeration`.
at::Tensor gradient(const Affinities& p, const at::Tensor& layout, double exaggeration = 1);

struct TsneOptions {
    double perplexity = 30;    ///< lowered to (N - 1) / 3 where there are too few points
    int64_t exaggerated = 250; ///< first iterations, with P times 12
    int64_t iterations = 500;  ///< further iterations; all of them when an earlier layout is given
    std::function<bool()> cancelled = [] {
        return false;
    }; ///< asked before each iteration; true ends with the layout so far
};

/// Layout [N, 2], float32, on the CPU, of x [N, D]: PCA to 50 dimensions, P over 3 perplexities of neighbours, exact
/// gradient. Starts from two principal components; with `previous` [N, 2] from that, shrunk, without exaggeration, and
/// is aligned to it. Equal for any number of threads.
at::Tensor tsne(const at::Tensor& x, const TsneOptions& options = {}, const at::Tensor& previous = {});

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>
#include <cstdint>

namespace revisit {

struct NeighbourVote {
    int64_t neighbours = 20;
    double temperature = 0.07;
};

/// Classes [Q] that the nearest rows of `bank` [N, D] by cosine vote for, with weights exp(similarity / temperature),
/// for the rows of `query` [Q, D]; `labels` [N] below `classes`. Wu et al. (2018), section 3.4. A tie goes to the lower
/// class.
at::Tensor classify(const at::Tensor& bank, const at::Tensor& labels, const at::Tensor& query, int64_t classes,
                    const NeighbourVote& vote = {});

/// Share of equal entries of two [N].
double accuracy(const at::Tensor& predicted, const at::Tensor& labels);

/// Share of the rows of `a` [N, D] whose nearest row of `b` [N, D] by cosine is the one of the same index.
double retrieval(const at::Tensor& a, const at::Tensor& b);

/// Mean of retrieval(a, b) and retrieval(b, a).
double mutualRetrieval(const at::Tensor& a, const at::Tensor& b);

} // namespace revisit

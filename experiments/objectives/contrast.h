// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "experiments/objective.h"

namespace revisit {

/// Two views' embeddings, each of which looks for its partner among everyone's.
struct Pairs {
    at::Tensor similarity;    ///< [2n, 2N], cosines of this process's embeddings with the whole group's
    at::Tensor self, partner; ///< [2n, 1], the columns of each row's own embedding and of the other view's
    /// Mean similarity of the partners, and of the most similar embedding that is no partner; alignment, and
    /// uniformity of both views together (Wang & Isola 2020, arXiv 2005.10242, have it within one).
    std::vector<std::pair<std::string, at::Tensor>> terms() const;
};
Pairs pairsOf(const Embeddings& embeddings, Group& group);

} // namespace revisit

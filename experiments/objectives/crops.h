// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "experiments/objective.h"

namespace revisit {

/// The settings of multi-crop (Caron et al. 2020, arXiv 2006.09882): two views, and smaller ones of smaller parts.
struct Crops {
    std::int64_t local = 4, localPx = 0;
    double localMin = 0.05, localMax = 0.25;
    void params(Params& p);
    std::vector<ViewKind> views(std::int64_t inputPx) const;
    /// Error when its settings contradict each other.
    void check() const;
};

/// One tensor per view: `net` of views that have one size together, in their order.
std::vector<at::Tensor> perView(const std::vector<at::Tensor>& views,
                                const std::function<at::Tensor(const at::Tensor&)>& net);

} // namespace revisit

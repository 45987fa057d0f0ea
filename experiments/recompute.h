// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "experiments/network.h"
#include <functional>

namespace revisit {

/// f(x), where f is a part of a network that `owner` holds. With `recompute` its inner activations are not kept: they
/// are computed again when the gradient comes back (gradient checkpointing, Chen et al. 2016, arXiv 1604.06174). The
/// owner's running statistics count once.
torch::Tensor through(torch::nn::Module& owner, const std::function<torch::Tensor(const torch::Tensor&)>& f,
                      const torch::Tensor& x, bool recompute);

} // namespace revisit

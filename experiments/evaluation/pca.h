// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>
#include <cstdint>

namespace revisit {

/// Scores [N, min(k, N, D)], float64, of x [N, D] on its principal components, the widest first. Of each component the
/// score of largest magnitude is positive. Equal for any number of threads.
at::Tensor pca(const at::Tensor& x, int64_t k);

} // namespace revisit

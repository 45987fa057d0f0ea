// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>
#include <cstdint>

namespace revisit {

/// How far the k nearest neighbours in `layout` [N, 2] are neighbours in x [N, D] too (Venna & Kaski 2001), Euclidean:
/// 1 if all are; k must be below N / 2.
double trustworthiness(const at::Tensor& x, const at::Tensor& layout, int64_t k);

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>

namespace revisit {

enum class Scaling { Keep, Fit };

/// `layout` [N, 2] rotated or reflected, moved and, with Scaling::Fit, scaled to lie as near to `reference` [N, 2] as
/// it can by least squares (orthogonal Procrustes problem, Schoenemann 1966).
at::Tensor aligned(const at::Tensor& layout, const at::Tensor& reference, Scaling scaling = Scaling::Keep);

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>

namespace revisit {

enum class Centring { None, Mean };

/// RankMe (Garrido et al. 2023) of x [N, D]: exp of the entropy of p = s / sum(s) + 1e-7, s the singular values. The
/// paper does not centre; a common mean then hides a collapse. 0 if centring leaves nothing but rounding of float32,
/// NaN if x is not finite.
double rankMe(const at::Tensor& x, Centring centring);

/// Effective rank (Roy & Vetterli 2007) of x [N, D], not centred: as RankMe, without its 1e-7.
double effectiveRank(const at::Tensor& x);

/// Share of the variance of x [N, D] that lies along its first principal direction; 1 where there is hardly any
/// variance, NaN if x is not finite.
double leadingShare(const at::Tensor& x);

/// Mean over dimensions of the deviation of L2-normalised rows of x [N, D], times sqrt(D): 1 if spread evenly, 0 if
/// collapsed.
double spread(const at::Tensor& x);

/// Mean squared distance of the L2-normalised rows of a and b [N, D] (Wang & Isola 2020).
double alignment(const at::Tensor& a, const at::Tensor& b);

/// Log of the mean of exp(-2 squared distance) over all pairs of L2-normalised rows of x [N, D] (Wang & Isola 2020).
double uniformity(const at::Tensor& x);

} // namespace revisit

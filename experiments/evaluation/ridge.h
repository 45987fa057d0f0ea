// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>

namespace revisit {

/// Ridge regression (Hoerl & Kennard 1970) on standardised features, with an intercept: the minimum of |Zw - y|^2 +
/// l2 |w|^2. The features are taken apart once, for any number of targets and penalties; on their device, in float64.
class Ridge {
public:
    /// x [N, D]; a constant feature is left as it is.
    explicit Ridge(const at::Tensor& x);
    /// Fits y [N, K] and gives what it says of query [M, D]: [M, K] float64.
    at::Tensor predict(const at::Tensor& y, const at::Tensor& query, double l2) const;

private:
    at::Tensor m_mean, m_scale, m_z, m_values, m_vectors; // of Z'Z
};

/// Share of the variance of truth [M, K] that `predicted` explains, over all columns together: 1 for all of it, 0 for
/// as much as the mean, less for worse. NaN where the truth does not vary.
double explained(const at::Tensor& predicted, const at::Tensor& truth);

} // namespace revisit

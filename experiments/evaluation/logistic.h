// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>
#include <cstdint>

namespace revisit {

struct LogisticOptions {
    double l2 = 1; ///< weight of |W|^2 / 2 against the summed losses: 1 / C of scikit-learn
    int64_t maxIterations = 500;
    double tolerance = 1e-4; ///< on the largest entry of the mean loss's gradient
};

/// Multinomial logistic regression on standardised features, on the device of the features it was fitted to.
struct LinearProbe {
    at::Tensor mean, scale;  ///< [D]; the scale of a constant feature is 1
    at::Tensor weight, bias; ///< [K, D], [K]
    double loss = 0;         ///< mean cross-entropy plus l2 |W|^2 / 2N
    int64_t iterations = 0;
    bool converged = false;

    at::Tensor logits(const at::Tensor& x) const;  ///< [N, D] -> [N, K]
    at::Tensor predict(const at::Tensor& x) const; ///< [N, D] -> [N]
};

/// Fits by L-BFGS from zero to features x [N, D] and classes y [N] below `classes`; float32 unless x is float64.
LinearProbe fitLinearProbe(const at::Tensor& x, const at::Tensor& y, int64_t classes,
                           const LogisticOptions& options = {});

} // namespace revisit

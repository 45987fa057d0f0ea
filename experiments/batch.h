// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>
#include <vector>

namespace revisit {

/// What one step learns from: a batch is a tensor on the device.
struct Batch {
    std::vector<at::Tensor> views; ///< each [N, C, S, S] float32, normalised; row i of all views shows the same thing
    at::Tensor labels;             ///< [N] int64, -1 where there is none
};

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>
#include <vector>

namespace revisit {

/// A step of a run of so many.
struct Moment {
    std::int64_t step = 1, steps = 1; ///< from 1
};

/// What one step learns from: a batch is a tensor on the device.
struct Batch {
    std::vector<at::Tensor> views; ///< each [N, C, S, S] float32, normalised; row i of all views shows the same thing
    at::Tensor labels;             ///< [N] int64, -1 where there is none
    std::uint64_t key = 0;         ///< what an objective draws by chance in this step follows from it
    Moment moment;
};

} // namespace revisit

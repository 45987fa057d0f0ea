// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>

namespace revisit {

/// The processes that share a batch. Both operations carry gradients; no objective asks how many there are.
class Group {
public:
    virtual ~Group() = default;
    /// Everyone's rows, in the order of ranks: [n, D] -> [N, D].
    virtual at::Tensor gather(const at::Tensor& rows) = 0;
    /// Everyone's tensors added up.
    virtual at::Tensor sum(const at::Tensor& tensor) = 0;
    /// Where this process's rows stand in what gather returns.
    virtual std::int64_t offset(std::int64_t rows) = 0;
};

/// One process.
class Alone final : public Group {
public:
    at::Tensor gather(const at::Tensor& rows) override { return rows; }
    at::Tensor sum(const at::Tensor& tensor) override { return tensor; }
    std::int64_t offset(std::int64_t) override { return 0; }
};

} // namespace revisit

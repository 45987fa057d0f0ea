// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>
#include <cstdint>
#include <functional>

namespace revisit {

/// Calls f(first, count) for blocks of at most 256 rows, without autograd. On the CPU blocks run in parallel, each on
/// one thread; their size depends on `rows` alone, so that what is computed per block is the same for any number of
/// threads. Elsewhere one by one.
void forRows(int64_t rows, c10::Device device, const std::function<void(int64_t first, int64_t count)>& f);

/// forRows of an f that returns tensors, concatenated along dimension 0 in the order of the rows.
at::Tensor mapRows(int64_t rows, c10::Device device, const std::function<at::Tensor(int64_t first, int64_t count)>& f);

/// Calls f with LibTorch kept to one thread: where the last bits would depend on the number of threads, and where
/// operations are so small that waiting for a second thread on a busy machine costs more than it computes.
void onOneThread(const std::function<void()>& f);

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>

namespace revisit {

/// Calls work(0) .. work(count - 1) on `threads` threads (0: all cores), begun in this order. The calling thread tells
/// `progress` ten times a second how many are done; Cancelled when that returns false. Of several failures that
/// of the least index is thrown, whatever the number of threads.
void parallelFor(std::int64_t count, const std::function<void(std::int64_t)>& work,
                 const std::function<bool(std::int64_t)>& progress, unsigned threads = 0);

} // namespace revisit

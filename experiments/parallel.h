// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/Parallel.h>
#include <algorithm>
#include <cstdint>
#include <exception>
#include <thread>
#include <vector>

namespace revisit {

/// Calls work(first, last) on consecutive parts of 0 .. n - 1, at least `least` long, on up to at::get_num_threads()
/// threads, and returns when all are done; rethrows the first exception. (at::parallel_for runs on one thread wherever
/// the calling code is not compiled with LibTorch's OpenMP, and clang's is another.)
template <class Work> void parallelFor(std::int64_t n, std::int64_t least, const Work& work)
{
    const auto parts = std::clamp<std::int64_t>(n / std::max<std::int64_t>(least, 1), 1, at::get_num_threads());
    std::vector<std::exception_ptr> failures(static_cast<std::size_t>(parts));
    const auto part = [&](std::int64_t i) {
        try {
            work(n * i / parts, n * (i + 1) / parts);
        } catch (...) {
            failures[static_cast<std::size_t>(i)] = std::current_exception();
        }
    };
    {
        std::vector<std::jthread> threads;
        for (std::int64_t i = 1; i < parts; ++i) threads.emplace_back(part, i);
        part(0);
    }
    for (const auto& failure : failures)
        if (failure) std::rethrow_exception(failure);
}

} // namespace revisit

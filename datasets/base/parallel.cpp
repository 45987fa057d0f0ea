// SPDX-License-Identifier: Apache-2.0
#include "datasets/base/parallel.h"
#include "datasets/base/error.h"
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace revisit {

void parallelFor(std::int64_t count, const std::function<void(std::int64_t)>& work,
                 const std::function<bool(std::int64_t)>& progress, unsigned threads)
{
    if (threads == 0) threads = std::max(1u, std::thread::hardware_concurrency());
    threads = static_cast<unsigned>(std::clamp<std::int64_t>(count, 1, threads));
    std::atomic<std::int64_t> next = 0, done = 0;
    std::atomic<std::int64_t> end = count; // nothing from here on is begun
    std::mutex mutex;
    std::condition_variable finished;
    unsigned running = threads;
    std::exception_ptr failure;

    const auto worker = [&] {
        for (std::int64_t i = next++; i < end; i = next++) {
            try {
                work(i);
                ++done;
            } catch (...) {
                const std::lock_guard lock(mutex);
                if (i < end) end = i, failure = std::current_exception();
            }
        }
        const std::lock_guard lock(mutex);
        --running;
        finished.notify_one();
    };
    bool cancelled = false;
    {
        std::vector<std::jthread> pool;
        for (unsigned t = 0; t < threads; ++t) pool.emplace_back(worker);
        std::unique_lock lock(mutex);
        while (!finished.wait_for(lock, std::chrono::milliseconds(100), [&] { return running == 0; })) {
            lock.unlock();
            if (!cancelled && !progress(done)) cancelled = true, end = 0;
            lock.lock();
        }
    }
    if (failure) std::rethrow_exception(failure);
    if (cancelled) throw Cancelled();
}

} // namespace revisit

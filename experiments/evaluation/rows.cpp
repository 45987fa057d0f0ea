// SPDX-License-Identifier: Apache-2.0
#include "experiments/evaluation/rows.h"
#include "experiments/parallel.h"
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <algorithm>
#include <vector>

namespace revisit {
namespace {

constexpr int64_t blockRows = 256;

/// LibTorch's number of threads belongs to the thread that sets it, but is also the first value of every thread yet to
/// come.
class ThreadsAsBefore {
public:
    ThreadsAsBefore() = default;
    ThreadsAsBefore(const ThreadsAsBefore&) = delete;
    ThreadsAsBefore& operator=(const ThreadsAsBefore&) = delete;
    ~ThreadsAsBefore() { at::set_num_threads(m_before); }

private:
    int m_before = at::get_num_threads();
};

} // namespace

void forRows(int64_t rows, c10::Device device, const std::function<void(int64_t, int64_t)>& f)
{
    const auto run = [&](int64_t begin, int64_t end) {
        const at::NoGradGuard noGrad; // a property of the thread as well
        for (int64_t b = begin; b < end; ++b) f(b * blockRows, std::min(blockRows, rows - b * blockRows));
    };
    const int64_t blocks = (rows + blockRows - 1) / blockRows;
    if (!device.is_cpu()) return run(0, blocks);
    const ThreadsAsBefore threadsAsBefore;
    parallelFor(blocks, 1, [&](int64_t begin, int64_t end) {
        at::set_num_threads(1);
        run(begin, end);
    });
}

at::Tensor mapRows(int64_t rows, c10::Device device, const std::function<at::Tensor(int64_t, int64_t)>& f)
{
    std::vector<at::Tensor> parts((rows + blockRows - 1) / blockRows);
    forRows(rows, device, [&](int64_t first, int64_t count) { parts[first / blockRows] = f(first, count); });
    return at::cat(parts);
}

void onOneThread(const std::function<void()>& f)
{
    const ThreadsAsBefore threadsAsBefore;
    at::set_num_threads(1);
    f();
}

} // namespace revisit

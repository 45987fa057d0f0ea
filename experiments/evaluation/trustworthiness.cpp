// SPDX-License-Identifier: Apache-2.0
#include "experiments/evaluation/trustworthiness.h"
#include "experiments/evaluation/rows.h"
#include <ATen/ATen.h>
#include <cmath>
#include <limits>
#include <vector>

namespace revisit {
namespace {

/// Squared distances [count, N] of rows to all rows, infinite to themselves.
at::Tensor distances(const at::Tensor& x, int64_t first, int64_t count)
{
    const auto square = x.square().sum(1);
    const auto rows = x.narrow(0, first, count);
    auto result = at::addmm(square.unsqueeze(0), rows, x.t(), 1, -2) + square.narrow(0, first, count).unsqueeze(1);
    result.narrow(1, first, count).diagonal().fill_(std::numeric_limits<double>::infinity());
    return result;
}

} // namespace

double trustworthiness(const at::Tensor& x, const at::Tensor& layout, int64_t k)
{
    const auto features = x.detach().to(at::kCPU, at::kDouble);
    const auto positions = layout.detach().to(at::kCPU, at::kDouble);
    const int64_t n = features.size(0);
    const auto penalties = mapRows(n, at::kCPU, [&](int64_t first, int64_t count) {
        const auto far = distances(features, first, count).contiguous();
        const auto near = std::get<1>(distances(positions, first, count).topk(k, 1, false, false)).contiguous();
        auto penalty = at::zeros({count}, at::kDouble);
        for (int64_t i = 0; i < count; ++i) {
            const double* row = far.const_data_ptr<double>() + i * n;
            int64_t sum = 0;
            for (int64_t m = 0; m < k; ++m) {
                const double limit = row[near.const_data_ptr<int64_t>()[i * k + m]];
                int64_t rank = 1; // 1 is the nearest
                for (int64_t j = 0; j < n; ++j) rank += row[j] < limit;
                sum += std::max<int64_t>(0, rank - k);
            }
            penalty.mutable_data_ptr<double>()[i] = static_cast<double>(sum);
        }
        return penalty;
    });
    const double scale = 2.0 / (static_cast<double>(n) * k * (2.0 * n - 3.0 * k - 1));
    return 1 - scale * penalties.sum().item<double>();
}

} // namespace revisit

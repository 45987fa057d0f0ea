// SPDX-License-Identifier: Apache-2.0
#include "experiments/evaluation/affinities.h"
#include "experiments/evaluation/rows.h"
#include <ATen/ATen.h>
#include <algorithm>
#include <cmath>
#include <limits>

namespace revisit {
namespace {

/// k neighbours of each point and what becomes their conditional probabilities, both [N, k] by rows.
struct Neighbourhoods {
    int64_t k;
    std::vector<int32_t> other;
    std::vector<double> value;
};

/// Squared distances -> probabilities whose entropy is log(perplexity) within 1e-5, by bisection of the precision.
void toProbabilities(double* value, int64_t k, double perplexity)
{
    const double nearest = *std::min_element(value, value + k);
    const double target = std::log(perplexity);
    std::vector<double> p(k);
    double precision = 1, low = 0, high = std::numeric_limits<double>::infinity();
    for (int step = 0; step < 100; ++step) {
        double sum = 0, weighted = 0;
        for (int64_t j = 0; j < k; ++j) {
            const double above = value[j] - nearest; // a common factor of all p, which would underflow
            p[j] = std::exp(-precision * above);
            sum += p[j];
            weighted += p[j] * above;
        }
        for (double& v : p) v /= sum;
        const double excess = std::log(sum) + precision * weighted / sum - target;
        if (std::abs(excess) <= 1e-5) break;
        (excess > 0 ? low : high) = precision;
        precision = std::isinf(high) ? 2 * precision : (low + high) / 2;
    }
    std::copy(p.begin(), p.end(), value);
}

Neighbourhoods conditionals(const at::Tensor& x, double perplexity, int64_t k)
{
    const int64_t n = x.size(0), d = x.size(1);
    const auto square = x.square().sum(1);
    Neighbourhoods result{k, std::vector<int32_t>(n * k), std::vector<double>(n * k)};
    forRows(n, at::kCPU, [&](int64_t first, int64_t count) {
        auto distance =
            at::addmm(square.unsqueeze(0), x.narrow(0, first, count), x.t(), 1, -2); // less each row's own square
        distance.narrow(1, first, count).diagonal().fill_(std::numeric_limits<double>::infinity());
        const auto nearest = std::get<1>(distance.topk(k, 1, false, false)).contiguous();
        const int64_t* index = nearest.const_data_ptr<int64_t>();
        const double* points = x.const_data_ptr<double>();
        for (int64_t i = first; i < first + count; ++i) {
            double* value = &result.value[i * k];
            for (int64_t m = 0; m < k; ++m) {
                const int64_t j = *index++;
                double sum = 0; // anew, for the difference of squares cancels where points are close
                for (int64_t c = 0; c < d; ++c) {
                    const double difference = points[i * d + c] - points[j * d + c];
                    sum += difference * difference;
                }
                result.other[i * k + m] = static_cast<int32_t>(j);
                value[m] = sum;
            }
            toProbabilities(value, k, perplexity);
        }
    });
    return result;
}

} // namespace

Affinities affinities(const at::Tensor& x, double perplexity, int64_t neighbours)
{
    const auto points = x.detach().to(at::kCPU, at::kDouble).contiguous();
    const int64_t n = points.size(0);
    const auto directed = conditionals(points, perplexity, neighbours);

    // (p_ij + p_ji) / 2N: each directed edge stands in both its rows, and what meets there is added.
    struct Edge {
        int32_t other;
        double value;
    };
    std::vector<std::vector<Edge>> rows(n);
    for (int64_t i = 0; i < n; ++i) {
        for (int64_t e = i * directed.k; e < (i + 1) * directed.k; ++e) {
            const double half = directed.value[e] / (2.0 * n);
            rows[i].push_back({directed.other[e], half});
            rows[directed.other[e]].push_back({static_cast<int32_t>(i), half});
        }
    }
    Affinities result;
    result.first.push_back(0);
    for (auto& row : rows) {
        std::sort(row.begin(), row.end(), [](const Edge& a, const Edge& b) { return a.other < b.other; });
        for (size_t e = 0; e < row.size(); ++e) {
            if (e > 0 && row[e].other == row[e - 1].other) {
                result.value.back() += row[e].value; // two terms at most: their order does not matter
                continue;
            }
            result.other.push_back(row[e].other);
            result.value.push_back(row[e].value);
        }
        result.first.push_back(static_cast<int64_t>(result.other.size()));
    }
    return result;
}

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "experiments/evaluation/tsne.h"
#include "experiments/evaluation/pca.h"
#include "experiments/evaluation/procrustes.h"
#include "experiments/evaluation/tsnekernel.h"
#include "experiments/parallel.h"
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <algorithm>
#include <cmath>
#include <numeric>

namespace revisit {
namespace {

/// Layout [N, 2] -> coordinates [2, padded], as the kernel takes them.
at::Tensor spreadOut(const at::Tensor& layout, at::ScalarType type)
{
    const int64_t n = layout.size(0);
    const int64_t padded = (n + pointPadding - 1) / pointPadding * pointPadding;
    auto result = at::arange(1 - n, padded - n + 1, at::kDouble).mul(farAway).to(type).repeat({2, 1});
    result.narrow(1, 0, n).copy_(layout.detach().t());
    return result;
}

at::Tensor gathered(const at::Tensor& coordinates, int64_t n) { return coordinates.narrow(1, 0, n).t().contiguous(); }

template <typename Scalar> class Slope {
public:
    explicit Slope(const Affinities& p) : m_points(p.points())
    {
        m_row.reserve(p.first.size());
        for (int64_t i = 0; i < m_points; ++i) {
            m_row.push_back(static_cast<int64_t>(m_value.size()));
            m_other.insert(m_other.end(), p.other.begin() + p.first[i], p.other.begin() + p.first[i + 1]);
            m_value.insert(m_value.end(), p.value.begin() + p.first[i], p.value.begin() + p.first[i + 1]);
            const auto filled = (m_value.size() + pointPadding - 1) / pointPadding * pointPadding;
            m_other.resize(filled, static_cast<int32_t>(i));
            m_value.resize(filled, 0);
        }
        m_row.push_back(static_cast<int64_t>(m_value.size()));
    }

    /// Gradient [2, padded] at `coordinates`; returns the sum of q over all ordered pairs.
    double operator()(const at::Tensor& coordinates, double exaggeration, at::Tensor& gradient)
    {
        const int64_t n = m_points, padded = coordinates.size(1);
        const Scalar* x = coordinates.const_data_ptr<Scalar>();
        const Scalar* y = x + padded;
        const auto parts = std::clamp<int64_t>(n / 64, 1, 8); // not of the threads: the sums stay the same
        m_pull.resize(2 * padded);
        m_push.assign(2 * padded * parts, 0);
        m_weight.resize(parts);
        parallelFor(parts, 1, [&](int64_t begin, int64_t end) {
            for (int64_t part = begin; part < end; ++part) {
                Scalar* push = m_push.data() + 2 * padded * part;
                m_weight[part] = repel(x, y, padded, part, parts, push, push + padded);
                attract(x, y, m_row.data(), m_other.data(), m_value.data(), n * part / parts, n * (part + 1) / parts,
                        m_pull.data(), m_pull.data() + padded);
            }
        });
        const double total = std::accumulate(m_weight.begin(), m_weight.end(), 0.0);
        Scalar* out = gradient.mutable_data_ptr<Scalar>();
        const Scalar pull = static_cast<Scalar>(4 * exaggeration), push = static_cast<Scalar>(4 / total);
        for (const int64_t axis : {int64_t(0), padded}) {
            for (int64_t i = axis; i < axis + n; ++i) {
                Scalar pushed = 0;
                for (int64_t part = 0; part < parts; ++part) pushed += m_push[2 * padded * part + i];
                out[i] = pull * m_pull[i] - push * pushed;
            }
        }
        return total;
    }

private:
    int64_t m_points;
    std::vector<int64_t> m_row; // as attract() takes them
    std::vector<int32_t> m_other;
    std::vector<Scalar> m_value;
    std::vector<Scalar> m_pull, m_push; // [2, padded]; the latter for each part
    std::vector<double> m_weight;
};

struct Phase {
    int64_t iterations;
    double exaggeration, momentum;
};

/// Gradient descent with momentum and gains (Jacobs 1988). False if cancelled.
bool descend(Slope<float>& slope, at::Tensor& coordinates, int64_t n, const Phase& phase,
             const std::function<bool()>& cancelled)
{
    const int64_t padded = coordinates.size(1);
    const auto rate = static_cast<float>(std::max(static_cast<double>(n) / phase.exaggeration / 4, 50.0));
    const auto momentum = static_cast<float>(phase.momentum);
    auto gradient = at::zeros_like(coordinates);
    std::vector<float> step(2 * padded), gain(2 * padded, 1.f);
    float* position = coordinates.mutable_data_ptr<float>();
    const float* g = gradient.const_data_ptr<float>();
    for (int64_t iteration = 0; iteration < phase.iterations; ++iteration) {
        if (cancelled()) return false;
        slope(coordinates, phase.exaggeration, gradient);
        for (const int64_t axis : {int64_t(0), padded}) {
            double mean = 0;
            for (int64_t i = axis; i < axis + n; ++i) {
                gain[i] = step[i] * g[i] < 0 ? gain[i] + 0.2f : std::max(gain[i] * 0.8f, 0.01f);
                step[i] = std::clamp(momentum * step[i] - rate * gain[i] * g[i], -5.f, 5.f);
                position[i] += step[i];
                mean += position[i];
            }
            const auto shift = static_cast<float>(mean / n);
            for (int64_t i = axis; i < axis + n; ++i) position[i] -= shift;
        }
    }
    return true;
}

/// Columns 0 and 1 (zero where there is no 1), centred, with that deviation in the mean.
at::Tensor start(const at::Tensor& columns, double deviation)
{
    const int64_t k = std::min<int64_t>(2, columns.size(1));
    auto layout = at::zeros({columns.size(0), 2}, at::kDouble);
    layout.narrow(1, 0, k).copy_(columns.narrow(1, 0, k));
    layout = layout - layout.mean(0);
    const double present = layout.square().mean().sqrt().item<double>();
    return present > 0 ? layout * (deviation / present) : layout;
}

} // namespace

double divergence(const Affinities& p, const at::Tensor& layout)
{
    const auto coordinates = spreadOut(layout, at::kDouble);
    auto gradient = at::empty_like(coordinates);
    const double total = Slope<double>{p}(coordinates, 1, gradient);
    const double* x = coordinates.const_data_ptr<double>();
    const double* y = x + coordinates.size(1);
    double sum = 0;
    for (int64_t i = 0; i < p.points(); ++i) {
        for (int64_t e = p.first[i]; e < p.first[i + 1]; ++e) {
            if (p.value[e] == 0) continue;
            const double dx = x[i] - x[p.other[e]], dy = y[i] - y[p.other[e]];
            sum += p.value[e] * std::log(p.value[e] * total * (1 + dx * dx + dy * dy));
        }
    }
    return sum;
}

at::Tensor gradient(const Affinities& p, const at::Tensor& layout, double exaggeration)
{
    const auto coordinates = spreadOut(layout, layout.scalar_type());
    auto result = at::empty_like(coordinates);
    if (layout.scalar_type() == at::kDouble)
        Slope<double>{p}(coordinates, exaggeration, result);
    else
        Slope<float>{p}(coordinates, exaggeration, result);
    return gathered(result, p.points());
}

at::Tensor tsne(const at::Tensor& x, const TsneOptions& options, const at::Tensor& previous)
{
    const at::NoGradGuard noGrad;
    const int64_t n = x.size(0);
    if (n < 2) return at::zeros({n, 2}, at::kFloat);
    const auto components = pca(x, 50).cpu();
    const double perplexity = std::min(options.perplexity, (n - 1) / 3.0);
    const auto neighbours = std::clamp<int64_t>(static_cast<int64_t>(3 * perplexity), 1, n - 1);
    const auto p = affinities(components, perplexity, neighbours);

    Slope<float> slope(p);
    at::Tensor coordinates;
    bool goOn = true;
    if (previous.defined()) {
        // At its own size points could not pass each other, and a layout of features that have changed much would stay
        // wrong.
        coordinates = spreadOut(start(previous, 3), at::kFloat);
    } else {
        coordinates = spreadOut(start(components, 1e-4), at::kFloat);
        goOn = descend(slope, coordinates, n, {options.exaggerated, 12, 0.5}, options.cancelled);
    }
    if (goOn) descend(slope, coordinates, n, {options.iterations, 1, 0.8}, options.cancelled);
    const auto layout = gathered(coordinates, n);
    return previous.defined() ? aligned(layout, previous.cpu()) : layout;
}

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "experiments/evaluation/ridge.h"
#include <cmath>
#include <torch/torch.h>

namespace revisit {

Ridge::Ridge(const at::Tensor& x) : m_mean(x.to(at::kDouble).mean(0)), m_scale(x.to(at::kDouble).std(0, false))
{
    m_scale = torch::where(m_scale > 0, m_scale, 1);
    m_z = (x.to(at::kDouble) - m_mean) / m_scale;
    std::tie(m_values, m_vectors) = at::linalg_eigh(m_z.t().mm(m_z));
    m_values = m_values.clamp_min(0); // but for rounding they are
}

at::Tensor Ridge::predict(const at::Tensor& y, const at::Tensor& query, double l2) const
{
    const auto mean = y.to(at::kDouble).mean(0);
    const auto along = m_vectors.t().mm(m_z.t().mm(y.to(at::kDouble) - mean)); // [D, K]
    const auto weight = m_vectors.mm(along / (m_values + l2).unsqueeze(1));
    return ((query.to(at::kDouble) - m_mean) / m_scale).mm(weight) + mean;
}

double explained(const at::Tensor& predicted, const at::Tensor& truth)
{
    const auto y = truth.to(at::kDouble);
    const auto varies = (y - y.mean(0)).square().sum().item<double>();
    return varies > 0 ? 1 - (y - predicted).square().sum().item<double>() / varies : NAN;
}

} // namespace revisit

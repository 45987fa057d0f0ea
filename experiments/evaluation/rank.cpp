// SPDX-License-Identifier: Apache-2.0
#include "experiments/evaluation/rank.h"
#include "experiments/evaluation/rows.h"
#include <ATen/ATen.h>
#include <cmath>
#include <limits>

namespace revisit {
namespace {

/// In double, without autograd's graph.
at::Tensor exact(const at::Tensor& x) { return x.detach().to(at::kDouble); }

at::Tensor normalised(const at::Tensor& x)
{
    const auto y = exact(x);
    return y / y.norm(2, 1, true).clamp_min(1e-12);
}

/// NaN where x is not finite: LAPACK would throw.
at::Tensor singularValues(const at::Tensor& x)
{
    if (!x.isfinite().all().item<bool>()) return at::full({1}, std::numeric_limits<double>::quiet_NaN(), at::kDouble);
    at::Tensor values;
    onOneThread([&] { values = at::linalg_svdvals(x.cpu()); }); // the CPU spares CUDA's solver libraries
    return values;
}

/// x without its mean; empty if that leaves nothing but rounding of float32.
at::Tensor centred(const at::Tensor& x)
{
    const auto y = x - x.mean(0);
    return y.norm().item<double>() <= 1e-6 * x.norm().item<double>() ? at::Tensor() : y;
}

double exponentOfEntropy(const at::Tensor& x, double offset)
{
    const auto values = singularValues(x);
    const auto p = values / values.sum() + offset;
    return std::exp(-at::xlogy(p, p).sum().item<double>());
}

} // namespace

double rankMe(const at::Tensor& x, Centring centring)
{
    auto y = exact(x);
    if (centring == Centring::Mean) y = centred(y);
    return y.defined() ? exponentOfEntropy(y, 1e-7) : 0;
}

double leadingShare(const at::Tensor& x)
{
    const auto y = centred(exact(x));
    if (!y.defined()) return 1;
    const auto variances = singularValues(y).square();
    return (variances.max() / variances.sum()).item<double>();
}

double effectiveRank(const at::Tensor& x) { return exponentOfEntropy(exact(x), 0); }

double spread(const at::Tensor& x)
{
    return normalised(x).std(0).mean().item<double>() * std::sqrt(static_cast<double>(x.size(1)));
}

double alignment(const at::Tensor& a, const at::Tensor& b)
{
    return (normalised(a) - normalised(b)).square().sum(1).mean().item<double>();
}

double uniformity(const at::Tensor& x)
{
    const auto u = normalised(x);
    const double n = static_cast<double>(u.size(0));
    const auto sums = mapRows(u.size(0), u.device(), [&](int64_t first, int64_t count) {
        return at::mm(u.narrow(0, first, count), u.t()).sub_(1).mul_(4).exp_().sum(1); // -2 |a - b|^2 = 4 (a.b - 1)
    });
    return std::log((sums.sum().item<double>() - n) / (n * (n - 1))); // without each row's 1 for itself
}

} // namespace revisit

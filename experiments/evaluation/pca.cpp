// SPDX-License-Identifier: Apache-2.0
#include "experiments/evaluation/pca.h"
#include "experiments/evaluation/rows.h"
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <algorithm>
#include <tuple>

namespace revisit {
namespace {

/// a b, by blocks of a's rows.
at::Tensor product(const at::Tensor& a, const at::Tensor& b)
{
    return mapRows(a.size(0), a.device(),
                   [&](int64_t first, int64_t count) { return at::mm(a.narrow(0, first, count), b); });
}

} // namespace

at::Tensor pca(const at::Tensor& x, int64_t k)
{
    const at::NoGradGuard noGrad;
    const auto from = x.detach().to(at::kDouble);
    const auto centred = from - from.mean(0);
    const int64_t n = centred.size(0), d = centred.size(1);
    const bool wide = d > n; // then the scores are eigenvectors of the smaller matrix of products of rows
    const auto moments = (wide ? product(centred, centred.t()) : product(centred.t().contiguous(), centred)).cpu();
    at::Tensor values, vectors; // ascending
    onOneThread([&] { std::tie(values, vectors) = at::linalg_eigh(moments); });
    k = std::min({k, n, d});
    values = values.narrow(0, values.size(0) - k, k).flip(0).to(x.device());
    vectors = vectors.narrow(1, vectors.size(1) - k, k).flip(1).to(x.device());
    const auto scores = wide ? vectors * values.clamp_min(0).sqrt() : product(centred, vectors); // [N, k]
    const auto extreme = scores.gather(0, scores.abs().argmax(0, true));                         // [1, k]
    return at::where(extreme < 0, -scores, scores);
}

} // namespace revisit

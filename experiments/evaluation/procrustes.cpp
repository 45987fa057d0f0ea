// SPDX-License-Identifier: Apache-2.0
#include "experiments/evaluation/procrustes.h"
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

namespace revisit {

at::Tensor aligned(const at::Tensor& layout, const at::Tensor& reference, Scaling scaling)
{
    const at::NoGradGuard noGrad;
    const auto from = layout.to(at::kDouble), to = reference.to(layout.device(), at::kDouble);
    const auto centre = to.mean(0);
    const auto centred = from - from.mean(0);
    const auto [u, s, v] = at::linalg_svd(at::mm(centred.t(), to - centre).cpu());
    auto turned = at::mm(centred, at::mm(u, v).to(layout.device()));
    if (scaling == Scaling::Fit) {
        const double size = centred.square().sum().item<double>();
        if (size > 0) turned = turned * (s.sum().item<double>() / size);
    }
    return (turned + centre).to(layout.scalar_type());
}

} // namespace revisit

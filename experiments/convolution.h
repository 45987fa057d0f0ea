// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <torch/torch.h>

namespace revisit {

/// conv(x), x [N, C, h, w]. The stride over a map of one element is left out: it changes nothing there, but with it
/// LibTorch 2.11's gradients in bfloat16 are no numbers on a processor.
inline at::Tensor convolved(torch::nn::Conv2d& conv, const at::Tensor& x)
{
    if (x.size(2) > 1 || x.size(3) > 1) return conv(x);
    const auto padding = conv->weight.size(2) / 2;
    return at::conv2d(x, conv->weight, conv->bias, /*stride=*/1, padding);
}

} // namespace revisit

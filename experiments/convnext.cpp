// SPDX-License-Identifier: Apache-2.0
#include "experiments/convnext.h"
#include <torch/torch.h>

namespace revisit {

MapNorm::MapNorm(std::int64_t channels) : torch::nn::LayerNormImpl(torch::nn::LayerNormOptions({channels}).eps(1e-6)) {}

torch::Tensor MapNorm::forward(const torch::Tensor& x)
{
    return torch::nn::LayerNormImpl::forward(x.permute({0, 2, 3, 1})).permute({0, 3, 1, 2});
}

ResponseNorm::ResponseNorm(std::int64_t channels)
{
    m_weight = register_parameter("weight", torch::zeros(channels));
    m_bias = register_parameter("bias", torch::zeros(channels));
}

torch::Tensor ResponseNorm::forward(const torch::Tensor& x)
{
    const auto wide = torch::promote_types(x.scalar_type(), torch::kFloat);
    const auto length = torch::linalg_vector_norm(x, 2, at::IntArrayRef{1, 2}, /*keepdim=*/true, wide);
    const auto response = length / (length.mean(-1, /*keepdim=*/true) + 1e-6);
    return torch::addcmul(m_bias.to(x.scalar_type()), x, (1 + m_weight * response).to(x.scalar_type()));
}

Pointwise::Pointwise(std::int64_t inputs, std::int64_t outputs, bool asConvolution)
    : torch::nn::LinearImpl(inputs, outputs)
{
    if (asConvolution) weight.set_data(weight.detach().view({outputs, inputs, 1, 1}));
}

torch::Tensor Pointwise::forward(const torch::Tensor& x) { return torch::linear(x, weight.flatten(1), bias); }

ConvNeXtBlock::ConvNeXtBlock(std::int64_t channels, bool grn, bool asConvolutions)
{
    m_conv = register_module(
        "conv_dw", torch::nn::Conv2d(torch::nn::Conv2dOptions(channels, channels, 7).padding(3).groups(channels)));
    m_norm = register_module("norm", torch::nn::LayerNorm(torch::nn::LayerNormOptions({channels}).eps(1e-6)));
    const auto mlp = register_module("mlp", std::make_shared<torch::nn::Module>("mlp"));
    m_fc1 = mlp->register_module("fc1", std::make_shared<Pointwise>(channels, 4 * channels, asConvolutions));
    if (grn) m_grn = mlp->register_module("grn", std::make_shared<ResponseNorm>(4 * channels));
    m_fc2 = mlp->register_module("fc2", std::make_shared<Pointwise>(4 * channels, channels, asConvolutions));
}

torch::Tensor ConvNeXtBlock::forward(const torch::Tensor& x, const torch::Tensor& visible)
{
    auto y = torch::gelu(m_fc1->forward(m_norm(m_conv(x).permute({0, 2, 3, 1})))); // [N, H, W, 4C]
    if (m_grn) y = m_grn->forward(visible.defined() ? y * visible.permute({0, 2, 3, 1}) : y);
    y = m_fc2->forward(y).permute({0, 3, 1, 2});
    return x + (visible.defined() ? y * visible : y);
}

void beginSmall(torch::nn::Module& module, at::Generator& generator)
{
    torch::NoGradGuard none;
    const auto small = [&](auto& layer) {
        layer.weight.normal_(0, 0.02, generator); // timm's truncation at 2 is a hundred standard deviations away
        if (layer.bias.defined()) layer.bias.zero_();
    };
    for (const auto& child : module.modules()) {
        if (auto* conv = child->as<torch::nn::Conv2d>()) small(*conv);
        if (auto* linear = child->as<torch::nn::Linear>()) small(*linear);
    }
}

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>

namespace revisit {

/// Layer norm over the channels of maps [N, C, H, W].
class MapNorm final : public torch::nn::LayerNormImpl {
public:
    explicit MapNorm(std::int64_t channels);
    torch::Tensor forward(const torch::Tensor& x);
};

/// Global response normalisation of maps [N, H, W, C] (Woo et al. 2023, arXiv 2301.00808): y = x + weight x r + bias,
/// where r is the length of the channel's map over the mean of all channels' lengths, image by image. The identity at
/// first.
class ResponseNorm final : public torch::nn::Module {
public:
    explicit ResponseNorm(std::int64_t channels);
    torch::Tensor forward(const torch::Tensor& x);

private:
    torch::Tensor m_weight, m_bias;
};

/// A linear layer over the channels of [N, H, W, C]; timm keeps those of its smaller nets in the shape of 1x1
/// convolutions.
class Pointwise final : public torch::nn::LinearImpl {
public:
    Pointwise(std::int64_t inputs, std::int64_t outputs, bool asConvolution);
    torch::Tensor forward(const torch::Tensor& x);
};

/// A block of ConvNeXt V2, with timm's names; without response norms when `grn` is off.
class ConvNeXtBlock final : public torch::nn::Module {
public:
    ConvNeXtBlock(std::int64_t channels, bool grn = true, bool asConvolutions = false);
    /// Maps [N, C, H, W]. With `visible` [N, 1, H, W], 1 for what is seen and 0 for the rest, x must be 0 there
    /// already; then no statistic nor result depends on it, and the result is 0 there again.
    torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& visible = {});

private:
    torch::nn::Conv2d m_conv{nullptr};
    torch::nn::LayerNorm m_norm{nullptr};
    std::shared_ptr<Pointwise> m_fc1, m_fc2;
    std::shared_ptr<ResponseNorm> m_grn;
};

/// ConvNeXt's beginning: weights of all convolutions and linear layers in `module` from N(0, 0.02), biases 0.
void beginSmall(torch::nn::Module& module, at::Generator& generator);

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>

namespace revisit {

/// A pre-norm block of a vision transformer (Dosovitskiy et al. 2021, arXiv 2010.11929): [N, T, width] to the same,
/// with timm's names.
class TransformerBlock final : public torch::nn::Module {
public:
    TransformerBlock(std::int64_t width, std::int64_t heads);
    torch::Tensor forward(const torch::Tensor& x);

private:
    torch::Tensor attention(const torch::Tensor& x);
    std::int64_t m_heads;
    torch::nn::LayerNorm m_norm1{nullptr}, m_norm2{nullptr};
    torch::nn::Linear m_qkv{nullptr}, m_proj{nullptr}, m_fc1{nullptr}, m_fc2{nullptr};
};

/// A stack of them, which is to be registered as "blocks".
class TransformerBlocks final : public torch::nn::ModuleListImpl {
public:
    TransformerBlocks(std::int64_t depth, std::int64_t width, std::int64_t heads);
    /// `recompute`: see through().
    torch::Tensor forward(torch::Tensor x, bool recompute = false);
};

/// The layer norm that transformers use.
torch::nn::LayerNorm tokenNorm(std::int64_t width);

/// Fixed two-dimensional sine-cosine positions [side side, width] float32, row by row, as He et al. 2021 (arXiv
/// 2111.06377) have them: the first half of the channels tells the column. A grid of another side than `built` is
/// stretched to cover it. `width` is a multiple of 4.
torch::Tensor sineCosine(std::int64_t width, std::int64_t side, std::int64_t built);

/// A transformer's beginning: all linear layers in `module` Xavier uniform, their biases 0.
void beginXavier(torch::nn::Module& module, at::Generator& generator);
/// Of one weight, as a matrix [outputs, whatever it takes in].
void xavierUniform(torch::Tensor weight, at::Generator& generator);

} // namespace revisit

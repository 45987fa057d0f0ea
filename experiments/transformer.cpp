// SPDX-License-Identifier: Apache-2.0
#include "experiments/transformer.h"
#include "experiments/recompute.h"
#include <cmath>
#include <torch/torch.h>

namespace revisit {

torch::nn::LayerNorm tokenNorm(std::int64_t width)
{
    return torch::nn::LayerNorm(torch::nn::LayerNormOptions({width}).eps(1e-6));
}

TransformerBlock::TransformerBlock(std::int64_t width, std::int64_t heads) : m_heads(heads)
{
    m_norm1 = register_module("norm1", tokenNorm(width));
    const auto attn = register_module("attn", std::make_shared<torch::nn::Module>("attn"));
    m_qkv = attn->register_module("qkv", torch::nn::Linear(width, 3 * width));
    m_proj = attn->register_module("proj", torch::nn::Linear(width, width));
    m_norm2 = register_module("norm2", tokenNorm(width));
    const auto mlp = register_module("mlp", std::make_shared<torch::nn::Module>("mlp"));
    m_fc1 = mlp->register_module("fc1", torch::nn::Linear(width, 4 * width));
    m_fc2 = mlp->register_module("fc2", torch::nn::Linear(4 * width, width));
}

torch::Tensor TransformerBlock::forward(const torch::Tensor& x)
{
    const auto y = x + attention(m_norm1(x));
    return y + m_fc2(torch::gelu(m_fc1(m_norm2(y))));
}

torch::Tensor TransformerBlock::attention(const torch::Tensor& x)
{
    const auto n = x.size(0), tokens = x.size(1), width = x.size(2);
    const auto qkv = m_qkv(x).view({n, tokens, 3, m_heads, width / m_heads}).permute({2, 0, 3, 1, 4});
    const auto y = at::scaled_dot_product_attention(qkv[0], qkv[1], qkv[2]); // [N, heads, T, width of one]
    return m_proj(y.transpose(1, 2).reshape({n, tokens, width}));
}

TransformerBlocks::TransformerBlocks(std::int64_t depth, std::int64_t width, std::int64_t heads)
{
    for (std::int64_t i = 0; i < depth; ++i) push_back(std::make_shared<TransformerBlock>(width, heads));
}

torch::Tensor TransformerBlocks::forward(torch::Tensor x, bool recompute)
{
    for (const auto& module : *this) {
        auto* const block = module->as<TransformerBlock>();
        x = through(
            *block, [block](const torch::Tensor& in) { return block->forward(in); }, x, recompute);
    }
    return x;
}

torch::Tensor sineCosine(std::int64_t width, std::int64_t side, std::int64_t built)
{
    const auto at = ((torch::arange(side, torch::kDouble) + 0.5) * built / side - 0.5).unsqueeze(1);
    const auto quarter = width / 4;
    const auto frequencies = torch::pow(10000, -torch::arange(quarter, torch::kDouble) / quarter);
    const auto one = torch::cat({(at * frequencies).sin(), (at * frequencies).cos()}, 1); // [side, width / 2]
    const auto columns = one.unsqueeze(0).expand({side, side, -1}), rows = one.unsqueeze(1).expand({side, side, -1});
    return torch::cat({columns, rows}, 2).flatten(0, 1).to(torch::kFloat);
}

void beginXavier(torch::nn::Module& module, at::Generator& generator)
{
    torch::NoGradGuard none;
    for (const auto& child : module.modules())
        if (auto* linear = child->as<torch::nn::Linear>()) {
            xavierUniform(linear->weight, generator);
            if (linear->bias.defined()) linear->bias.zero_();
        }
}

void xavierUniform(torch::Tensor weight, at::Generator& generator)
{
    torch::NoGradGuard none;
    const double bound = std::sqrt(6.0 / static_cast<double>(weight.size(0) + weight[0].numel()));
    weight.uniform_(-bound, bound, generator);
}

} // namespace revisit

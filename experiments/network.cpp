// SPDX-License-Identifier: Apache-2.0
#include "experiments/network.h"
#include <ATen/CPUGeneratorImpl.h>
#include <cmath>
#include <torch/torch.h>

namespace revisit {
namespace {

class Perceptron final : public Net {
public:
    Perceptron(std::int64_t inputs, const std::vector<std::int64_t>& widths, bool lastNorm, bool lastBias)
        : Net(widths.empty() ? inputs : widths.back())
    {
        for (std::size_t i = 0; i < widths.size(); ++i) {
            const bool last = i + 1 == widths.size();
            m_layers->push_back(torch::nn::Linear(torch::nn::LinearOptions(inputs, widths[i]).bias(last && lastBias)));
            if (!last || lastNorm) m_layers->push_back(torch::nn::BatchNorm1d(widths[i]));
            if (!last) m_layers->push_back(torch::nn::ReLU());
            inputs = widths[i];
        }
        register_module("layers", m_layers);
    }
    torch::Tensor forward(torch::Tensor x) override { return m_layers->is_empty() ? x : m_layers->forward(x); }

private:
    torch::nn::Sequential m_layers;
};

} // namespace

void initialise(torch::nn::Module& module, std::uint64_t seed)
{
    torch::NoGradGuard none;
    auto generator = at::make_generator<at::CPUGeneratorImpl>(seed);
    for (const auto& child : module.modules(/*include_self=*/false)) {
        if (auto* conv = child->as<torch::nn::Conv2d>()) {
            const auto fanOut = static_cast<double>(conv->weight.size(0) * conv->weight[0][0].numel());
            conv->weight.normal_(0, std::sqrt(2 / fanOut), generator);
            if (conv->bias.defined()) conv->bias.zero_();
        } else if (auto* linear = child->as<torch::nn::Linear>()) {
            const double bound = 1 / std::sqrt(static_cast<double>(linear->weight.size(1)));
            linear->weight.uniform_(-bound, bound, generator);
            if (linear->bias.defined()) linear->bias.uniform_(-bound, bound, generator);
        } else if (auto* norm1 = child->as<torch::nn::BatchNorm1d>()) {
            norm1->reset_parameters();
            norm1->reset_running_stats();
        } else if (auto* norm2 = child->as<torch::nn::BatchNorm2d>()) {
            norm2->reset_parameters();
            norm2->reset_running_stats();
        }
    }
}

std::shared_ptr<Net> perceptron(std::int64_t inputs, const std::vector<std::int64_t>& widths, bool lastNorm,
                                bool lastBias)
{
    return std::make_shared<Perceptron>(inputs, widths, lastNorm, lastBias);
}

} // namespace revisit

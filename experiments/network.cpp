// SPDX-License-Identifier: Apache-2.0
#include "experiments/network.h"
#include <ATen/CPUGeneratorImpl.h>
#include <cmath>
#include <torch/torch.h>

namespace revisit {
namespace {

torch::nn::AnyModule normOf(std::int64_t width, const std::string& kind, bool affine)
{
    if (kind == "layer")
        return torch::nn::AnyModule(
            torch::nn::LayerNorm(torch::nn::LayerNormOptions({width}).elementwise_affine(affine)));
    return torch::nn::AnyModule(torch::nn::BatchNorm1d(torch::nn::BatchNormOptions(width).affine(affine)));
}

class Perceptron final : public Head {
public:
    Perceptron(std::int64_t inputs, const PerceptronOptions& options)
        : Head(options.widths.empty() ? inputs : options.widths.back())
    {
        const auto& widths = options.widths;
        for (std::size_t i = 0; i < widths.size(); ++i) {
            const bool last = i + 1 == widths.size(), normed = options.norm != "none";
            const bool normHere = last ? normed && options.ending >= Ending::Norm : normed;
            const bool bias = last ? options.ending == Ending::Biased : !normed;
            m_layers->push_back(torch::nn::Linear(torch::nn::LinearOptions(inputs, widths[i]).bias(bias)));
            if (normHere) m_layers->push_back(normOf(widths[i], options.norm, !last || options.ending == Ending::Norm));
            if (!last && options.gelu) m_layers->push_back(torch::nn::GELU());
            if (!last && !options.gelu) m_layers->push_back(torch::nn::ReLU());
            m_ends.push_back(m_layers->size());
            inputs = widths[i];
        }
        register_module("layers", m_layers);
    }
    std::int64_t layers() const override { return static_cast<std::int64_t>(m_ends.size()); }
    torch::Tensor forward(torch::Tensor x) override { return upTo(std::move(x), layers()); }
    torch::Tensor upTo(torch::Tensor x, std::int64_t layers) override
    {
        const auto end = layers == 0 ? 0 : m_ends[static_cast<std::size_t>(layers - 1)];
        for (std::size_t i = 0; i < end; ++i) x = (m_layers->begin() + static_cast<std::ptrdiff_t>(i))->forward(x);
        return x;
    }

private:
    torch::nn::Sequential m_layers;
    std::vector<std::size_t> m_ends; // of each layer in m_layers
};

} // namespace

void Networks::setTeacher(std::shared_ptr<Networks> nets)
{
    for (auto& weight : nets->parameters()) weight.set_requires_grad(false);
    teacher = register_module("teacher", std::move(nets));
}

void Networks::place(c10::Device device, at::ScalarType floating)
{
    const auto move = [&](at::Tensor& tensor) {
        tensor.set_data(tensor.to(device, tensor.is_floating_point() ? floating : tensor.scalar_type()));
    };
    for (auto& weight : parameters()) move(weight);
    for (auto& buffer : buffers()) move(buffer);
    for (auto* nets = this; nets; nets = nets->teacher.get()) nets->type = floating;
}

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
        } else if (auto* layer = child->as<torch::nn::LayerNorm>()) {
            layer->reset_parameters();
        }
    }
    if (auto* itself = dynamic_cast<Initialised*>(&module)) itself->begin(generator);
    for (const auto& child : module.modules(/*include_self=*/false))
        if (auto* itself = dynamic_cast<Initialised*>(child.get())) itself->begin(generator);
    if (auto* nets = dynamic_cast<Networks*>(&module); nets && nets->teacher) follow(*nets, 0);
}

void follow(Networks& nets, double momentum)
{
    torch::NoGradGuard none;
    const auto pupil = nets.named_parameters();
    std::vector<at::Tensor> followers, followed;
    for (const auto& item : nets.teacher->named_parameters()) {
        followers.push_back(item.value());
        followed.push_back(pupil[item.key()].detach());
    }
    if (followers.empty()) return;
    if (momentum == 0)
        at::_foreach_copy_(followers, followed);
    else
        at::_foreach_lerp_(followers, followed, 1 - momentum);
}

std::shared_ptr<Head> perceptron(std::int64_t inputs, const PerceptronOptions& options)
{
    return std::make_shared<Perceptron>(inputs, options);
}

} // namespace revisit

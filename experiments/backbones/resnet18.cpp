// SPDX-License-Identifier: Apache-2.0
#include "experiments/backbone.h"
#include <torch/torch.h>

namespace revisit {
namespace {

torch::nn::Conv2d conv(std::int64_t inputs, std::int64_t outputs, std::int64_t kernel, std::int64_t stride)
{
    return torch::nn::Conv2d(
        torch::nn::Conv2dOptions(inputs, outputs, kernel).stride(stride).padding(kernel / 2).bias(false));
}

struct BasicBlock final : torch::nn::Module {
    BasicBlock(std::int64_t inputs, std::int64_t outputs, std::int64_t stride)
    {
        conv1 = register_module("conv1", conv(inputs, outputs, 3, stride));
        bn1 = register_module("bn1", torch::nn::BatchNorm2d(outputs));
        conv2 = register_module("conv2", conv(outputs, outputs, 3, 1));
        bn2 = register_module("bn2", torch::nn::BatchNorm2d(outputs));
        if (stride != 1 || inputs != outputs)
            downsample = register_module(
                "downsample", torch::nn::Sequential(conv(inputs, outputs, 1, stride), torch::nn::BatchNorm2d(outputs)));
    }
    torch::Tensor forward(const torch::Tensor& x)
    {
        auto y = bn1(conv1(x)).relu_();
        y = bn2(conv2(y));
        return y.add_(downsample ? downsample->forward(x) : x).relu_();
    }
    torch::nn::Conv2d conv1{nullptr}, conv2{nullptr};
    torch::nn::BatchNorm2d bn1{nullptr}, bn2{nullptr};
    torch::nn::Sequential downsample{nullptr};
};

// Names as torchvision's, so that weights pass between the two.
class ResNet18Net final : public Net {
public:
    ResNet18Net(std::int64_t bands, bool smallStem) : Net(512), m_smallStem(smallStem)
    {
        m_conv1 = register_module("conv1", smallStem ? conv(bands, 64, 3, 1) : conv(bands, 64, 7, 2));
        m_bn1 = register_module("bn1", torch::nn::BatchNorm2d(64));
        std::int64_t inputs = 64;
        for (int i = 0; i < 4; ++i) {
            const std::int64_t outputs = 64 << i;
            m_layers[i] = register_module(
                "layer" + std::to_string(i + 1),
                torch::nn::Sequential(BasicBlock(inputs, outputs, i == 0 ? 1 : 2), BasicBlock(outputs, outputs, 1)));
            inputs = outputs;
        }
    }
    torch::Tensor forward(torch::Tensor x) override
    {
        x = m_bn1(m_conv1(x)).relu_();
        if (!m_smallStem) x = torch::max_pool2d(x, 3, 2, 1);
        for (auto& layer : m_layers) x = layer->forward(x);
        return x.mean({2, 3}); // [N, 512]
    }

private:
    bool m_smallStem;
    torch::nn::Conv2d m_conv1{nullptr};
    torch::nn::BatchNorm2d m_bn1{nullptr};
    torch::nn::Sequential m_layers[4] = {nullptr, nullptr, nullptr, nullptr};
};

class ResNet18 final : public Backbone {
public:
    About about() const override
    {
        return {"ResNet-18", "Eighteen layers with shortcuts: the usual baseline; a GPU is advised.",
                "He et al. 2016, arXiv 1512.03385; weights named as torchvision's"};
    }
    void params(Params& p) override
    {
        p("small_stem", m_smallStem,
          "First layer 3x3 without stride or pooling, for images of up to about 64 px; off: 7x7, stride 2 and pooling, "
          "as for ImageNet.");
    }
    std::shared_ptr<Net> build(std::int64_t bands, std::int64_t) const override
    {
        return std::make_shared<ResNet18Net>(bands, m_smallStem);
    }
    std::vector<Stage> stages(std::int64_t, std::int64_t sizePx) const override
    {
        Stages all(sizePx);
        if (m_smallStem)
            all.layer(3).end("conv 3x3", 64);
        else
            all.layer(7, 2).end("conv 7x7", 64).layer(3, 2).end("max pooling", 64);
        for (int i = 0; i < 4; ++i)
            all.layer(3, i == 0 ? 1 : 2).layer(3).layer(3).layer(3).end("2 residual blocks", 64 << i);
        return all.whole("mean", 512, 1);
    }

private:
    bool m_smallStem = false;
};

} // namespace

std::unique_ptr<Backbone> makeResNet18() { return std::make_unique<ResNet18>(); }

} // namespace revisit

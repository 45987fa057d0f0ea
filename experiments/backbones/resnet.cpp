// SPDX-License-Identifier: Apache-2.0
#include "experiments/backbone.h"
#include "experiments/convolution.h"
#include "experiments/recompute.h"
#include <torch/torch.h>

namespace revisit {
namespace {

/// What tells one ResNet from another.
struct Layout {
    const char* title;
    const char* summary;
    std::array<std::int64_t, 4> blocks; ///< of each stage
    bool bottleneck;                    ///< blocks of 1x1, 3x3 and 1x1 convolutions, four times as wide outside
    std::int64_t widening() const { return bottleneck ? 4 : 1; }
};

torch::nn::Conv2d conv(std::int64_t inputs, std::int64_t outputs, std::int64_t kernel, std::int64_t stride)
{
    return torch::nn::Conv2d(
        torch::nn::Conv2dOptions(inputs, outputs, kernel).stride(stride).padding(kernel / 2).bias(false));
}

class Block final : public torch::nn::Module, public Initialised {
public:
    Block(const Layout& layout, std::int64_t inputs, std::int64_t width, std::int64_t stride, bool zeroResidual)
        : m_zeroResidual(zeroResidual)
    {
        const auto outputs = width * layout.widening();
        if (layout.bottleneck) {
            add(inputs, width, 1, 1);
            add(width, width, 3, stride);
            add(width, outputs, 1, 1);
        } else {
            add(inputs, width, 3, stride);
            add(width, width, 3, 1);
        }
        if (stride != 1 || inputs != outputs)
            m_downsample = register_module(
                "downsample", torch::nn::Sequential(conv(inputs, outputs, 1, stride), torch::nn::BatchNorm2d(outputs)));
    }
    torch::Tensor forward(const torch::Tensor& x)
    {
        auto y = x;
        for (std::size_t i = 0; i < m_convs.size(); ++i) {
            y = m_norms[i](convolved(m_convs[i], y));
            if (i + 1 < m_convs.size()) y.relu_();
        }
        return y.add_(m_downsample ? m_downsample->forward(x) : x).relu_();
    }
    void begin(at::Generator&) override
    {
        if (m_zeroResidual) m_norms.back()->weight.zero_();
    }

private:
    void add(std::int64_t inputs, std::int64_t outputs, std::int64_t kernel, std::int64_t stride)
    {
        const auto number = std::to_string(m_convs.size() + 1);
        m_convs.push_back(register_module("conv" + number, conv(inputs, outputs, kernel, stride)));
        m_norms.push_back(register_module("bn" + number, torch::nn::BatchNorm2d(outputs)));
    }

    bool m_zeroResidual;
    std::vector<torch::nn::Conv2d> m_convs;
    std::vector<torch::nn::BatchNorm2d> m_norms;
    torch::nn::Sequential m_downsample{nullptr};
};

// Names as torchvision's, so that weights pass between the two.
class ResNetNet final : public Net {
public:
    ResNetNet(const Layout& layout, std::int64_t bands, bool smallStem, bool zeroResidual)
        : Net(512 * layout.widening()),
          m_smallStem(smallStem)
    {
        m_conv1 = register_module("conv1", smallStem ? conv(bands, 64, 3, 1) : conv(bands, 64, 7, 2));
        m_bn1 = register_module("bn1", torch::nn::BatchNorm2d(64));
        std::int64_t inputs = 64;
        for (std::size_t i = 0; i < m_layers.size(); ++i) {
            const std::int64_t width = 64 << i;
            for (std::int64_t j = 0; j < layout.blocks[i]; ++j) {
                m_layers[i]->push_back(
                    std::make_shared<Block>(layout, inputs, width, i > 0 && j == 0 ? 2 : 1, zeroResidual));
                inputs = width * layout.widening();
            }
            register_module("layer" + std::to_string(i + 1), m_layers[i]);
        }
    }
    torch::Tensor forward(torch::Tensor x) override
    {
        x = m_bn1(convolved(m_conv1, x.contiguous(layout))).relu_();
        if (!m_smallStem) x = torch::max_pool2d(x, 3, 2, 1);
        for (auto& layer : m_layers)
            for (const auto& block : *layer)
                x = through(
                    *block.ptr(),
                    [&block](const torch::Tensor& in) { return const_cast<torch::nn::AnyModule&>(block).forward(in); },
                    x, recomputes);
        return x.mean({2, 3}); // [N, width]
    }

private:
    bool m_smallStem;
    torch::nn::Conv2d m_conv1{nullptr};
    torch::nn::BatchNorm2d m_bn1{nullptr};
    std::array<torch::nn::Sequential, 4> m_layers;
};

class ResNet final : public Backbone {
public:
    explicit ResNet(const Layout& layout) : m_layout(layout) {}
    About about() const override
    {
        return {m_layout.title, m_layout.summary, "He et al. 2016, arXiv 1512.03385; weights named as torchvision's"};
    }
    void params(Params& p) override
    {
        p("small_stem", m_smallStem,
          "First layer 3x3 without stride or pooling, for images of up to about 64 px; off: 7x7, stride 2 and pooling, "
          "as for ImageNet.");
        p("zero_init_residual", m_zeroResidual,
          "Every block begins as its shortcut alone: the scale of its last norm starts at 0 (Goyal et al. 2017).")
            .advanced();
    }
    std::shared_ptr<Net> build(std::int64_t bands, std::int64_t) const override
    {
        return std::make_shared<ResNetNet>(m_layout, bands, m_smallStem, m_zeroResidual);
    }
    std::vector<Stage> stages(std::int64_t, std::int64_t sizePx) const override
    {
        Stages all(sizePx);
        if (m_smallStem)
            all.layer(3).end("conv 3x3", 64);
        else
            all.layer(7, 2).end("conv 7x7", 64).layer(3, 2).end("max pooling", 64);
        for (std::size_t i = 0; i < m_layout.blocks.size(); ++i) {
            const auto blocks = m_layout.blocks[i];
            for (std::int64_t j = 0; j < blocks; ++j) {
                all.layer(3, i > 0 && j == 0 ? 2 : 1);
                if (!m_layout.bottleneck) all.layer(3);
            }
            all.end(std::to_string(blocks) + (m_layout.bottleneck ? " bottleneck blocks" : " residual blocks"),
                    (64 << i) * m_layout.widening());
        }
        return all.whole("mean", 512 * m_layout.widening(), 1);
    }

private:
    Layout m_layout;
    bool m_smallStem = false, m_zeroResidual = false;
};

} // namespace

std::unique_ptr<Backbone> makeResNet18()
{
    return std::make_unique<ResNet>(Layout{
        "ResNet-18", "Eighteen layers with shortcuts: the usual baseline; a GPU is advised.", {2, 2, 2, 2}, false});
}
std::unique_ptr<Backbone> makeResNet34()
{
    return std::make_unique<ResNet>(
        Layout{"ResNet-34", "Thirty-four layers with shortcuts; a GPU is advised.", {3, 4, 6, 3}, false});
}
std::unique_ptr<Backbone> makeResNet50()
{
    return std::make_unique<ResNet>(
        Layout{"ResNet-50",
               "Fifty layers in bottleneck blocks, with 2,048 features: what most papers on "
               "learning without labels compare; needs a GPU.",
               {3, 4, 6, 3},
               true});
}

} // namespace revisit

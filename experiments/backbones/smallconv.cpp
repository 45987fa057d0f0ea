// SPDX-License-Identifier: Apache-2.0
#include "experiments/backbone.h"
#include "experiments/convolution.h"
#include <torch/torch.h>

namespace revisit {
namespace {

class SmallConvNet final : public Net {
public:
    SmallConvNet(std::int64_t bands, std::int64_t width, std::int64_t layers) : Net(width << (layers - 1))
    {
        layout = at::MemoryFormat::ChannelsLast;
        torch::nn::Sequential all;
        std::int64_t inputs = bands;
        for (std::int64_t i = 0; i < layers; ++i) {
            const auto outputs = width << i;
            m_convs.emplace_back(torch::nn::Conv2dOptions(inputs, outputs, 3).stride(2).padding(1).bias(false));
            m_norms.emplace_back(outputs);
            all->push_back(m_convs.back());
            all->push_back(m_norms.back());
            all->push_back(torch::nn::ReLU());
            inputs = outputs;
        }
        register_module("layers", all);
    }
    torch::Tensor forward(torch::Tensor x) override
    {
        x = x.contiguous(layout);
        for (std::size_t i = 0; i < m_convs.size(); ++i) x = m_norms[i](convolved(m_convs[i], x)).relu_();
        return x.mean({2, 3});
    }

private:
    std::vector<torch::nn::Conv2d> m_convs;
    std::vector<torch::nn::BatchNorm2d> m_norms;
};

class SmallConv final : public Backbone {
public:
    About about() const override
    {
        return {"Small convolutional net",
                "Strided 3x3 convolutions that double in width, then the mean over the image: learns in a minute on a "
                "laptop.",
                "Revisit"};
    }
    void params(Params& p) override
    {
        p("width", m_width, "Channels of the first convolution; each further one doubles them.").range(4, 256);
        p("layers", m_layers, "How many convolutions, each halving the image's side.").range(1, 6);
    }
    std::shared_ptr<Net> build(std::int64_t bands, std::int64_t sizePx) const override
    {
        if (sizePx < (1 << (m_layers - 1)))
            throw Error("backbone.layers: " + std::to_string(m_layers) + " halvings leave nothing of " +
                            std::to_string(sizePx) + " px; use fewer layers or a larger training.input_px",
                        "backbone.layers");
        return std::make_shared<SmallConvNet>(bands, m_width, m_layers);
    }
    std::vector<Stage> stages(std::int64_t, std::int64_t sizePx) const override
    {
        Stages all(sizePx);
        for (std::int64_t i = 0; i < m_layers; ++i) all.layer(3, 2).end("conv 3x3", m_width << i);
        return all.whole("mean", m_width << (m_layers - 1), 1);
    }

private:
    std::int64_t m_width = 32, m_layers = 4;
};

} // namespace

std::unique_ptr<Backbone> makeSmallConv() { return std::make_unique<SmallConv>(); }

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "experiments/backbone.h"
#include <torch/torch.h>

namespace revisit {
namespace {

class RandomConvNet final : public Net, public Initialised {
public:
    RandomConvNet(std::int64_t bands, std::int64_t filters, std::int64_t kernel) : Net(2 * filters)
    {
        m_filters = register_module("filters", torch::nn::Conv2d(bands, filters, kernel));
        for (auto& weight : parameters()) weight.set_requires_grad(false);
    }
    torch::Tensor forward(torch::Tensor x) override
    {
        const auto y = m_filters(x);
        return torch::cat({y.relu().mean({2, 3}), (-y).relu_().mean({2, 3})}, 1);
    }
    void begin(at::Generator& generator) override
    {
        auto& weight = m_filters->weight;
        weight.normal_(0, 1, generator).div_(weight.norm(2, {1, 2, 3}, /*keepdim=*/true));
        m_filters->bias.uniform_(-1, 1, generator);
    }

private:
    torch::nn::Conv2d m_filters{nullptr};
};

class RandomConv final : public Backbone {
public:
    About about() const override
    {
        return {"Random convolutions",
                "One layer of random filters that never learn, and the mean over the image of what they find: a strong "
                "baseline at no cost.",
                "Rolf et al. 2021, Nature Communications 12, 4392 (MOSAIKS); its Gaussian variant, as in TorchGeo"};
    }
    void params(Params& p) override
    {
        p("filters", m_filters, "How many random filters; each gives two features, one a sign.").range(1, 16384);
        p("kernel", m_kernel, "Side of a filter.").range(1, 31).unit("px");
    }
    std::shared_ptr<Net> build(std::int64_t bands, std::int64_t sizePx) const override
    {
        if (sizePx < m_kernel)
            throw Error("backbone.kernel: a filter of " + std::to_string(m_kernel) +
                            " px does not fit into images of " + std::to_string(sizePx) +
                            " px; use a smaller one or a larger training.input_px",
                        "backbone.kernel");
        return std::make_shared<RandomConvNet>(bands, m_filters, m_kernel);
    }
    std::vector<Stage> stages(std::int64_t, std::int64_t sizePx) const override
    {
        const auto side = std::to_string(m_kernel);
        return Stages(sizePx)
            .layer(m_kernel)
            .end("random conv " + side + "x" + side, m_filters)
            .whole("mean of both signs", 2 * m_filters, 1);
    }

private:
    std::int64_t m_filters = 512, m_kernel = 3;
};

} // namespace

std::unique_ptr<Backbone> makeRandomConv() { return std::make_unique<RandomConv>(); }

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "experiments/backbone.h"
#include <torch/torch.h>

namespace revisit {
namespace {

class StatisticsNet final : public Net {
public:
    explicit StatisticsNet(std::int64_t bands) : Net(2 * bands) {}
    torch::Tensor forward(torch::Tensor x) override
    {
        return torch::cat({x.mean({2, 3}), x.std({2, 3}, /*unbiased=*/false)}, 1);
    }
};

class Statistics final : public Backbone {
public:
    About about() const override
    {
        return {"Colour statistics",
                "Mean and standard deviation of every band, with nothing to learn: what a network has to beat.",
                "Swain & Ballard 1991, International Journal of Computer Vision 7"};
    }
    void params(Params&) override {}
    std::shared_ptr<Net> build(std::int64_t bands, std::int64_t) const override
    {
        return std::make_shared<StatisticsNet>(bands);
    }
    std::vector<Stage> stages(std::int64_t bands, std::int64_t sizePx) const override
    {
        return Stages(sizePx).whole("mean and deviation", 2 * bands, 1);
    }
};

} // namespace

std::unique_ptr<Backbone> makeStatistics() { return std::make_unique<Statistics>(); }

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "experiments/objective.h"
#include <torch/torch.h>

namespace revisit {
namespace {

class Untrained final : public Objective {
public:
    About about() const override
    {
        return {"Random (untrained)",
                "Learns nothing: what the features of a network with random weights are worth, as a reference.",
                "Saxe et al. 2011, On Random Weights and Unsupervised Feature Learning"};
    }
    void params(Params&) override {}
    std::vector<ViewKind> views(std::int64_t) const override { return {{}}; }
    void build(Networks& nets, const Task&) override
    {
        for (auto& weight : nets.backbone->parameters()) weight.set_requires_grad(false);
    }
    Embeddings encode(const Batch& batch, Networks&) override
    {
        return {{torch::zeros({batch.views.at(0).size(0), 1}).requires_grad_()}, {}, {}, {}, {}};
    }
    std::vector<std::string> inputs() const override { return {"z0"}; }
    /// Zero, whatever z0 is.
    Loss formula(const Embeddings& embeddings, Group&) override
    {
        const auto total = (embeddings.z.at(0) * 0).mean();
        return {total, {{"nothing", total.detach()}}};
    }
    std::optional<double> chance(std::int64_t, std::int64_t) const override { return {}; }
};

} // namespace

std::unique_ptr<Objective> makeUntrained() { return std::make_unique<Untrained>(); }

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "experiments/chain.h"
#include "experiments/objective.h"
#include <cmath>
#include <torch/torch.h>

namespace revisit {
namespace {

class Rotation final : public Objective {
public:
    About about() const override
    {
        return {"Rotation",
                "Tells by how many quarter turns a patch was rotated: a classic that asks for an upright, which an "
                "image from above hardly has but for its shadows.",
                "Gidaris, Singh & Komodakis 2018, arXiv 1803.07728"};
    }
    void params(Params&) override {}
    std::vector<ViewKind> views(std::int64_t) const override { return {{}}; }
    void build(Networks& nets, const Task&) override
    {
        nets.setHead(perceptron(nets.backbone->width(), {{turns}, Ending::Biased}));
    }
    Embeddings encode(const Batch& batch, Networks& nets) override
    {
        const auto& view = batch.views.at(0);
        std::vector<at::Tensor> turned;
        for (std::int64_t turn = 0; turn < turns; ++turn) turned.push_back(view.rot90(turn, {2, 3}));
        Embeddings embeddings;
        embeddings.z = {nets.head->forward(nets.backbone->forward(torch::cat(turned)))}; // [4 N, 4]
        embeddings.targets = torch::arange(turns, batch.labels.options()).repeat_interleave(view.size(0));
        return embeddings;
    }
    std::vector<std::string> inputs() const override { return {"z0", "targets"}; }
    /// Cross entropy of scores z0 [N, 4] with `targets`, quarter turns.
    Loss formula(const Embeddings& embeddings, Group&) override
    {
        const auto& scores = embeddings.z.at(0);
        return {torch::cross_entropy_loss(scores, embeddings.targets),
                {{"accuracy", scores.detach().argmax(1).eq(embeddings.targets).to(torch::kFloat).mean()}}};
    }
    std::optional<double> chance(std::int64_t, std::int64_t) const override { return std::log(4.0); }
    std::optional<double> minimum(std::int64_t, std::int64_t) const override { return 0; }
    std::optional<double> collapsed(std::int64_t) const override { return std::log(4.0); }
    std::string trouble(const Chain& augmentations) const override
    {
        const auto values = augmentations.values();
        const auto on = [&](const char* name, const char* key) { return values[name][key].get<double>() > 0; };
        const bool flips = on("flip", "probability") && on("flip", "vertical");
        if (!on("rotate90", "probability") && !flips) return {};
        return "Quarter turns or vertical flips among the augmentations leave no upright that could be told. Set "
               "augmentations.rotate90.probability and augmentations.flip.vertical to 0.";
    }

private:
    static constexpr std::int64_t turns = 4;
};

} // namespace

std::unique_ptr<Objective> makeRotation() { return std::make_unique<Rotation>(); }

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "experiments/objective.h"
#include "experiments/objectives/predictor.h"
#include "experiments/objectives/projector.h"
#include <torch/torch.h>

namespace revisit {
namespace {

class SimSiam final : public Objective {
public:
    About about() const override
    {
        return {"SimSiam",
                "Predicts, from one view, the network's own projection of the other, through which no gradient flows: "
                "no negatives, no teacher.",
                "Chen & He 2021, arXiv 2011.10566"};
    }
    void params(Params& p) override
    {
        p("stop_gradient", m_stopGradient,
          "Whether the predicted projection is held still; off, both move towards each other and everything becomes "
          "the "
          "same.");
        m_projector.params(p);
        m_predictor.params(p);
    }
    void build(Networks& nets, const Task&) override
    {
        nets.setHead(m_projector.build(nets.backbone->width(), Ending::PlainNorm));
        m_predictor.build(nets, Ending::Biased, m_projector.norm);
    }
    Embeddings encode(const Batch& batch, Networks& nets) override
    {
        auto embeddings = Objective::encode(batch, nets);
        embeddings.goals = embeddings.z;
        if (nets.predictor) embeddings.z = nets.predictor->forward(torch::cat(embeddings.z)).chunk(2);
        return embeddings;
    }
    std::vector<std::string> inputs() const override { return {"z0", "z1", "goal0", "goal1"}; }
    /// Minus the mean cosine of each view's prediction with the other view's projection (eq. 2).
    Loss formula(const Embeddings& embeddings, Group&) override
    {
        const auto side = [&](std::size_t predicted, std::size_t goal) {
            const auto& held = embeddings.goals.at(goal);
            return torch::cosine_similarity(embeddings.z.at(predicted), m_stopGradient ? held.detach() : held).mean();
        };
        const auto similarity = (side(0, 1) + side(1, 0)) / 2;
        return {-similarity, {{"positive_similarity", similarity.detach()}}};
    }
    double rateOf(const std::string& name) const override { return m_predictor.rateOf(name); }
    std::optional<double> chance(std::int64_t, std::int64_t) const override { return 0; }
    std::optional<double> minimum(std::int64_t, std::int64_t) const override { return -1; }
    std::optional<double> collapsed(std::int64_t) const override { return -1; }
    std::optional<Culprit> culprit() const override
    {
        if (!m_stopGradient)
            return Culprit{"objective.stop_gradient", true,
                           "Without the stop-gradient both views' embeddings move towards each other, and to be the "
                           "same is the shortest way."};
        if (m_predictor.width == 0)
            return Culprit{"objective.predictor", SimSiam().m_predictor.width,
                           "Without a predictor nothing keeps the embeddings from becoming the same."};
        return {};
    }

private:
    bool m_stopGradient = true;
    Predictor m_predictor{64, 10};
    Projector m_projector{{256, 256}};
};

} // namespace

std::unique_ptr<Objective> makeSimSiam() { return std::make_unique<SimSiam>(); }

} // namespace revisit

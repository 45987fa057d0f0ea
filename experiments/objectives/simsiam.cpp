// SPDX-License-Identifier: Apache-2.0
#include "experiments/objective.h"
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
        p("predictor", m_predictor, "Width of the predictor's hidden layer; 0 leaves the predictor out.")
            .range(0, 65536);
        p("predictor_rate", m_predictorRate,
          "Factor on the learning rate of the predictor: it has to keep up with what it predicts.")
            .range(0.01, 100)
            .advanced();
    }
    void build(Networks& nets, const Task&) override
    {
        nets.setHead(m_projector.build(nets.backbone->width(), Ending::PlainNorm));
        if (m_predictor > 0)
            nets.setPredictor(perceptron(nets.head->width(), {{m_predictor, nets.head->width()}, Ending::Biased}));
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
    double rateOf(const std::string& name) const override
    {
        return name.starts_with("predictor.") ? m_predictorRate : 1;
    }
    std::optional<double> chance(std::int64_t, std::int64_t) const override { return 0; }
    std::optional<double> minimum() const override { return -1; }
    std::optional<double> collapsed(std::int64_t) const override { return -1; }
    std::optional<Culprit> culprit() const override
    {
        if (!m_stopGradient)
            return Culprit{"objective.stop_gradient", true,
                           "Without the stop-gradient both views' embeddings move towards each other, and to be the "
                           "same is the shortest way."};
        if (m_predictor == 0)
            return Culprit{"objective.predictor", SimSiam().m_predictor,
                           "Without a predictor nothing keeps the embeddings from becoming the same."};
        return {};
    }

private:
    bool m_stopGradient = true;
    double m_predictorRate = 10;
    std::int64_t m_predictor = 64;
    Projector m_projector{{256, 256}};
};

} // namespace

std::unique_ptr<Objective> makeSimSiam() { return std::make_unique<SimSiam>(); }

} // namespace revisit

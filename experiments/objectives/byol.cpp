// SPDX-License-Identifier: Apache-2.0
#include "experiments/objectives/predictor.h"
#include "experiments/objectives/projector.h"
#include "experiments/objectives/teacher.h"
#include <torch/torch.h>

namespace revisit {
namespace {

class Byol final : public Objective {
public:
    About about() const override
    {
        return {"BYOL",
                "Predicts, from one view, what a slow copy of the network makes of the other; needs no negatives.",
                "Grill et al. 2020, arXiv 2006.07733"};
    }
    void params(Params& p) override
    {
        m_teacher.params(p);
        p("stop_gradient", m_stopGradient,
          "Whether the predicted projection is the teacher's; off, it is the network's own and learns to be "
          "predicted.");
        m_projector.params(p);
        m_predictor.params(p);
    }
    void build(Networks& nets, const Task& task) override
    {
        nets.setHead(m_projector.build(nets.backbone->width(), Ending::Biased));
        m_predictor.build(nets, Ending::Biased, m_projector.norm);
        Teacher::build(nets, task, m_projector.build(nets.backbone->width(), Ending::Biased));
    }
    Embeddings encode(const Batch& batch, Networks& nets) override
    {
        const auto views = torch::cat(batch.views);
        const auto projections = nets.head->forward(nets.backbone->forward(views));
        const auto goals = m_stopGradient ? taught(*nets.teacher, views) : projections;
        const auto z = nets.predictor ? nets.predictor->forward(projections) : projections;
        return {z.chunk(2), goals.chunk(2), {}, {}, {}};
    }
    std::vector<std::string> inputs() const override { return {"z0", "z1", "goal0", "goal1"}; }
    /// Squared distance of each view's normalised prediction from the other view's normalised projection, 2 - 2 cos,
    /// the two added (eq. 2).
    Loss formula(const Embeddings& embeddings, Group&) override
    {
        const auto side = [&](std::size_t predicted, std::size_t goal) {
            const auto& held = embeddings.goals.at(goal);
            return torch::cosine_similarity(embeddings.z.at(predicted), m_stopGradient ? held.detach() : held).mean();
        };
        const auto similarity = (side(0, 1) + side(1, 0)) / 2;
        return {4 - 4 * similarity, {{"positive_similarity", similarity.detach()}}};
    }
    void stepped(Networks& nets, const Embeddings&, Group&, Moment moment) override { m_teacher.follow(nets, moment); }
    double rateOf(const std::string& name) const override { return m_predictor.rateOf(name); }
    std::optional<double> chance(std::int64_t, std::int64_t) const override { return 4; }
    std::optional<double> minimum(std::int64_t, std::int64_t) const override { return 0; }
    std::optional<double> collapsed(std::int64_t) const override { return 0; }
    std::optional<Culprit> culprit() const override
    {
        if (!m_stopGradient)
            return Culprit{"objective.stop_gradient", true,
                           "Without the stop-gradient both views' embeddings move towards each other, and to be the "
                           "same is the shortest way."};
        if (m_predictor.width == 0)
            return Culprit{"objective.predictor", Byol().m_predictor.width,
                           "Without a predictor nothing keeps the embeddings from becoming the same."};
        return {};
    }

private:
    static at::Tensor taught(Networks& teacher, const at::Tensor& views)
    {
        const torch::NoGradGuard none;
        return teacher.head->forward(teacher.backbone->forward(views));
    }
    Teacher m_teacher;
    bool m_stopGradient = true;
    Predictor m_predictor{256, 10};
    Projector m_projector{{256, 128}};
};

} // namespace

std::unique_ptr<Objective> makeByol() { return std::make_unique<Byol>(); }

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "experiments/objectives/predictor.h"
#include "experiments/objectives/projector.h"
#include "experiments/objectives/teacher.h"
#include <cmath>
#include <torch/torch.h>

namespace revisit {
namespace {

class MocoV3 final : public Objective {
public:
    About about() const override
    {
        return {
            "MoCo v3",
            "Predicts from one view which of the batch's other views, encoded by a slow copy of the network, is its "
            "own.",
            "Chen, Xie & He 2021, arXiv 2104.02057"};
    }
    void params(Params& p) override
    {
        p("temperature", m_temperature,
          "How sharply near misses are punished: small values push hardest against the most similar other patches.")
            .range(0.01, 10)
            .live();
        m_teacher.params(p);
        m_projector.params(p);
        m_predictor.params(p);
    }
    std::int64_t usualBatch() const override { return 64; }
    void build(Networks& nets, const Task& task) override
    {
        nets.setHead(m_projector.build(nets.backbone->width(), Ending::PlainNorm));
        m_predictor.build(nets, Ending::PlainNorm, m_projector.norm);
        Teacher::build(nets, task, m_projector.build(nets.backbone->width(), Ending::PlainNorm));
    }
    Embeddings encode(const Batch& batch, Networks& nets) override
    {
        auto embeddings = Objective::encode(batch, nets);
        if (nets.predictor) embeddings.z = nets.predictor->forward(torch::cat(embeddings.z)).chunk(2);
        const torch::NoGradGuard none;
        embeddings.goals = Objective::encode(batch, *nets.teacher).z;
        return embeddings;
    }
    std::vector<std::string> inputs() const override { return {"z0", "z1", "goal0", "goal1"}; }
    /// InfoNCE of each view's predictions among the other view's keys of the whole group, both added, times 2 T.
    Loss formula(const Embeddings& embeddings, Group& group) override
    {
        const auto side = [&](std::size_t predicted, std::size_t goal) {
            const auto q = torch::nn::functional::normalize(embeddings.z.at(predicted));
            const auto k = group.gather(torch::nn::functional::normalize(embeddings.goals.at(goal)).detach());
            const auto n = q.size(0), offset = group.offset(n);
            const auto own = torch::arange(offset, offset + n, q.options().dtype(torch::kLong));
            return std::pair(q.mm(k.t()), own); // cosines [n, N]
        };
        at::Tensor total, positive, hardest;
        for (const auto& [cosines, own] : {side(0, 1), side(1, 0)}) {
            const auto loss = torch::cross_entropy_loss(cosines / m_temperature, own);
            const auto right = own.unsqueeze(1), seen = cosines.detach();
            const auto near = seen.gather(1, right).mean(), far = seen.scatter(1, right, -INFINITY).amax(1).mean();
            total = total.defined() ? total + loss : loss;
            positive = positive.defined() ? (positive + near) / 2 : near;
            hardest = hardest.defined() ? (hardest + far) / 2 : far;
        }
        return {2 * m_temperature * total,
                {{"positive_similarity", positive}, {"hardest_negative_similarity", hardest}}};
    }
    void stepped(Networks& nets, const Embeddings&, Group&, Moment moment) override { m_teacher.follow(nets, moment); }
    double rateOf(const std::string& name) const override { return m_predictor.rateOf(name); }
    std::optional<double> chance(std::int64_t n, std::int64_t) const override
    {
        return 4 * m_temperature * std::log(static_cast<double>(n));
    }
    std::optional<double> minimum(std::int64_t, std::int64_t) const override { return 0; }
    std::optional<double> collapsed(std::int64_t n) const override { return chance(n, 0); }

private:
    double m_temperature = 0.2;
    Predictor m_predictor{256, 1};
    Teacher m_teacher;
    Projector m_projector{{256, 128}};
};

} // namespace

std::unique_ptr<Objective> makeMocoV3() { return std::make_unique<MocoV3>(); }

} // namespace revisit

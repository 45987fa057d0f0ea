// SPDX-License-Identifier: Apache-2.0
#include "experiments/objectives/crops.h"
#include "experiments/objectives/projector.h"
#include "experiments/objectives/prototypes.h"
#include <cmath>
#include <torch/torch.h>

namespace revisit {
namespace {

class Swav final : public Objective {
public:
    About about() const override
    {
        return {"SwAV",
                "Predicts, from one view, to which of many learnt prototypes another view was assigned; the assignment "
                "uses all prototypes alike.",
                "Caron et al. 2020, arXiv 2006.09882"};
    }
    void params(Params& p) override
    {
        p("temperature", m_temperature, "How sharply a prediction settles on prototypes.").range(0.01, 10).live();
        p("prototypes", m_prototypes, "How many prototypes there are.").range(2, 65536);
        p("sinkhorn_iterations", m_iterations, "Rounds of evening out the assignment; 0 lets one prototype take all.")
            .range(0, 100)
            .live()
            .advanced();
        p("sinkhorn_epsilon", m_epsilon, "How soft the assignment is.").range(0.001, 10).live().advanced();
        p("freeze", m_freeze, "Share of the run in which the prototypes stay as they began.").range(0, 1).advanced();
        m_crops.params(p);
        m_projector.params(p);
    }
    std::vector<ViewKind> views(std::int64_t inputPx) const override { return m_crops.views(inputPx); }
    void build(Networks& nets, const Task&) override
    {
        m_crops.check();
        nets.setHead(m_projector.build(nets.backbone->width(), Ending::Biased));
        nets.setPrototypes(prototypes(nets.head->width(), m_prototypes));
    }
    Embeddings encode(const Batch& batch, Networks& nets) override
    {
        const bool frozen = isWithin(batch.moment, m_freeze);
        return {perView(batch.views,
                        [&](const at::Tensor& views) {
                            const auto z = nets.head->forward(nets.backbone->forward(views));
                            return frozen ? scoresOfFrozen(*nets.prototypes, z) : nets.prototypes->forward(z);
                        }),
                {},
                {},
                {},
                {}};
    }
    /// z are scores [N, K]. The two first views are assigned (Sinkhorn-Knopp over the whole group); the mean cross
    /// entropy of each assignment with the prediction of every other view.
    Loss formula(const Embeddings& embeddings, Group& group) override
    {
        std::vector<at::Tensor> predictions;
        for (const auto& scores : embeddings.z)
            predictions.push_back(torch::log_softmax(scores / m_temperature, 1)); // [n, K]
        at::Tensor total, entropy, ofMean;
        for (std::size_t i = 0; i < 2; ++i) {
            const auto n = embeddings.z[i].size(0);
            const auto q = assigned(group.gather(embeddings.z[i].detach())).narrow(0, group.offset(n), n);
            for (std::size_t j = 0; j < predictions.size(); ++j) {
                if (i == j) continue;
                const auto part = -(q * predictions[j]).sum(1).mean();
                total = total.defined() ? total + part : part;
            }
            const auto ofQ = torch::special::entr(q).sum(1).mean();
            entropy = entropy.defined() ? (entropy + ofQ) / 2 : ofQ;
            const auto shares = torch::special::entr(q.mean(0)).sum();
            ofMean = ofMean.defined() ? (ofMean + shares) / 2 : shares;
        }
        const auto pairs = static_cast<double>(2 * (predictions.size() - 1));
        return {
            total / pairs,
            {{"assignment_entropy", entropy}, {"output_entropy", ofMean}, {"used_prototypes", used(embeddings.z[0])}}};
    }
    std::optional<double> chance(std::int64_t, std::int64_t) const override
    {
        return std::log(static_cast<double>(m_prototypes));
    }
    std::optional<double> minimum(std::int64_t, std::int64_t) const override { return 0; }
    std::optional<double> collapsed(std::int64_t n) const override
    {
        if (m_iterations == 0) return 0; // all agree on one output
        return chance(n, 0);
    }
    std::optional<Culprit> culprit() const override
    {
        if (m_iterations == 0)
            return Culprit{"objective.sinkhorn_iterations", Swav().m_iterations,
                           "Without evening out the assignment a few prototypes win everything."};
        return {};
    }

private:
    /// [N, K], each row a distribution, each column with the same share of all.
    at::Tensor assigned(const at::Tensor& scores) const
    {
        auto logs = scores / m_epsilon; // logarithms, so that nothing overflows
        for (std::int64_t i = 0; i < m_iterations; ++i) {
            logs = logs - logs.logsumexp(0, /*keepdim=*/true);
            logs = logs - logs.logsumexp(1, /*keepdim=*/true);
        }
        return torch::softmax(logs, 1);
    }
    /// Share of the prototypes that are some embedding's nearest.
    static at::Tensor used(const at::Tensor& scores)
    {
        const auto nearest = scores.detach().argmax(1);
        return torch::zeros({scores.size(1)}, scores.options().requires_grad(false)).index_fill(0, nearest, 1).mean();
    }
    double m_temperature = 0.1, m_epsilon = 0.05, m_freeze = 0.05;
    std::int64_t m_prototypes = 256, m_iterations = 3;
    Crops m_crops;
    Projector m_projector{{256, 128}};
};

} // namespace

std::unique_ptr<Objective> makeSwav() { return std::make_unique<Swav>(); }

} // namespace revisit

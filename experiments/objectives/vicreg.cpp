// SPDX-License-Identifier: Apache-2.0
#include "experiments/objective.h"
#include "experiments/objectives/projector.h"
#include <torch/torch.h>

namespace revisit {
namespace {

// Statistics of everyone's rows [N, D].
struct Spread {
    torch::Tensor variance;   // hinge on each dimension's deviation
    torch::Tensor covariance; // squared off-diagonal covariances / D
};

Spread spread(const torch::Tensor& z)
{
    const auto n = static_cast<double>(z.size(0)), dimensions = static_cast<double>(z.size(1));
    const auto centred = z - z.mean(0);
    const auto deviation = torch::sqrt(centred.square().sum(0) / (n - 1) + 1e-4);
    const auto covariance = centred.t().mm(centred) / (n - 1); // [D, D]
    const auto offDiagonal = covariance.square().sum() - covariance.diagonal().square().sum();
    return {torch::relu(1 - deviation).mean(), offDiagonal / dimensions};
}

class VicReg final : public Objective {
public:
    About about() const override
    {
        return {"VICReg",
                "Pulls the two views together while it keeps every dimension of the embedding varied and uncorrelated; "
                "needs no negatives.",
                "Bardes, Ponce & LeCun 2022, arXiv 2105.04906"};
    }
    void params(Params& p) override
    {
        p("invariance", m_invariance, "Weight of the distance between the two views.").range(0, 100).live();
        p("variance", m_variance,
          "Weight of the hinge that keeps each dimension's spread above 1; 0 lets the embedding collapse.")
            .range(0, 100)
            .live();
        p("covariance", m_covariance, "Weight of the penalty on correlated dimensions.").range(0, 100).live();
        m_projector.params(p);
    }
    void build(Networks& nets, const Task&) override
    {
        nets.setHead(m_projector.build(nets.backbone->width(), Ending::Linear));
    }
    /// Eq. 6, with the authors' code's half in the variance term (which eq. 1 lacks); unbiased statistics over the
    /// whole group.
    Loss formula(const Embeddings& embeddings, Group& group) override
    {
        const auto a = group.gather(embeddings.z.at(0)), b = group.gather(embeddings.z.at(1)); // [N, D]
        const auto invariance = torch::mse_loss(a, b);
        const auto ofA = spread(a), ofB = spread(b);
        const auto variance = (ofA.variance + ofB.variance) / 2;
        const auto covariance = ofA.covariance + ofB.covariance;
        return {m_invariance * invariance + m_variance * variance + m_covariance * covariance,
                {{"invariance", invariance.detach()},
                 {"variance", variance.detach()},
                 {"covariance", covariance.detach()}}};
    }
    std::int64_t usualBatch() const override { return 64; }
    Rates rates() const override { return {.sgd = 0.02}; }
    std::optional<double> chance(std::int64_t, std::int64_t) const override { return {}; }
    std::optional<double> minimum(std::int64_t, std::int64_t) const override { return 0; }
    /// A constant has deviation sqrt(1e-4).
    std::optional<double> collapsed(std::int64_t) const override { return m_variance * (1 - 1e-2); }
    double wantedDeviation() const override { return 1; }
    std::optional<Culprit> culprit() const override
    {
        if (m_variance < m_invariance / 5)
            return Culprit{"objective.variance", VicReg().m_variance,
                           "With so small a weight of the variance nothing keeps the embeddings apart."};
        if (m_covariance == 0)
            return Culprit{"objective.covariance", VicReg().m_covariance,
                           "Without a weight of the covariance all dimensions may say the same."};
        return {};
    }

private:
    double m_invariance = 25, m_variance = 25, m_covariance = 1;
    Projector m_projector{{256, 256}};
};

} // namespace

std::unique_ptr<Objective> makeVicReg() { return std::make_unique<VicReg>(); }

} // namespace revisit

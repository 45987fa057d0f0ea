// SPDX-License-Identifier: Apache-2.0
#include "experiments/objective.h"
#include "experiments/objectives/projector.h"
#include <torch/torch.h>

namespace revisit {
namespace {

class BarlowTwins final : public Objective {
public:
    About about() const override
    {
        return {
            "Barlow Twins",
            "Wants each dimension of the two views' embeddings to correlate with itself and with no other; needs no "
            "negatives.",
            "Zbontar et al. 2021, arXiv 2103.03230"};
    }
    void params(Params& p) override
    {
        p("lambda", m_lambda, "Weight of the penalty on dimensions that correlate; 0 lets all of them say the same.")
            .range(0, 10)
            .live();
        m_projector.params(p);
    }
    void build(Networks& nets, const Task&) override
    {
        nets.setHead(m_projector.build(nets.backbone->width(), Ending::Linear));
    }
    /// Sum of (1 - C_ii)^2 plus lambda times the sum of C_ij^2, i != j, where C [D, D] is the cross-correlation of the
    /// standardised views (biased variance, as batch norm has it) over the whole group.
    Loss formula(const Embeddings& embeddings, Group& group) override
    {
        const auto standardised = [&](const at::Tensor& z) {
            const auto centred = z - z.mean(0);
            return centred / torch::sqrt(centred.square().mean(0) + 1e-5);
        };
        const auto a = standardised(group.gather(embeddings.z.at(0)));
        const auto b = standardised(group.gather(embeddings.z.at(1)));         // [N, D]
        const auto correlation = a.t().mm(b) / static_cast<double>(a.size(0)); // [D, D]
        const auto diagonal = correlation.diagonal();
        const auto invariance = (1 - diagonal).square().sum();
        const auto redundancy = correlation.square().sum() - diagonal.square().sum();
        return {invariance + m_lambda * redundancy,
                {{"invariance", invariance.detach()},
                 {"redundancy", redundancy.detach()},
                 {"correlation", diagonal.detach().mean()}}};
    }
    std::int64_t usualBatch() const override { return 64; }
    Rates rates() const override { return {.sgd = 0.01}; }
    /// Independent views: on average C_ij^2 is 1 / N.
    std::optional<double> chance(std::int64_t n, std::int64_t) const override
    {
        if (m_projector.widths.empty()) return {};
        const auto d = static_cast<double>(m_projector.widths.back()), perPair = 1 / static_cast<double>(n);
        return d * (1 + perPair) + m_lambda * d * (d - 1) * perPair;
    }
    std::optional<double> minimum(std::int64_t, std::int64_t) const override { return 0; }
    std::optional<double> collapsed(std::int64_t) const override
    {
        if (m_projector.widths.empty()) return {};
        return static_cast<double>(m_projector.widths.back());
    }
    std::optional<Culprit> culprit() const override
    {
        if (m_lambda < 5e-4)
            return Culprit{"objective.lambda", BarlowTwins().m_lambda,
                           "With so small a lambda all dimensions may say the same."};
        return {};
    }

private:
    double m_lambda = 0.005;
    Projector m_projector{{256, 256}};
};

} // namespace

std::unique_ptr<Objective> makeBarlowTwins() { return std::make_unique<BarlowTwins>(); }

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "experiments/objectives/contrast.h"
#include "experiments/objectives/projector.h"
#include <cmath>
#include <torch/torch.h>

namespace revisit {
namespace {

class SimClr final : public Objective {
public:
    About about() const override
    {
        return {"SimCLR", "Pulls the two views of a patch together and pushes all other patches of the batch away.",
                "Chen et al. 2020, arXiv 2002.05709 (NT-Xent)"};
    }
    void params(Params& p) override
    {
        p("temperature", m_temperature,
          "How sharply near misses are punished: small values push hardest against the most similar other patches.")
            .range(0.01, 10)
            .live();
        m_projector.params(p);
    }
    void build(Networks& nets, const Task&) override
    {
        nets.setHead(m_projector.build(nets.backbone->width(), Ending::Norm));
    }
    /// NT-Xent: each of the 2N embeddings must find its partner among the 2N - 1 others of the whole group.
    Loss formula(const Embeddings& embeddings, Group& group) override
    {
        const auto pairs = pairsOf(embeddings, group);
        const auto logits = (pairs.similarity / m_temperature).scatter(1, pairs.self, -INFINITY);
        return {torch::cross_entropy_loss(logits, pairs.partner.squeeze(1)), pairs.terms()};
    }
    std::int64_t usualBatch() const override { return 64; }
    std::optional<double> chance(std::int64_t n, std::int64_t) const override
    {
        return std::log(2.0 * static_cast<double>(n) - 1);
    }
    /// Where partners are the same and all pairs equally far apart, at the corners of a simplex.
    std::optional<double> minimum(std::int64_t n, std::int64_t) const override
    {
        const auto pairs = static_cast<double>(n);
        return std::log1p((2 * pairs - 2) * std::exp(-pairs / ((pairs - 1) * m_temperature)));
    }
    std::optional<double> collapsed(std::int64_t n) const override { return chance(n, 0); }

private:
    double m_temperature = 0.1;
    Projector m_projector{{256, 128}};
};

} // namespace

std::unique_ptr<Objective> makeSimClr() { return std::make_unique<SimClr>(); }

} // namespace revisit

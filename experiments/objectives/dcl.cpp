// SPDX-License-Identifier: Apache-2.0
#include "experiments/objectives/contrast.h"
#include "experiments/objectives/projector.h"
#include <cmath>
#include <torch/torch.h>

namespace revisit {
namespace {

class Dcl final : public Objective {
public:
    About about() const override
    {
        return {"DCL",
                "SimCLR without the positive among what it is compared with: learns from small batches, where SimCLR's "
                "gradient fades.",
                "Yeh et al. 2022, arXiv 2110.06848 (decoupled contrastive learning, eq. 6 and 7)"};
    }
    void params(Params& p) override
    {
        p("temperature", m_temperature,
          "How sharply near misses are punished: small values push hardest against the most similar other patches.")
            .range(0.01, 10)
            .live();
        p("sigma", m_sigma,
          "Pairs that are far apart already count more: the smaller, the more so (DCLW); 0 weighs all alike.")
            .range(0, 10)
            .live()
            .advanced();
        m_projector.params(p);
    }
    void build(Networks& nets, const Task&) override
    {
        nets.setHead(m_projector.build(nets.backbone->width(), Ending::Norm));
    }
    /// Mean over all 2N embeddings of -w_i s_ip + log sum exp s_ij over j other than i and its partner p, where s is
    /// cosine / T and w_i = 2 - exp(cosine_ip / sigma) / mean of the same, or 1.
    Loss formula(const Embeddings& embeddings, Group& group) override
    {
        const auto pairs = pairsOf(embeddings, group);
        const auto logits = pairs.similarity / m_temperature;
        const auto negatives = logits.scatter(1, pairs.self, -INFINITY).scatter(1, pairs.partner, -INFINITY);
        auto positives = logits.gather(1, pairs.partner).squeeze(1);
        if (m_sigma > 0) {
            const auto close = pairs.similarity.detach().gather(1, pairs.partner).squeeze(1) / m_sigma;
            const auto all = group.gather(close), most = all.max(); // whose exp is 1: nothing overflows
            positives = positives * (2 - torch::exp(close - most) / torch::exp(all - most).mean());
        }
        return {(negatives.logsumexp(1) - positives).mean(), pairs.terms()};
    }
    std::int64_t usualBatch() const override { return 16; }
    std::optional<double> chance(std::int64_t n, std::int64_t) const override
    {
        return std::log(2.0 * static_cast<double>(n) - 2);
    }
    std::optional<double> collapsed(std::int64_t n) const override { return chance(n, 0); }

private:
    double m_temperature = 0.1, m_sigma = 0;
    Projector m_projector{{256, 128}};
};

} // namespace

std::unique_ptr<Objective> makeDcl() { return std::make_unique<Dcl>(); }

} // namespace revisit

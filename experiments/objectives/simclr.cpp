// SPDX-License-Identifier: Apache-2.0
#include "experiments/objective.h"
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
        p("projector", m_projector, "Widths of the projector's layers; the last is the embedding's.").range(1, 8192);
    }
    void build(Networks& nets, std::int64_t) override
    {
        nets.setHead(perceptron(nets.backbone->width(), m_projector, /*lastNorm=*/true, /*lastBias=*/false));
    }
    /// NT-Xent: each of the 2N embeddings must find its partner among the 2N - 1 others of the whole group.
    Loss formula(const Embeddings& embeddings, Group& group) override
    {
        const auto a = torch::nn::functional::normalize(embeddings.z.at(0));
        const auto b = torch::nn::functional::normalize(embeddings.z.at(1)); // [n, D]
        const auto allA = group.gather(a), allB = group.gather(b);           // [N, D]
        const auto n = a.size(0), all = allA.size(0), offset = group.offset(n);
        const auto own = torch::arange(offset, offset + n, a.options().dtype(torch::kLong));
        const auto keys = torch::cat({allA, allB});              // [2N, D]
        const auto similarity = torch::cat({a, b}).mm(keys.t()); // [2n, 2N], cosine
        const auto self = torch::cat({own, own + all}), partner = torch::cat({own + all, own});
        const auto logits = (similarity / m_temperature).scatter(1, self.unsqueeze(1), -INFINITY);
        const auto total = torch::cross_entropy_loss(logits, partner);
        torch::NoGradGuard none;
        const auto positive = similarity.gather(1, partner.unsqueeze(1)).squeeze(1);
        const auto hardest = similarity.scatter(1, self.unsqueeze(1), -2).scatter(1, partner.unsqueeze(1), -2).amax(1);
        return {total, {{"positive_similarity", positive.mean()}, {"hardest_negative_similarity", hardest.mean()}}};
    }
    std::int64_t usualBatch() const override { return 64; }
    double learningRate(const std::string& optimizer) const override { return optimizer == "adamw" ? 1e-3 : 0.06; }
    std::optional<double> chance(std::int64_t n, std::int64_t) const override
    {
        return std::log(2.0 * static_cast<double>(n) - 1);
    }
    std::optional<double> minimum() const override { return 0; }

private:
    double m_temperature = 0.1;
    std::vector<std::int64_t> m_projector = {256, 128};
};

} // namespace

std::unique_ptr<Objective> makeSimClr() { return std::make_unique<SimClr>(); }

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "experiments/objectives/crops.h"
#include "experiments/objectives/projector.h"
#include <ATen/CPUGeneratorImpl.h>
#include <cmath>
#include <torch/torch.h>

namespace revisit {
namespace {

class LeJepa final : public Objective {
public:
    About about() const override
    {
        return {"LeJEPA",
                "Pulls the views of a patch together while every direction of the embedding is kept normally "
                "distributed: no negatives, no teacher, no stop-gradient.",
                "Balestriero & LeCun 2025, arXiv 2511.08544 (SIGReg)"};
    }
    void params(Params& p) override
    {
        p("lambda", m_lambda, "Weight of the normal distribution against the views' agreement; 0 lets all collapse.")
            .range(0, 1)
            .live();
        p("directions", m_directions, "How many random directions are looked along in each step.").range(1, 65536);
        p("knots", m_knots, "Frequencies at which each direction's characteristic function is compared.")
            .range(2, 1000)
            .advanced();
        p("largest_frequency", m_largest, "The largest of these frequencies.").range(0.1, 100).advanced();
        m_crops.params(p);
        m_projector.params(p);
    }
    std::vector<ViewKind> views(std::int64_t inputPx) const override { return m_crops.views(inputPx); }
    void build(Networks& nets, const Task&) override
    {
        m_crops.check();
        nets.setHead(m_projector.build(nets.backbone->width(), Ending::Linear));
    }
    Embeddings encode(const Batch& batch, Networks& nets) override
    {
        Embeddings embeddings;
        embeddings.z = perView(
            batch.views, [&](const at::Tensor& views) { return nets.head->forward(nets.backbone->forward(views)); });
        auto generator = at::make_generator<at::CPUGeneratorImpl>(batch.key);
        const auto drawn = torch::empty({nets.head->width(), m_directions}).normal_(0, 1, generator);
        embeddings.reference = (drawn / drawn.norm(2, 0, /*keepdim=*/true)).to(embeddings.z[0].device());
        return embeddings;
    }
    std::vector<std::string> inputs() const override { return {"z0", "z1", "reference"}; }
    /// (1 - lambda) times the mean squared distance of all views from the mean of the first two, plus lambda times
    /// SIGReg: per view and direction (a column of `reference`) N times the integral over frequencies, from minus to
    /// plus the largest, of |empirical - normal characteristic function|^2 weighted by the normal's; then the mean.
    Loss formula(const Embeddings& embeddings, Group& group) override
    {
        const auto z = torch::stack(embeddings.z); // [V, n, D]
        const auto centre = z.narrow(0, 0, std::min<std::int64_t>(2, z.size(0))).mean(0);
        const auto alignment = (z - centre).square().mean();
        const auto along = z.matmul(embeddings.reference.to(z.dtype())); // [V, n, M]
        const double spacing = m_largest / static_cast<double>(m_knots - 1);
        const auto all = group.sum(torch::full({}, static_cast<double>(z.size(1)), z.options())); // N
        at::Tensor integral;
        for (std::int64_t k = 0; k < m_knots; ++k) { // one frequency at a time: all at once would fill the memory
            const double t = spacing * static_cast<double>(k), normal = std::exp(-t * t / 2);
            const auto real = group.sum((along * t).cos().sum(1)) / all,
                       imaginary = group.sum((along * t).sin().sum(1)) / all;
            const double weight = (k == 0 || k == m_knots - 1 ? 1 : 2) * spacing * normal; // trapezoids, both signs
            const auto part = ((real - normal).square() + imaginary.square()) * weight;
            integral = integral.defined() ? integral + part : part;
        }
        const auto normality = (integral * all).mean();
        return {m_lambda * normality + (1 - m_lambda) * alignment,
                {{"alignment", alignment.detach()}, {"normality", normality.detach()}}};
    }
    std::int64_t usualBatch() const override { return 64; }
    Rates rates() const override { return {.sgd = 0.02}; }
    std::optional<double> chance(std::int64_t, std::int64_t) const override { return {}; }
    std::optional<double> minimum(std::int64_t, std::int64_t) const override { return 0; }
    /// All embeddings zero: the characteristic function is 1 everywhere.
    std::optional<double> collapsed(std::int64_t n) const override
    {
        const double spacing = m_largest / static_cast<double>(m_knots - 1);
        double integral = 0;
        for (std::int64_t k = 0; k < m_knots; ++k) {
            const double t = spacing * static_cast<double>(k), normal = std::exp(-t * t / 2);
            integral += (k == 0 || k == m_knots - 1 ? 1 : 2) * spacing * normal * (1 - normal) * (1 - normal);
        }
        return m_lambda * static_cast<double>(n) * integral;
    }
    double wantedDeviation() const override { return 1; }
    std::optional<Culprit> culprit() const override
    {
        if (m_lambda < 0.005)
            return Culprit{"objective.lambda", LeJepa().m_lambda,
                           "With so small a lambda nothing keeps the embeddings apart."};
        return {};
    }

private:
    double m_lambda = 0.05, m_largest = 3;
    std::int64_t m_directions = 256, m_knots = 17;
    Crops m_crops{0};
    Projector m_projector{{256, 128}};
};

} // namespace

std::unique_ptr<Objective> makeLeJepa() { return std::make_unique<LeJepa>(); }

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "experiments/objective.h"
#include <ATen/CPUGeneratorImpl.h>
#include <cmath>
#include <torch/torch.h>

namespace revisit {
namespace {

class Position final : public Objective {
public:
    About about() const override
    {
        return {"Relative position",
                "Tells on which of eight sides of a patch's middle a piece of it lies: a classic that asks for the "
                "layout of things.",
                "Doersch, Gupta & Efros 2015, arXiv 1505.05192"};
    }
    void params(Params& p) override
    {
        p("gap", m_gap,
          "Part of a third of the view that is left out around each piece, so that lines which run on from one into "
          "the next do not tell; half of it moves at random.")
            .range(0, 0.8);
        p("hidden", m_hidden, "Width of the layer that sees both pieces' features.").range(1, 65536);
    }
    std::vector<ViewKind> views(std::int64_t) const override { return {{}}; }
    void build(Networks& nets, const Task& task) override
    {
        if (task.inputPx < 24)
            throw Error("objective: position cuts a view in thirds, and a third of " + std::to_string(task.inputPx) +
                            " px is too small; set training.input_px to 24 or more",
                        "training.input_px");
        fit(task);
        nets.setPredictor(perceptron(2 * nets.backbone->width(), {{m_hidden, sides}, Ending::Biased}));
    }
    Embeddings encode(const Batch& batch, Networks& nets) override
    {
        const auto& view = batch.views.at(0);
        const auto n = view.size(0), cell = view.size(2) / 3, piece = m_piece, slack = cell - piece, moving = slack / 2,
                   margin = (slack - moving) / 2; // neighbours stay slack - moving apart
        auto generator = at::make_generator<at::CPUGeneratorImpl>(batch.key);
        const auto draw = [&](std::int64_t below) {
            return torch::randint(below, {n}, generator, torch::kLong).to(view.device());
        };
        const auto cut = [&](const at::Tensor& column, const at::Tensor& row) { // of cells -> [N, C, piece, piece]
            const auto inside = torch::arange(piece, column.options());
            const auto x = (column * cell + margin + draw(moving + 1)).unsqueeze(1) + inside;
            const auto y = (row * cell + margin + draw(moving + 1)).unsqueeze(1) + inside; // [N, piece]
            const auto rows = view.gather(2, y.view({n, 1, piece, 1}).expand({n, view.size(1), piece, view.size(3)}));
            return rows.gather(3, x.view({n, 1, 1, piece}).expand({n, view.size(1), piece, piece}));
        };
        const auto side = draw(sides), cellOf = side + side.ge(sides / 2).to(torch::kLong); // 0..8 without the middle
        const auto middle = torch::ones_like(side);
        const auto pieces = torch::cat({cut(middle, middle), cut(cellOf.remainder(3), cellOf.floor_divide(3))});
        const auto features = nets.backbone->forward(pieces).chunk(2);
        return {{nets.predictor->forward(torch::cat(features, 1))}, {}, {}, {}, side};
    }
    std::vector<std::string> inputs() const override { return {"z0", "targets"}; }
    /// Cross entropy of scores z0 [N, 8] with `targets`: the sides row by row, the middle left out.
    Loss formula(const Embeddings& embeddings, Group&) override
    {
        const auto& scores = embeddings.z.at(0);
        return {torch::cross_entropy_loss(scores, embeddings.targets),
                {{"accuracy", scores.detach().argmax(1).eq(embeddings.targets).to(torch::kFloat).mean()}}};
    }
    std::optional<double> chance(std::int64_t, std::int64_t) const override { return std::log(8.0); }
    std::optional<double> minimum(std::int64_t, std::int64_t) const override { return 0; }
    std::optional<double> collapsed(std::int64_t) const override { return std::log(8.0); }

private:
    static constexpr std::int64_t sides = 8;
    /// The largest pieces, with at least the gap around them, that the architecture takes; those of a transformer are
    /// whole patches. Error where it takes none of 8 px or more.
    void fit(const Task& task)
    {
        const auto cell = task.inputPx / 3;
        m_piece = std::max<std::int64_t>(8, std::llround(static_cast<double>(cell) * (1 - m_gap)));
        for (;; --m_piece) {
            try {
                return task.takes(m_piece);
            } catch (const Error&) {
                if (m_piece <= 8) throw;
            }
        }
    }
    double m_gap = 0.2;
    std::int64_t m_hidden = 256, m_piece = 0; ///< m_piece: side in pixels
};

} // namespace

std::unique_ptr<Objective> makePosition() { return std::make_unique<Position>(); }

} // namespace revisit

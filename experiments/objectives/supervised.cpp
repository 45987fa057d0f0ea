// SPDX-License-Identifier: Apache-2.0
#include "experiments/objective.h"
#include <cmath>
#include <torch/torch.h>

namespace revisit {
namespace {

class Supervised final : public Objective {
public:
    About about() const override
    {
        return {
            "Supervised",
            "Learns the labels themselves: what the same network reaches when it is told the answers, as a reference.",
            "Cross-entropy"};
    }
    void params(Params& p) override
    {
        p("smoothing", m_smoothing, "Share of each label that is spread over all classes.").range(0, 0.9).live();
    }
    std::vector<ViewKind> views(std::int64_t) const override { return {{}}; }
    bool needsLabels() const override { return true; }
    void build(Networks& nets, const Task& task) override
    {
        if (task.classes < 2)
            throw Error("objective: supervised needs labels of at least two classes, and this data set has none; "
                        "choose another "
                        "objective or a data set with a folder per class",
                        "objective.name");
        nets.setHead(perceptron(nets.backbone->width(), {{task.classes}, Ending::Biased}));
    }
    std::vector<std::string> inputs() const override { return {"z0", "targets"}; }
    Loss formula(const Embeddings& embeddings, Group& group) override
    {
        const auto logits = group.gather(embeddings.z.at(0)), targets = group.gather(embeddings.targets);
        const auto known = targets.ge(0).to(logits.dtype()).sum().clamp_min(1); // -1: unlabelled
        const auto total =
            torch::cross_entropy_loss(logits, targets, {}, at::Reduction::Sum, /*ignore_index=*/-1, m_smoothing) /
            known;
        return {total, {{"accuracy", logits.detach().argmax(1).eq(targets).sum() / known}}};
    }
    std::optional<double> chance(std::int64_t, std::int64_t classes) const override
    {
        return std::log(static_cast<double>(classes));
    }
    /// The entropy of a smoothed label.
    std::optional<double> minimum(std::int64_t, std::int64_t classes) const override
    {
        const double other = m_smoothing / static_cast<double>(classes), own = 1 - m_smoothing + other;
        if (other == 0) return 0;
        return -own * std::log(own) - static_cast<double>(classes - 1) * other * std::log(other);
    }

private:
    double m_smoothing = 0;
};

} // namespace

std::unique_ptr<Objective> makeSupervised() { return std::make_unique<Supervised>(); }

} // namespace revisit

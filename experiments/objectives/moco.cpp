// SPDX-License-Identifier: Apache-2.0
#include "datasets/base/random.h"
#include "experiments/objectives/projector.h"
#include "experiments/objectives/teacher.h"
#include <ATen/CPUGeneratorImpl.h>
#include <cmath>
#include <torch/torch.h>

namespace revisit {
namespace {

// The keys of earlier batches.
struct Queue final : torch::nn::Module, Initialised {
    Queue(std::int64_t length, std::int64_t width)
        : keys(register_buffer("keys", torch::zeros({length, width}))),
          next(register_buffer("next", torch::zeros({1}, torch::kLong)))
    {}
    void begin(at::Generator& generator) override
    {
        keys.copy_(torch::nn::functional::normalize(keys.normal_(0, 1, generator)));
    }
    /// Overwrites the oldest.
    void add(at::Tensor rows)
    {
        const auto length = keys.size(0);
        if (rows.size(0) > length) rows = rows.slice(0, rows.size(0) - length);
        const auto places = (torch::arange(rows.size(0), next.options()) + next).remainder(length);
        keys.index_copy_(0, places, rows.to(keys.dtype()));
        next.copy_((next + rows.size(0)).remainder(length));
    }
    at::Tensor keys, next;
};

class Moco final : public Objective {
public:
    About about() const override
    {
        return {"MoCo v2",
                "Finds a patch's other view, encoded by a slow copy of the network, among the many patches of earlier "
                "batches.",
                "He et al. 2020, arXiv 1911.05722; Chen et al. 2020, arXiv 2003.04297"};
    }
    void params(Params& p) override
    {
        p("temperature", m_temperature,
          "How sharply near misses are punished: small values push hardest against the most similar other patches.")
            .range(0.01, 10)
            .live();
        p("queue", m_queue, "How many patches of earlier batches a patch is compared with.")
            .range(1, 1e6)
            .unit("patches");
        m_teacher.params(p);
        m_projector.params(p);
        p("norm_groups", m_groups,
          "Parts of the batch whose batch norm is apart, as on so many GPUs; with one, a view's norm can give its "
          "partner away.")
            .range(1, 64)
            .advanced();
        p("shuffle", m_shuffle, "Whether the other views are shuffled before they are parted so.").advanced();
    }
    std::int64_t leastBatch() const override { return 2 * m_groups; }
    std::int64_t usualBatch() const override { return 32; }
    void build(Networks& nets, const Task& task) override
    {
        nets.setHead(m_projector.build(nets.backbone->width(), Ending::Biased));
        Teacher::build(nets, task, m_projector.build(nets.backbone->width(), Ending::Biased));
        nets.register_module("queue", std::make_shared<Queue>(m_queue, nets.head->width()));
    }
    Embeddings encode(const Batch& batch, Networks& nets) override
    {
        const auto& pupil = batch.views.at(0);
        const auto z = grouped(nets, pupil);
        const torch::NoGradGuard none;
        at::Tensor keys;
        if (m_shuffle && m_groups > 1) {
            auto generator = at::make_generator<at::CPUGeneratorImpl>(batch.key);
            const auto order = torch::randperm(pupil.size(0), generator, torch::kLong).to(pupil.device());
            const auto shuffled = grouped(*nets.teacher, batch.views.at(1).index_select(0, order));
            keys = shuffled.index_select(0, order.argsort());
        } else {
            keys = grouped(*nets.teacher, batch.views.at(1));
        }
        return {{z}, {keys}, queueOf(nets).keys.clone(), {}, {}};
    }
    std::vector<std::string> inputs() const override { return {"z0", "goal0", "reference"}; }
    /// InfoNCE of queries z0 against their keys goal0 and the queue, `reference` [K, D].
    Loss formula(const Embeddings& embeddings, Group&) override
    {
        const auto q = torch::nn::functional::normalize(embeddings.z.at(0));
        const auto k = torch::nn::functional::normalize(embeddings.goals.at(0)).detach();
        const auto positive = (q * k).sum(1, /*keepdim=*/true);                  // [n, 1]
        const auto negative = q.mm(embeddings.reference.detach().t());           // [n, K]
        const auto logits = torch::cat({positive, negative}, 1) / m_temperature; // the first is right
        const auto right = torch::zeros({q.size(0)}, q.options().dtype(torch::kLong));
        return {torch::cross_entropy_loss(logits, right),
                {{"positive_similarity", positive.detach().mean()},
                 {"hardest_negative_similarity", negative.detach().amax(1).mean()}}};
    }
    void stepped(Networks& nets, const Embeddings& embeddings, Group& group, Moment moment) override
    {
        const torch::NoGradGuard none;
        queueOf(nets).add(group.gather(torch::nn::functional::normalize(embeddings.goals.at(0))));
        m_teacher.follow(nets, moment);
    }
    std::optional<double> chance(std::int64_t, std::int64_t) const override
    {
        return std::log(static_cast<double>(m_queue) + 1);
    }
    std::optional<double> minimum(std::int64_t, std::int64_t) const override { return 0; }
    std::optional<double> collapsed(std::int64_t n) const override { return chance(n, 0); }
    std::optional<Culprit> culprit() const override
    {
        if (m_teacher.momentum < 0.5)
            return Culprit{"objective.momentum", Moco().m_teacher.momentum,
                           "A teacher that changes this fast gives a patch another code each time, so that the queue "
                           "cannot be compared with."};
        return {};
    }

private:
    static Queue& queueOf(Networks& nets) { return dynamic_cast<Queue&>(*nets.named_children()["queue"]); }
    at::Tensor grouped(Networks& nets, const at::Tensor& views) const
    {
        if (views.size(0) < 2 * m_groups)
            throw Error("objective.norm_groups: " + std::to_string(m_groups) + " parts of " +
                            std::to_string(views.size(0)) + " patches leave less than two in each; use fewer parts",
                        "objective.norm_groups");
        std::vector<at::Tensor> parts;
        for (const auto& part : views.tensor_split(m_groups))
            parts.push_back(nets.head->forward(nets.backbone->forward(part)));
        return torch::cat(parts);
    }
    double m_temperature = 0.1;
    std::int64_t m_queue = 2048, m_groups = 1;
    bool m_shuffle = true;
    Teacher m_teacher{0.99, false};
    Projector m_projector{{256, 128}, "none"};
};

} // namespace

std::unique_ptr<Objective> makeMoco() { return std::make_unique<Moco>(); }

} // namespace revisit

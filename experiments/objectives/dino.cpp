// SPDX-License-Identifier: Apache-2.0
#include "experiments/objectives/crops.h"
#include "experiments/objectives/projector.h"
#include "experiments/objectives/prototypes.h"
#include "experiments/objectives/teacher.h"
#include <cmath>
#include <torch/torch.h>

namespace revisit {
namespace {

class Dino final : public Objective {
public:
    About about() const override
    {
        return {"DINO",
                "Teaches small and large views of a patch to be sorted as a slow copy of the network sorts its large "
                "views; the copy's output is centred and sharpened.",
                "Caron et al. 2021, arXiv 2104.14294"};
    }
    void params(Params& p) override
    {
        p("temperature", m_temperature, "How sharply the pupil sorts.").range(0.01, 10).live();
        p("teacher_temperature", m_teacherTemperature,
          "How sharply the teacher sorts; at the pupil's temperature or above, nothing sharpens.")
            .range(0.005, 10)
            .live();
        p("centring", m_centring,
          "Whether the mean of what the teacher gave is taken off; off, one output can take all.")
            .live();
        p("centre_momentum", m_centreMomentum, "How slowly that mean follows.").range(0, 1).live().advanced();
        m_teacher.params(p);
        p("outputs", m_outputs, "Into how many outputs views are sorted.").range(2, 65536);
        p("freeze", m_freeze, "Share of the run in which the last layer stays as it began.").range(0, 1).advanced();
        m_crops.params(p);
        m_projector.params(p);
    }
    std::vector<ViewKind> views(std::int64_t inputPx) const override { return m_crops.views(inputPx); }
    bool evaluatesTeacher() const override { return true; }
    void build(Networks& nets, const Task& task) override
    {
        m_crops.check();
        stand(nets);
        auto teacher = std::make_shared<Networks>();
        teacher->setBackbone(task.backbone());
        stand(*teacher);
        nets.setTeacher(teacher);
        nets.register_buffer("centre", torch::zeros({1, m_outputs}));
    }
    Embeddings encode(const Batch& batch, Networks& nets) override
    {
        const bool frozen = isWithin(batch.moment, m_freeze);
        const auto scores = [&](Networks& of) {
            return [&](const at::Tensor& views) {
                const auto z = of.head->forward(of.backbone->forward(views));
                return frozen ? scoresOfFrozen(*of.prototypes, z) : of.prototypes->forward(z);
            };
        };
        Embeddings embeddings;
        embeddings.z = perView(batch.views, scores(nets));
        embeddings.reference = nets.named_buffers()["centre"].clone();
        const torch::NoGradGuard none;
        embeddings.goals = perView({batch.views[0], batch.views[1]}, scores(*nets.teacher));
        return embeddings;
    }
    std::vector<std::string> inputs() const override { return {"z0", "z1", "goal0", "goal1"}; }
    /// z and goals are scores [N, K]. Mean over pairs of a teacher's view and another view of the cross entropy of
    /// softmax((t - centre) / T_t) with softmax(s / T_s).
    Loss formula(const Embeddings& embeddings, Group&) override
    {
        std::vector<at::Tensor> predictions;
        for (const auto& scores : embeddings.z) predictions.push_back(torch::log_softmax(scores / m_temperature, 1));
        at::Tensor total, entropy, divergence, ofMean;
        const auto add = [](at::Tensor& to, const at::Tensor& part) { to = to.defined() ? to + part : part; };
        std::int64_t pairs = 0;
        for (std::size_t i = 0; i < embeddings.goals.size(); ++i) {
            auto scores = embeddings.goals[i].detach();
            if (m_centring && embeddings.reference.defined()) scores = scores - embeddings.reference;
            const auto taught = torch::softmax(scores / m_teacherTemperature, 1);
            const auto ofTaught = torch::special::entr(taught).sum(1).mean();
            add(entropy, ofTaught);
            add(ofMean, torch::special::entr(taught.mean(0)).sum());
            for (std::size_t j = 0; j < predictions.size(); ++j) {
                if (i == j) continue;
                const auto part = -(taught * predictions[j]).sum(1).mean();
                add(total, part);
                add(divergence, part.detach() - ofTaught);
                ++pairs;
            }
        }
        const auto n = static_cast<double>(pairs);
        return {total / n,
                {{"teacher_entropy", entropy / static_cast<double>(embeddings.goals.size())},
                 {"output_entropy", ofMean / static_cast<double>(embeddings.goals.size())},
                 {"divergence", divergence / n}}};
    }
    void stepped(Networks& nets, const Embeddings& embeddings, Group& group, Moment moment) override
    {
        const torch::NoGradGuard none;
        const auto mean = group.gather(torch::cat(embeddings.goals)).mean(0, /*keepdim=*/true);
        auto centre = nets.named_buffers()["centre"];
        centre.lerp_(mean.to(centre.dtype()), 1 - m_centreMomentum);
        m_teacher.follow(nets, moment);
    }
    std::optional<double> chance(std::int64_t, std::int64_t) const override
    {
        return std::log(static_cast<double>(m_outputs));
    }
    std::optional<double> minimum(std::int64_t, std::int64_t) const override { return 0; }
    std::optional<double> collapsed(std::int64_t n) const override
    {
        if (!m_centring) return 0; // all agree on one output
        return chance(n, 0);
    }
    std::optional<Culprit> culprit() const override
    {
        if (!m_centring) return Culprit{"objective.centring", true, "Without centring a few outputs win everything."};
        if (m_teacherTemperature >= m_temperature)
            return Culprit{"objective.teacher_temperature", Dino().m_teacherTemperature,
                           "A teacher no sharper than its pupil has both agree on every output alike."};
        return {};
    }

private:
    void stand(Networks& nets) const
    {
        nets.setHead(m_projector.build(nets.backbone->width(), Ending::Biased, /*gelu=*/true));
        nets.setPrototypes(prototypes(nets.head->width(), m_outputs));
    }
    double m_temperature = 0.1, m_teacherTemperature = 0.04, m_centreMomentum = 0.9, m_freeze = 0.05;
    bool m_centring = true;
    std::int64_t m_outputs = 1024;
    Teacher m_teacher;
    Crops m_crops;
    Projector m_projector{{256, 256, 128}};
};

} // namespace

std::unique_ptr<Objective> makeDino() { return std::make_unique<Dino>(); }

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "datasets/base/error.h"
#include "experiments/backward.h"
#include "experiments/bench/benchmark.h"
#include "experiments/learning.h"
#include <chrono>
#include <cmath>
#include <fstream>
#include <torch/torch.h>

namespace revisit {
namespace {

// What an objective is timed with: the smallest architecture that it can train.
struct Setting {
    Json backbone;
    std::int64_t batch;
    int steps; ///< of a round: two seconds or so
    std::string words;
};
Setting settingOf(const std::string& objective)
{
    if (objective == "mae")
        return {{{"name", "vit"}, {"patch", 4}, {"depth", 4}}, 32, 20, "ViT tiny/4 of 4 blocks, batch 32"};
    if (objective == "fcmae")
        return {{{"name", "convnextv2"}, {"small_stem", true}}, 16, 8, "ConvNeXt V2 atto, batch 16"};
    return {{{"name", "smallconv"}, {"width", 32}, {"layers", 4}}, 128, 40, "smallconv, batch 128"};
}

// Training steps as the trainer takes them, without the data: the batch is always the same, and so is the moment, at
// which no layer is frozen any more. The peer begins with the same weights and views.
class ObjectiveBenchmark final : public Benchmark {
public:
    ObjectiveBenchmark(const std::string& name, bool quick, const std::filesystem::path& folder)
        : m_steps(quick ? 1 : settingOf(name).steps),
          m_folder(folder),
          m_experiment({{"backbone", settingOf(name).backbone},
                        {"objective", {{"name", name}}},
                        {"optimizer", {{"name", "sgd"}, {"learning_rate", 0.01}}},
                        {"schedule", {{"shape", "constant"}, {"warmup", 0}}}})
    {
        const auto batch = quick ? 4 : settingOf(name).batch;
        m_experiment.build(m_networks, bands, sizePx, classes);
        m_experiment.optimizer->attach(m_networks);
        auto generator = at::make_generator<at::CPUGeneratorImpl>(0);
        for (const auto& kind : m_experiment.objective->views(sizePx)) {
            const auto side = kind.sidePx > 0 ? kind.sidePx : sizePx;
            m_batch.views.push_back(torch::randn({batch, bands, side, side}, generator));
        }
        m_batch.labels = torch::arange(batch).remainder(classes);
        m_batch.moment = {500, 1000};
        std::vector<at::Tensor> trained;
        for (const auto& weight : m_networks.parameters())
            if (weight.requires_grad()) trained.push_back(weight.detach());
        m_trained = write("weights.f32", trained);
        write("views.f32", m_batch.views);
        const torch::NoGradGuard none;
        const auto embeddings = m_experiment.objective->encode(m_batch, m_networks);
        m_loss = m_experiment.objective->formula(embeddings, m_group).total.item<double>();
    }
    Json task() const override
    {
        std::vector<std::int64_t> sides;
        for (const auto& view : m_batch.views) sides.push_back(view.size(2));
        const auto all = m_experiment.values();
        return {{"objective", all["objective"]},
                {"backbone", all["backbone"]},
                {"optimizer", all["optimizer"]},
                {"clip_norm", all["training"]["clip_norm"]},
                {"batch", m_batch.labels.size(0)},
                {"views", sides},
                {"bands", bands},
                {"classes", classes},
                {"weights_file", (m_folder / "weights.f32").string()},
                {"views_file", (m_folder / "views.f32").string()},
                {"weights", m_trained},
                {"loss", m_loss},
                {"steps", m_steps},
                {"threads", 2}};
    }
    void check(const Json& peer) const override
    {
        const double weights = peer.value("weights", 0.0), loss = peer.value("loss", NAN);
        const double near = 0.1 * std::max({std::abs(m_loss), std::abs(loss), 0.01}); // what is drawn by chance differs
        if (weights == static_cast<double>(m_trained) && std::abs(m_loss - loss) <= near) return;
        throw Error("--peers: objective-" + m_experiment.objective.name() + ": the peer's work is not the same. It " +
                    "trains " + std::to_string(static_cast<std::int64_t>(weights)) + " weights from a loss of " +
                    std::to_string(loss) + ", the engine " + std::to_string(m_trained) + " from " +
                    std::to_string(m_loss));
    }
    Json round() override
    {
        const auto began = std::chrono::steady_clock::now();
        for (int i = 0; i < m_steps; ++i) {
            ++m_batch.key;
            learnFrom(m_batch, m_experiment, m_networks, m_group);
        }
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - began;
        return {{"value", taken.count() / m_steps}};
    }

private:
    static constexpr std::int64_t bands = 3, sizePx = 32, classes = 10;
    /// How many numbers there are.
    std::int64_t write(const char* name, const std::vector<at::Tensor>& tensors) const
    {
        std::int64_t count = 0;
        std::ofstream out(m_folder / name, std::ios::binary);
        for (const auto& tensor : tensors) {
            const auto plain = tensor.contiguous();
            out.write(static_cast<const char*>(plain.data_ptr()), static_cast<std::streamsize>(plain.nbytes()));
            count += plain.numel();
        }
        return count;
    }

    int m_steps;
    std::filesystem::path m_folder;
    Experiment m_experiment;
    Networks m_networks;
    Alone m_group;
    Batch m_batch;
    std::int64_t m_trained = 0; ///< how many weights
    double m_loss = 0;          ///< before the first step
};

} // namespace

std::vector<BenchmarkEntry> objectiveBenchmarks()
{
    std::vector<BenchmarkEntry> list;
    for (const auto& entry : objectives()) {
        const std::string name = entry.name;
        if (name == "random") continue; // learns nothing
        list.push_back(
            {"objective-" + name,
             entry.make()->about().title + ", a training step, " + settingOf(name).words + " at 32 px, two threads",
             "s/step",
             [name](bool quick, const std::filesystem::path& folder) {
                 return std::make_unique<ObjectiveBenchmark>(name, quick, folder);
             },
             "objectives"});
    }
    return list;
}

} // namespace revisit

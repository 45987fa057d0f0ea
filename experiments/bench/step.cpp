// SPDX-License-Identifier: Apache-2.0
#include "experiments/bench/benchmark.h"
#include "experiments/learning.h"
#include <chrono>
#include <torch/torch.h>

namespace revisit {
namespace {

// A training step as the trainer takes it, without the data. The batch is always the same.
class StepBenchmark final : public Benchmark {
public:
    explicit StepBenchmark(bool quick)
        : m_batch(quick ? 2 : 64),
          m_sizePx(quick ? 32 : 64),
          m_steps(quick ? 1 : 5),
          m_experiment({{"backbone", {{"name", "resnet18"}}},
                        {"objective", {{"name", "supervised"}}},
                        {"optimizer", {{"name", "sgd"}, {"learning_rate", 0.01}}}})
    {
        m_experiment.build(m_networks, 3, m_sizePx, classes);
        m_experiment.optimizer->attach(m_networks);
        m_data.views = {torch::rand({m_batch, 3, m_sizePx, m_sizePx})};
        m_data.labels = torch::arange(m_batch).remainder(classes);
    }
    Json task() const override
    {
        return {{"batch", m_batch}, {"size_px", m_sizePx}, {"classes", classes}, {"steps", m_steps}, {"threads", 2}};
    }
    Json round() override
    {
        const auto began = std::chrono::steady_clock::now();
        for (int i = 0; i < m_steps; ++i) {
            m_data.moment = {++m_step, m_experiment.training.steps};
            learnFrom(m_data, m_experiment, m_networks, m_group);
        }
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - began;
        return {{"value", taken.count() / m_steps}};
    }

private:
    static constexpr std::int64_t classes = 10;
    std::int64_t m_batch, m_sizePx;
    int m_steps;
    Experiment m_experiment;
    Networks m_networks;
    Alone m_group;
    Batch m_data;
    std::int64_t m_step = 0;
};

} // namespace

std::unique_ptr<Benchmark> makeStepBenchmark(bool quick, const std::filesystem::path&)
{
    return std::make_unique<StepBenchmark>(quick);
}

} // namespace revisit

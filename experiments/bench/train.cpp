// SPDX-License-Identifier: Apache-2.0
#include "datasets/base/files.h"
#include "experiments/bench/benchmark.h"
#include "experiments/trainer.h"
#include <ATen/Parallel.h>
#include <chrono>

namespace revisit {
namespace {

// A run as people start it, from the end of its first steps, which lay out memory, to its last step: reading, views,
// learning, events. Probes and checkpoints come before and after.
class TrainBenchmark final : public Benchmark {
public:
    TrainBenchmark(bool quick, const std::filesystem::path& folder)
        : m_run(folder / "run"),
          m_batch(quick ? 16 : 128),
          m_steps(quick ? 2 : 50),
          m_pack(writeNoise(folder, m_batch * m_steps))
    {}
    Json task() const override
    {
        return {{"batch", m_batch}, {"steps", m_steps}, {"patch_px", 64}, {"input_px", inputPx}, {"threads", 2}};
    }
    Json round() override
    {
        using Clock = std::chrono::steady_clock;
        constexpr std::int64_t first = 5, never = 100'000'000;
        const Json run = {{"dataset", {{"name", "pack"}, {"path", m_pack.string()}}},
                          {"augmentations", simclrViews()},
                          {"backbone", {{"name", "smallconv"}}},
                          {"objective", {{"name", "simclr"}}},
                          {"optimizer", {{"name", "sgd"}}},
                          {"training",
                           {{"steps", first + m_steps},
                            {"batch", m_batch},
                            {"input_px", inputPx},
                            {"threads", at::get_num_threads()},
                            {"device", "cpu"},
                            {"checkpoint_every", never}}},
                          {"evaluation", {{"every", never}, {"patches", 10}, {"bank", 10}, {"layout", "pca"}}}};
        std::filesystem::remove_all(m_run);
        std::filesystem::create_directory(m_run);
        replaceFile(m_run / "run.json", run.dump());
        Clock::time_point began, ended;
        TrainOptions options;
        options.watch = [&](const std::string& event, const Json& fields) {
            if (event != "step") return;
            ended = Clock::now();
            if (fields["step"] == first) began = ended;
        };
        const auto outcome = train(m_run, options);
        if (outcome.code != 0) throw std::runtime_error(outcome.message);
        const std::chrono::duration<double> taken = ended - began;
        return {{"value", static_cast<double>(m_batch * m_steps) / taken.count()}};
    }

private:
    static constexpr std::int64_t inputPx = 32;
    std::filesystem::path m_run;
    std::int64_t m_batch, m_steps;
    std::filesystem::path m_pack;
};

} // namespace

std::unique_ptr<Benchmark> makeTrainBenchmark(bool quick, const std::filesystem::path& folder)
{
    return std::make_unique<TrainBenchmark>(quick, folder);
}

} // namespace revisit

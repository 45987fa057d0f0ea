// SPDX-License-Identifier: Apache-2.0
#include "datasets/pack.h"
#include "experiments/bench/benchmark.h"
#include "experiments/views.h"
#include <chrono>
#include <numeric>
#include <torch/torch.h>

namespace revisit {
namespace {

// How many pairs of views one core makes.
class AugmentBenchmark final : public Benchmark {
public:
    AugmentBenchmark(bool quick, const std::filesystem::path& folder)
        : m_seconds(quick ? 0.02 : 2),
          m_views(Pack::open(writeNoise(folder, batch)), sizePx, at::kCPU)
    {
        m_chain.read(simclrViews());
        std::iota(m_indices.begin(), m_indices.end(), 0);
    }
    Json task() const override
    {
        return {{"size_px", sizePx}, {"batch", batch}, {"seconds", m_seconds}, {"threads", 1}};
    }
    Json round() override
    {
        const auto began = std::chrono::steady_clock::now();
        std::chrono::duration<double> taken{};
        std::int64_t pairs = 0;
        for (; taken.count() < m_seconds; pairs += batch, ++m_step) {
            for (int view = 0; view < 2; ++view) m_views.draw(m_chain, m_indices, 0, m_step, view);
            taken = std::chrono::steady_clock::now() - began;
        }
        return {{"value", static_cast<double>(pairs) / taken.count()}};
    }

private:
    static constexpr std::int64_t sizePx = 64, batch = 128;
    double m_seconds;
    Views m_views;
    Chain m_chain;
    std::vector<std::int64_t> m_indices = std::vector<std::int64_t>(batch);
    std::int64_t m_step = 0;
};

} // namespace

std::unique_ptr<Benchmark> makeAugmentBenchmark(bool quick, const std::filesystem::path& folder)
{
    return std::make_unique<AugmentBenchmark>(quick, folder);
}

} // namespace revisit

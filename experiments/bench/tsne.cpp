// SPDX-License-Identifier: Apache-2.0
#include "experiments/evaluation/tsne.h"
#include "datasets/base/random.h"
#include "experiments/bench/benchmark.h"
#include "experiments/evaluation/trustworthiness.h"
#include <chrono>
#include <fstream>
#include <torch/torch.h>

namespace revisit {
namespace {

// Twenty Gaussians, each of them eight directions long, the longest most: as features of a network lie.
at::Tensor mixture(std::int64_t points)
{
    constexpr std::int64_t dimensions = 128, clusters = 20, directions = 8;
    Random random(0, "bench");
    const auto normal = [&](std::int64_t rows, std::int64_t columns) {
        auto tensor = torch::empty({rows, columns});
        for (std::int64_t i = 0; i < tensor.numel(); ++i)
            tensor.data_ptr<float>()[i] = static_cast<float>(random.normal());
        return tensor;
    };
    const auto length = 2 / torch::arange(1, directions + 1).sqrt().unsqueeze(1);
    std::vector<at::Tensor> parts;
    for (std::int64_t k = 0; k < clusters; ++k) {
        const auto n = points * (k + 1) / clusters - points * k / clusters;
        const auto axes = normal(directions, dimensions) * length;
        parts.push_back(normal(1, dimensions) + normal(n, directions).mm(axes) + 0.3 * normal(n, dimensions));
    }
    return torch::cat(parts);
}

class TsneBenchmark final : public Benchmark {
public:
    TsneBenchmark(bool quick, const std::filesystem::path& folder)
        : m_points(mixture(quick ? 100 : 5000)),
          m_file(folder / "points.f32")
    {
        std::ofstream(m_file, std::ios::binary)
            .write(static_cast<const char*>(m_points.data_ptr()), static_cast<std::streamsize>(m_points.nbytes()));
    }
    Json task() const override
    {
        return {
            {"data", m_file.string()}, {"points", m_points.size(0)}, {"dimensions", m_points.size(1)}, {"threads", 2}};
    }
    Json round() override
    {
        const auto began = std::chrono::steady_clock::now();
        const auto layout = tsne(m_points);
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - began;
        const auto* xy = layout.data_ptr<float>();
        return {{"value", taken.count()}, {"layout", std::vector<float>(xy, xy + layout.numel())}};
    }
    void judge(Json& outcome) const override
    {
        auto xy = outcome.at("layout").get<std::vector<float>>();
        outcome.erase("layout");
        outcome["trustworthiness"] = trustworthiness(m_points, torch::tensor(xy).reshape({m_points.size(0), 2}), 15);
    }

private:
    at::Tensor m_points;
    std::filesystem::path m_file;
};

} // namespace

std::unique_ptr<Benchmark> makeTsneBenchmark(bool quick, const std::filesystem::path& folder)
{
    return std::make_unique<TsneBenchmark>(quick, folder);
}

} // namespace revisit

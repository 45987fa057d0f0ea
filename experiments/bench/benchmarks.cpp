// SPDX-License-Identifier: Apache-2.0
#include "datasets/base/random.h"
#include "datasets/pack.h"
#include "experiments/bench/benchmark.h"

namespace revisit {

using Folder = std::filesystem::path;
std::unique_ptr<Benchmark> makeAugmentBenchmark(bool quick, const Folder& folder);
std::unique_ptr<Benchmark> makeStepBenchmark(bool quick, const Folder& folder);
std::unique_ptr<Benchmark> makeTrainBenchmark(bool quick, const Folder& folder);
std::unique_ptr<Benchmark> makeTsneBenchmark(bool quick, const Folder& folder);
std::vector<BenchmarkEntry> objectiveBenchmarks();
std::vector<BenchmarkEntry> dataBenchmarks();

const std::vector<BenchmarkEntry>& benchmarks()
{
    static const std::vector<BenchmarkEntry> list = [] {
        std::vector<BenchmarkEntry> all = {
            {"augment",
             "SimCLR's views (crop, flip, jitter, grey, blur, normalised) of RGB patches of 64 px, on one core",
             "pairs/s", makeAugmentBenchmark},
            {"step", "ResNet-18, forward, backward and SGD's step, 64 patches of 64 px, supervised, two threads",
             "s/step", makeStepBenchmark},
            {"train", "SimCLR end to end, four convolutions, 128 patches of 64 px a step seen at 32 px, two cores",
             "patches/s", makeTrainBenchmark},
            {"tsne", "t-SNE of 5,000 points in 128 dimensions, perplexity 30, two threads", "s", makeTsneBenchmark},
        };
        for (auto& entry : dataBenchmarks()) all.push_back(std::move(entry));
        for (auto& entry : objectiveBenchmarks()) all.push_back(std::move(entry));
        return all;
    }();
    return list;
}

Json simclrViews()
{
    return {
        {"crop", {{"min_area", 0.08}}},
        {"flip", {{"vertical", 0}}},
        {"rotate90", {{"probability", 0}}},
        {"brightness", {{"probability", 0}}},
        {"contrast", {{"probability", 0}}},
        {"jitter", {{"probability", 0.8}, {"brightness", 0.4}, {"contrast", 0.4}, {"saturation", 0.4}, {"hue", 0.1}}},
        {"grey", {{"probability", 0.2}}},
        {"blur", {{"probability", 0.5}}},
        {"noise", {{"probability", 0}}}};
}

Folder writeNoise(const Folder& folder, std::int64_t count)
{
    PackFormat format;
    format.name = "noise";
    format.sizePx = 64;
    format.layers = {{"rgb", "", Sample::UInt8, displayBands()}};
    std::vector<Patch> patches(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < patches.size(); ++i) patches[i].id = std::to_string(i);
    const auto fill = [](std::size_t, std::int64_t i, std::span<std::byte> record) {
        Random random(0, "bench", static_cast<std::uint64_t>(i));
        for (auto& sample : record) sample = static_cast<std::byte>(random.below(256));
    };
    const auto file = folder / "noise.pack";
    writePack(file, {format, patches, {}, {}}, fill, [](double, const std::string&) { return true; });
    return file;
}

} // namespace revisit

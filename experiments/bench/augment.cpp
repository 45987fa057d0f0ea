// SPDX-License-Identifier: Apache-2.0
#include "experiments/bench/augment.h"
#include "datasets/pack.h"
#include "experiments/views.h"
#include <chrono>
#include <torch/torch.h>
#include <unistd.h>

namespace revisit {
namespace {

constexpr std::int64_t sizePx = 64, batch = 256, batches = 24;

std::shared_ptr<Pack> syntheticPack()
{
    const auto file =
        std::filesystem::temp_directory_path() / ("revisit-bench-" + std::to_string(::getpid()) + ".pack");
    PackFormat format;
    format.name = "synthetic";
    format.sizePx = sizePx;
    format.bands = {"red", "green", "blue"};
    std::vector<Patch> patches(batch * 4);
    for (std::size_t i = 0; i < patches.size(); ++i) patches[i].id = std::to_string(i);
    const auto fill = [](std::int64_t i, std::span<std::byte> record) {
        Random random(0, "bench", static_cast<std::uint64_t>(i));
        for (auto& sample : record) sample = static_cast<std::byte>(random.below(256));
    };
    writePack(file, format, patches, fill, [](double, const std::string&) { return true; });
    auto pack = Pack::open(file);
    std::filesystem::remove(file); // the mapping keeps it until the pack is closed
    return pack;
}

} // namespace

std::vector<double> benchAugmentation(int rounds)
{
    Chain chain;
    chain.read(
        {{"crop", {{"min_area", 0.08}}},
         {"flip", {{"vertical", 0}}},
         {"rotate90", {{"probability", 0}}},
         {"brightness", {{"probability", 0}}},
         {"contrast", {{"probability", 0}}},
         {"jitter", {{"probability", 0.8}, {"brightness", 0.8}, {"contrast", 0.8}, {"saturation", 0.8}, {"hue", 0.2}}},
         {"grey", {{"probability", 0.2}}},
         {"blur", {{"probability", 0.5}}}});
    const Views views(syntheticPack(), sizePx, at::kCPU);
    const auto threads = at::get_num_threads();
    at::set_num_threads(1);
    std::vector<double> rates;
    std::vector<std::int64_t> indices(batch);
    for (int round = 0; round <= rounds; ++round) { // the first warms up
        const auto start = std::chrono::steady_clock::now();
        for (std::int64_t step = 0; step < batches; ++step) {
            for (std::int64_t i = 0; i < batch; ++i) indices[static_cast<std::size_t>(i)] = step % 4 * batch + i;
            for (int view = 0; view < 2; ++view) views.draw(chain, indices, 0, round * batches + step, view);
        }
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
        if (round > 0) rates.push_back(static_cast<double>(batch * batches) / taken.count());
    }
    at::set_num_threads(threads);
    return rates;
}

} // namespace revisit

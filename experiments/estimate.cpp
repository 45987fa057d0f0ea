// SPDX-License-Identifier: Apache-2.0
#include "experiments/estimate.h"
#include "experiments/device.h"
#include <c10/core/Allocator.h>
#include <c10/util/ThreadLocalDebugInfo.h>
#include <chrono>
#include <torch/torch.h>

namespace revisit {
namespace {

// Counts what this thread's tensors hold, and the most of it.
class Counter final : public c10::MemoryReportingInfoBase {
public:
    void reportMemoryUsage(void*, std::int64_t bytes, std::size_t, std::size_t, c10::Device) override
    {
        held += bytes;
        most = std::max(most, held);
    }
    bool memoryProfilingEnabled() const override { return true; }
    std::int64_t held = 0, most = 0;
};

struct Step {
    double seconds;
    std::int64_t bytes;
};

Step step(const Experiment& experiment, Networks& networks, std::int64_t batch, std::int64_t bands,
          std::int64_t classes, std::int64_t inputPx)
{
    auto counter = std::make_shared<Counter>();
    const c10::DebugInfoGuard guard(c10::DebugInfoKind::PROFILER_STATE, counter);
    const auto began = std::chrono::steady_clock::now();
    Batch noise;
    for (const auto& kind : experiment.objective->views(inputPx)) {
        const auto side = kind.sidePx > 0 ? kind.sidePx : inputPx;
        noise.views.push_back(torch::ones({batch, bands, side, side}));
    }
    noise.labels = torch::arange(batch).remainder(std::max<std::int64_t>(1, classes));
    Alone alone;
    experiment.objective->formula(experiment.objective->encode(noise, networks), alone).total.backward();
    return {std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(), counter->most};
}

// Repeats the larger step for up to `seconds`.
Estimate measured(const Experiment& experiment, std::int64_t bands, std::int64_t classes, std::int64_t inputPx,
                  double seconds)
{
    Networks networks;
    experiment.build(networks, bands, inputPx, classes);
    std::int64_t parameters = 0;
    for (const auto& weight : networks.parameters()) parameters += weight.numel();
    // Two sizes tell what a patch more costs in memory; the larger is what there is time for. Of several times the
    // least counts: others may be at work.
    const auto& training = experiment.training;
    const bool inParts = training.microBatch > 0 && training.microBatch < training.batch;
    const auto batch = inParts ? training.microBatch : training.batch; // that is in memory at a time
    const auto small = std::min(batch, std::max<std::int64_t>(4, experiment.objective->leastBatch()));
    const auto one = step(experiment, networks, small, bands, classes, inputPx);
    const auto inTime = static_cast<std::int64_t>(static_cast<double>(small) * seconds / one.seconds);
    const auto large =
        std::clamp(inTime, std::min(batch, 2 * small), std::min(batch, std::max<std::int64_t>(32, 2 * small)));
    auto two = step(experiment, networks, large, bands, classes, inputPx);
    double spent = two.seconds;
    for (int i = 0; i < 8 && spent < seconds; ++i) {
        const auto again = step(experiment, networks, large, bands, classes, inputPx);
        spent += again.seconds;
        two = {std::min(two.seconds, again.seconds), std::max(two.bytes, again.bytes)};
    }
    const double bytesEach =
        large > small ? static_cast<double>(two.bytes - one.bytes) / static_cast<double>(large - small) : 0;
    Estimate found;
    found.parameters = parameters;
    found.secondsPerStep = two.seconds * static_cast<double>(training.batch) / static_cast<double>(large);
    if (inParts && training.exact) found.secondsPerStep *= 4.0 / 3; // forward twice
    // A look runs forward over the probe set and the bank, a third of a step's work each; linear probe and layout take
    // about 2 s at their default sizes on two cores.
    double views = 0; // as large as the run's images
    for (const auto& kind : experiment.objective->views(inputPx)) {
        const double zoom = kind.sidePx > 0 ? static_cast<double>(kind.sidePx) / static_cast<double>(inputPx) : 1;
        views += zoom * zoom;
    }
    const auto patches = static_cast<double>(experiment.evaluation.patches + experiment.evaluation.bank);
    found.secondsPerLook = 2 + two.seconds / static_cast<double>(large) / views / 3 * patches;
    const auto ofStep = two.bytes + static_cast<std::int64_t>(bytesEach * static_cast<double>(batch - large));
    found.memoryBytes = (ofStep + parameters * 4 * 4) * (training.precision == "float64" ? 2 : 1);
    return found;
}

} // namespace

Estimate estimate(const Experiment& experiment, std::int64_t bands, std::int64_t classes, std::int64_t inputPx)
{
    return measured(experiment, bands, classes, inputPx, 1);
}

void refuseWhatCannotFit(const Experiment& experiment, std::int64_t bands, std::int64_t classes)
{
    if (experiment.training.device != "cpu") return; // the card's own error names the cure
    const auto needed = measured(experiment, bands, classes, experiment.training.inputPx, 0).memoryBytes;
    const auto there = static_cast<std::int64_t>(mainMemory().total);
    if (needed <= there) return;
    const auto fits = std::max<std::int64_t>(2, experiment.training.batch * (there / 2 >> 20) / (needed >> 20));
    throw Error("training.batch: a step with " + std::to_string(experiment.training.batch) + " patches needs about " +
                    std::to_string(needed >> 30) + " GB of memory, and this computer has " +
                    std::to_string(there >> 30) + "; choose " + std::to_string(fits) + " or fewer",
                "training.batch");
}

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "experiments/reconstruction.h"
#include "datasets/base/files.h"
#include "datasets/base/random.h"
#include <torch/torch.h>

namespace revisit {

Json writeReconstruction(const std::filesystem::path& run, std::int64_t step, const Experiment& experiment,
                         Networks& networks, const Views& views, std::span<const std::int64_t> patches)
{
    if (!networks.decoder) return nullptr;
    const torch::NoGradGuard none;
    Batch batch;
    batch.views = {views.plain(patches).to(networks.type)};
    batch.key = Random(static_cast<std::uint64_t>(experiment.identity.seed), "reconstruction")();
    networks.eval();
    const auto embeddings = experiment.objective->encode(batch, networks);
    const auto seen = experiment.objective->see(batch.views[0], embeddings, networks);
    networks.train();
    if (!seen) return nullptr;
    Json rows = Json::array();
    std::string pixels;
    const auto add = [&](const char* name, const at::Tensor& images) {
        if (!images.defined()) return;
        rows.push_back(name);
        const auto rgb = views.pictures(images);
        pixels.append(rgb.begin(), rgb.end());
    };
    add("input", seen->input);
    add("masked", seen->masked);
    add("reconstruction", seen->reconstruction);
    add("leaking", seen->leaking);
    const auto folder = run / "reconstructions";
    std::filesystem::create_directories(folder);
    const auto name = "step-" + std::to_string(step) + ".bin";
    replaceFile(folder / name, pixels);
    return {{"step", step},
            {"file", "reconstructions/" + name},
            {"rows", rows},
            {"count", seen->input.size(0)},
            {"width", seen->input.size(3)},
            {"height", seen->input.size(2)},
            {"channels", 3}};
}

} // namespace revisit

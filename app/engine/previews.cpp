// SPDX-License-Identifier: Apache-2.0
#include "app/engine/previews.h"
#include "app/engine/requests.h"
#include "app/engine/tilepainter.h"
#include "datasets/base/error.h"
#include "datasets/base/random.h"
#include "experiments/anatomy.h"
#include "experiments/device.h"
#include "experiments/estimate.h"
#include "experiments/views.h"

namespace revisit {
namespace {

Json tile(const Pack& pack, std::int64_t i, const std::vector<std::uint8_t>& rgb)
{
    const auto& patch = pack.patches()[static_cast<std::size_t>(i)];
    const auto& classes = pack.format().classes;
    const auto place = [](double degrees) { return degrees == degrees ? Json(degrees) : Json(nullptr); };
    return {{"index", i},
            {"id", patch.id},
            {"lon", place(patch.lon)},
            {"lat", place(patch.lat)},
            {"label", patch.label},
            {"class", patch.label < 0 ? "" : classes[static_cast<std::size_t>(patch.label)]},
            {"rgb", base64Of(rgb)}};
}

} // namespace

std::shared_ptr<Pack> Previews::open(const Json& config, const Progress& progress)
{
    constexpr std::size_t mostParts = 4; // people go back and forth between a few
    Experiment experiment(config);
    const auto source = experiment.dataset.values().dump();
    if (!m_whole || source != m_source || m_whole->fileState() != Pack::FileState::Same) {
        m_parts.clear();
        m_whole = experiment.dataset->open(cacheFolder(), progress);
        m_source = source;
    }
    const auto& sound = experiment.training.soundness;
    const Json part = {
        experiment.split.values(), experiment.training.layers, sound.mostAbsent, sound.mostClouds, sound.constant,
        sound.duplicates};
    if (const auto found = m_parts.find(part.dump()); found != m_parts.end()) return found->second;
    if (m_parts.size() == mostParts) m_parts.clear();
    return m_parts[part.dump()] = experiment.asSeen(*m_whole, progress);
}

Json Previews::tiles(const Json& request, const Progress& progress)
{
    const auto pack = open(request.value("config", Json::object()), progress);
    const TilePainter painter(*pack, request);
    std::vector<std::int64_t> indices;
    if (request.contains("indices")) {
        indices = indicesIn(request, 1000, pack->size());
    } else {
        Random random(static_cast<std::uint64_t>(whole(request, "seed", 1, 0, 1ll << 50)), "tiles");
        for (auto n = whole(request, "count", 24, 1, 1000); n > 0; --n)
            indices.push_back(static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(pack->size()))));
    }
    Json all = {{"of", pack->size()},
                {"width", painter.side()},
                {"height", painter.side()},
                {"stretch", painter.words()},
                {"attribution", pack->format().attribution},
                {"tiles", Json::array()}};
    for (const auto i : indices) all["tiles"].push_back(tile(*pack, i, painter.rgb(i)));
    return all;
}

Json Previews::views(const Json& request, const Progress& progress)
{
    const auto config = request.value("config", Json::object());
    const auto pack = open(config, progress);
    Experiment experiment(config);
    experiment.resolve(*pack, "cpu", 1);
    const auto outputPx = experiment.training.inputPx;
    const Views views(pack, outputPx, c10::Device(c10::kCPU));
    experiment.augmentations.check(views.context());
    const auto index = whole(request, "index", 0, 0, pack->size() - 1);
    const auto seed = static_cast<std::uint64_t>(whole(request, "seed", 1, 0, 1ll << 50));
    Json all = {{"width", outputPx},
                {"height", outputPx},
                {"source", tile(*pack, index, pack->rgb(index))},
                {"source_px", pack->format().sizePx},
                {"draws", Json::array()}};
    const auto draws = whole(request, "draws", 1, 1, 200);
    const auto kinds = experiment.objective->views(outputPx);
    for (std::int64_t draw = 1; draw <= draws; ++draw) {
        Json pair = Json::array();
        for (std::size_t view = 0; view < kinds.size(); ++view) {
            const auto& kind = kinds[view];
            const auto plan =
                views.plans(experiment.augmentations, 1, seed, draw, static_cast<int>(view), kind).front();
            const auto side = kind.sidePx > 0 ? kind.sidePx : outputPx;
            const auto box = plan.box(side);
            pair.push_back({{"rgb", base64Of(views.picture(plan, index, side))},
                            {"px", side},
                            {"crop", {{"x", box.x}, {"y", box.y}, {"width", box.width}, {"height", box.height}}}});
        }
        all["draws"].push_back(pair);
    }
    return all;
}

Json Previews::network(const Json& request, const Progress& progress)
{
    const auto config = request.value("config", Json::object());
    const auto pack = open(config, progress);
    Experiment experiment(config);
    experiment.resolve(*pack, "cpu", 1);
    return anatomy(experiment, static_cast<std::int64_t>(pack->format().bands()),
                   static_cast<std::int64_t>(pack->format().classes.size()));
}

Json Previews::estimate(const Json& request, const Progress& progress)
{
    const auto config = request.value("config", Json::object());
    const auto pack = open(config, progress);
    Experiment experiment(config);
    const auto device = chosenDevice(experiment.training.device);
    experiment.resolve(*pack, device.str(), at::get_num_threads());
    const auto found =
        revisit::estimate(experiment, static_cast<std::int64_t>(pack->format().bands()),
                          static_cast<std::int64_t>(pack->format().classes.size()), experiment.training.inputPx);
    Json answer = {{"steps", experiment.training.steps},
                   {"parameters", found.parameters},
                   {"memory_bytes", found.memoryBytes},
                   {"seconds", nullptr}};
    if (device.is_cuda()) {
        answer["basis"] = "A GPU's speed is known once it has trained a few steps.";
    } else {
        const double looks =
            static_cast<double>(experiment.training.steps) / static_cast<double>(experiment.evaluation.every) + 1;
        answer["seconds"] =
            found.secondsPerStep * static_cast<double>(experiment.training.steps) + looks * found.secondsPerLook;
        answer["basis"] = "Measured just now on a few small batches.";
    }
    return answer;
}

} // namespace revisit

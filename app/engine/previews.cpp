// SPDX-License-Identifier: Apache-2.0
#include "app/engine/previews.h"
#include "datasets/base/error.h"
#include "datasets/base/random.h"
#include "experiments/anatomy.h"
#include "experiments/device.h"
#include "experiments/estimate.h"
#include "experiments/views.h"

namespace revisit {
namespace {

std::string base64(const std::vector<std::uint8_t>& bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::uint32_t word =
            bytes[i] << 16 | (i + 1 < bytes.size() ? bytes[i + 1] << 8 : 0) | (i + 2 < bytes.size() ? bytes[i + 2] : 0);
        for (int k = 0; k < 4; ++k)
            text += i + static_cast<std::size_t>(k) > bytes.size() ? '=' : digits[word >> (18 - 6 * k) & 63];
    }
    return text;
}

std::int64_t whole(const Json& request, const char* name, std::int64_t initial, std::int64_t low, std::int64_t high)
{
    if (!request.contains(name)) return initial;
    if (!request[name].is_number_integer()) throw Error(std::string(name) + ": should be a whole number", name);
    const auto number = request[name].get<std::int64_t>();
    if (number < low || number > high)
        throw Error(std::string(name) + ": should be " + std::to_string(low) + " to " + std::to_string(high), name);
    return number;
}

Json tile(const Pack& pack, std::int64_t i)
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
            {"rgb", base64(pack.rgb(i))}};
}

} // namespace

std::shared_ptr<Pack> Previews::open(const Json& config, const Progress& progress)
{
    Experiment experiment(config);
    const auto wanted = experiment.dataset.values().dump() + experiment.training.layers;
    if (!m_pack || wanted != m_wanted) {
        m_pack = experiment.open(progress);
        m_wanted = wanted;
    }
    return m_pack;
}

Json Previews::tiles(const Json& request, const Progress& progress)
{
    const auto pack = open(request.value("config", Json::object()), progress);
    std::vector<std::int64_t> indices;
    if (request.contains("indices")) {
        if (!request["indices"].is_array() || request["indices"].size() > 1000)
            throw Error("indices: should be a list of up to 1000", "indices");
        for (const auto& index : request["indices"])
            indices.push_back(whole({{"index", index}}, "index", 0, 0, pack->size() - 1));
    } else {
        Random random(static_cast<std::uint64_t>(whole(request, "seed", 1, 0, 1ll << 50)), "tiles");
        for (auto n = whole(request, "count", 24, 1, 1000); n > 0; --n)
            indices.push_back(static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(pack->size()))));
    }
    Json all = {{"of", pack->size()},
                {"width", pack->format().sizePx},
                {"height", pack->format().sizePx},
                {"stretch", pack->stretch()},
                {"attribution", pack->format().attribution},
                {"tiles", Json::array()}};
    for (const auto i : indices) all["tiles"].push_back(tile(*pack, i));
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
                {"source", tile(*pack, index)},
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
            pair.push_back({{"rgb", base64(views.picture(plan, index, side))},
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

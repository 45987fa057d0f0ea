// SPDX-License-Identifier: Apache-2.0
#include "experiments/weights.h"
#include "datasets/base/files.h"
#include "experiments/checkpoint.h"
#include "experiments/objective.h"
#include "experiments/runstate.h"
#include "experiments/torchfile.h"
#include <algorithm>
#include <fstream>
#include <numeric>
#include <sstream>
#include <torch/torch.h>

namespace revisit {

namespace fs = std::filesystem;

namespace {

// What a file may have beside a backbone, under the same prefix.
constexpr std::string_view heads[] = {"fc.",         "head.",           "heads.",     "head_",
                                      "classifier.", "decoder",         "mask_token", "projector",
                                      "projection",  "prediction_head", "predictor"};

bool isHead(std::string_view name)
{
    return std::any_of(std::begin(heads), std::end(heads),
                       [&](std::string_view head) { return name.starts_with(head); });
}

// "a, b, c and 4 more"
std::string firstFew(const std::vector<std::string>& all, const char* between = ", ")
{
    std::string text;
    for (std::size_t i = 0; i < std::min<std::size_t>(3, all.size()); ++i) text += (i > 0 ? between : "") + all[i];
    return text + (all.size() > 3 ? " and " + std::to_string(all.size() - 3) + " more" : "");
}

std::string text(at::IntArrayRef shape)
{
    std::ostringstream out;
    out << shape;
    return out.str();
}

bool isTeacher(std::string_view name)
{
    return name.starts_with("teacher.") || name.find(".teacher.") != std::string_view::npos;
}

// Of networkIn()'s answer: whether the tensor called `name` may be its.
bool isOf(const std::string& network, std::string_view name)
{
    return network == "automatic" || isTeacher(name) == (network == "teacher");
}

// The prefix under which the network has most of the names, and of several most of the shapes; then the shortest, then
// the last: encoder_q comes after encoder_k, teacher after student.
std::string prefixOf(const State& file, const State& mine, const std::string& network = "automatic")
{
    std::map<std::string, std::pair<std::size_t, std::size_t>> counts;
    for (const auto& [name, tensor] : file)
        for (std::size_t at = 0; isOf(network, name); ++at) {
            if (const auto found = mine.find(name.substr(at)); found != mine.end()) {
                auto& [names, shapes] = counts[name.substr(0, at)];
                ++names, shapes += found->second.sizes() == tensor.sizes();
            }
            if ((at = name.find('.', at)) == std::string::npos) break;
        }
    std::string best;
    std::pair<std::size_t, std::size_t> most;
    for (const auto& [prefix, count] : counts)
        if (count > most || (count == most && prefix.size() <= best.size())) best = prefix, most = count;
    return best;
}

// The weight that sees the bands: [outputs, bands, height, width]; empty when there is none.
std::string firstConvolution(const Net& backbone)
{
    for (const auto& item : backbone.named_parameters())
        if (item.value().dim() == 4) return item.key();
    return {};
}

bool differOnlyInBands(const at::Tensor& a, const at::Tensor& b)
{
    return a.dim() == 4 && b.dim() == 4 && a.size(1) != b.size(1) && a.size(0) == b.size(0) && a.size(2) == b.size(2) &&
           a.size(3) == b.size(3);
}

// A first convolution of the file for the bands `names`, in float64; says in `done` what was done.
at::Tensor adapted(const at::Tensor& weight, const std::string& name, const Weights& how,
                   const std::vector<std::string>& names, std::string& done)
{
    const auto from = weight.size(1), to = static_cast<std::int64_t>(names.size());
    const auto counts =
        name + " has " + std::to_string(from) + " bands in the file and " + std::to_string(to) + " here";
    const auto share = std::to_string(from) + "/" + std::to_string(to);
    const double scale = static_cast<double>(from) / static_cast<double>(to);
    const auto wide = weight.to(torch::kDouble);
    if (how.bands == "copy") {
        done = counts + ": the file's bands were repeated in turn and multiplied by " + share + ".";
        return wide.index_select(1, torch::arange(to).remainder(from)) * scale;
    }
    if (how.bands == "average") {
        done = counts + ": each band got the mean of the file's, multiplied by " + share + ".";
        return wide.mean(1, /*keepdim=*/true).expand({-1, to, -1, -1}) * scale;
    }
    if (how.bands == "zero" && from < to) {
        std::vector<std::int64_t> places;
        for (const char* colour : {"red", "green", "blue"}) {
            const auto found = std::find(names.begin(), names.end(), colour);
            if (found != names.end()) places.push_back(found - names.begin());
        }
        const bool byName = from == 3 && places.size() == 3;
        if (!byName) {
            places.resize(static_cast<std::size_t>(from));
            std::iota(places.begin(), places.end(), 0);
        }
        done = counts + ": the file's bands went to " +
               (byName ? "red, green and blue" : "the first " + std::to_string(from)) + ", the others begin at zero.";
        auto all = torch::zeros({wide.size(0), to, wide.size(2), wide.size(3)}, torch::kDouble);
        return all.index_copy_(1, torch::tensor(places, torch::kLong), wide);
    }
    throw Error("weights.bands: " + counts + " (" + text(weight.sizes()) + "); " +
                    (how.bands == "zero" ? "zero needs more bands than the file's, so choose copy or average"
                                         : "choose how to adapt them: copy, average or zero"),
                "weights.bands");
}

} // namespace

State readWeights(const fs::path& file)
{
    requireRegularFile(file);
    std::ifstream in(file, std::ios::binary);
    char head[2] = {};
    in.read(head, 2);
    if (head[0] == 'P' && head[1] == 'K') return readTorchFile(file);
    if (head[0] == '\x80') {
        const auto path = file.string();
        throw Error(path +
                    ": is in torch.save's format of before PyTorch 1.6, or another pickle. Convert it once: "
                    "python3 -c \"import torch; torch.save(torch.load('" +
                    path + "', 'cpu', weights_only=True), '" + fs::path(file).replace_extension(".zip.pth").string() +
                    "')\"");
    }
    return readTensors(file);
}

std::string networkIn(const State& file, const Weights& weights)
{
    const bool has = std::any_of(file.begin(), file.end(), [](const auto& item) { return isTeacher(item.first); });
    if (weights.network == "teacher" && !has)
        throw Error(weights.path + ": has no teacher (no tensor of teacher.*)", "weights.network");
    if (weights.network != "automatic" || !has) return weights.network;
    const auto state = jsonIn(fs::path(weights.path).parent_path() / "state.json"); // beside a checkpoint's
    const auto key = "/config/objective/name"_json_pointer;
    const auto name = state.contains(key) ? state.at(key) : Json();
    for (const auto& entry : objectives())
        if (name == entry.name) return entry.make()->evaluatesTeacher() ? "teacher" : "network";
    return "automatic";
}

Json Loaded::values() const
{
    const auto end = passedOver.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(20, passedOver.size()));
    return {{"file", file},
            {"prefix", prefix},
            {"taken", taken},
            {"passed_over", std::vector<std::string>(passedOver.begin(), end)},
            {"passed_over_count", passedOver.size()},
            {"adapted", adapted}};
}

std::int64_t bandsOf(const State& file, const Net& backbone)
{
    const auto name = firstConvolution(backbone);
    const auto found = file.find(prefixOf(file, stateOf(backbone)) + name);
    return name.empty() || found == file.end() || found->second.dim() != 4 ? 0 : found->second.size(1);
}

Loaded loadWeights(Net& backbone, const Weights& weights, const std::vector<std::string>& names)
{
    weights.check();
    return takeWeights(backbone, readWeights(weights.path), weights, names);
}

Loaded takeWeights(Net& backbone, const State& file, const Weights& weights, const std::vector<std::string>& names)
{
    torch::NoGradGuard none;
    const auto mine = stateOf(backbone);
    if (mine.empty())
        throw Error("weights.path: this architecture has no weights that could be loaded", "weights.path");
    const auto first = firstConvolution(backbone);
    Loaded loaded{weights.path, prefixOf(file, mine, networkIn(file, weights)), 0, {}, {}};
    State fitting;
    std::vector<std::string> missing, misshapen, superfluous;
    for (const auto& [name, tensor] : mine) {
        const auto found = file.find(loaded.prefix + name);
        if (found == file.end()) {
            if (!name.ends_with("num_batches_tracked")) missing.push_back(name);
            continue;
        }
        auto given = found->second;
        if (name == first && differOnlyInBands(given, tensor))
            given = adapted(given, name, weights, names, loaded.adapted);
        if (given.sizes() != tensor.sizes())
            misshapen.push_back(name + " has the shape " + text(given.sizes()) + " in the file and " +
                                text(tensor.sizes()) + " here");
        else if (given.is_floating_point() != tensor.is_floating_point())
            throw Error(weights.path + ": " + name + " has values of type " + c10::toString(given.scalar_type()) +
                            ", and " + c10::toString(tensor.scalar_type()) + " is needed",
                        "weights.path");
        else if (given.is_floating_point() && !given.isfinite().all().item<bool>())
            throw Error(weights.path + ": " + name + " has values that are no finite numbers", "weights.path");
        fitting[name] = given;
    }
    for (const auto& [name, tensor] : file) {
        const bool under = name.starts_with(loaded.prefix);
        const auto rest = under ? name.substr(loaded.prefix.size()) : name;
        if (under && mine.contains(rest)) continue;
        (under && !isHead(rest) ? superfluous : loaded.passedOver).push_back(under ? rest : name);
    }
    std::string wrong;
    const auto also = [&](const std::string& what) { wrong += (wrong.empty() ? "" : "; ") + what; };
    if (fitting.empty())
        also("it has none of this architecture's names (" + firstFew(missing) + "), but " + firstFew(superfluous));
    if (!misshapen.empty()) also(firstFew(misshapen, "; "));
    if (!fitting.empty() && !missing.empty()) also("it lacks " + firstFew(missing));
    if (!fitting.empty() && !superfluous.empty())
        also("it has " + firstFew(superfluous) + ", which this architecture does not");
    if (!wrong.empty()) throw Error(weights.path + ": does not fit the backbone: " + wrong, "weights.path");
    for (const auto& [name, tensor] : fitting) mine.at(name).copy_(tensor);
    loaded.taken = fitting.size();
    return loaded;
}

} // namespace revisit

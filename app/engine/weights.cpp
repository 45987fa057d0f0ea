// SPDX-License-Identifier: Apache-2.0
#include "experiments/weights.h"
#include "app/engine/commands.h"
#include "datasets/base/error.h"
#include "experiments/backbone.h"
#include "experiments/checkpoint.h"
#include <iomanip>
#include <iostream>
#include <memory>
#include <sstream>

namespace revisit {
namespace {

struct Asked {
    std::string file, backbone, out, network = "automatic";
    std::vector<std::string> settings;
    std::int64_t sizePx = 64;
    bool json = false;
};

std::string text(at::IntArrayRef shape)
{
    std::ostringstream out;
    out << shape;
    return out.str();
}

int show(const Asked& asked, const State& weights)
{
    Json all = Json::array();
    std::size_t longest = 0, widest = 0;
    std::int64_t values = 0;
    for (const auto& [name, tensor] : weights) {
        all.push_back({{"name", name}, {"shape", tensor.sizes().vec()}, {"type", c10::toString(tensor.scalar_type())}});
        longest = std::max(longest, name.size());
        widest = std::max(widest, text(tensor.sizes()).size());
        values += tensor.numel();
    }
    if (asked.json) {
        std::cout << Json{{"file", asked.file}, {"tensors", all}}.dump(1) << '\n';
        return exitDone;
    }
    for (const auto& [name, tensor] : weights)
        std::cout << std::left << std::setw(static_cast<int>(longest) + 2) << name
                  << std::setw(static_cast<int>(widest) + 2) << text(tensor.sizes())
                  << c10::toString(tensor.scalar_type()) << '\n';
    std::cout << weights.size() << " tensors, " << values << " values\n";
    return exitDone;
}

// The architecture that was asked for, with as many bands as the file's.
std::shared_ptr<Net> like(const State& weights, const Asked& asked)
{
    const auto architecture = make(backbones(), asked.backbone, "backbone");
    architecture->read(settingsOf(asked.settings), "backbone", asked.backbone);
    const auto net = architecture->build(3, asked.sizePx);
    const auto bands = bandsOf(weights, *net);
    return bands == 0 || bands == 3 ? net : architecture->build(bands, asked.sizePx);
}

// Of a checkpoint `loaded.prefix`'s tensors, by the names that torchvision and timm have for them.
State backboneIn(const State& weights, Loaded& loaded)
{
    State found;
    for (const auto& [name, tensor] : weights) {
        if (name.starts_with(loaded.prefix))
            found[name.substr(loaded.prefix.size())] = tensor;
        else
            loaded.passedOver.push_back(name);
    }
    if (found.empty())
        throw Error(loaded.file + ": is no checkpoint of Revisit (it has no " + loaded.prefix +
                    "*); say with --backbone which architecture's tensors to export");
    loaded.taken = found.size();
    return found;
}

int act(const Asked& asked)
{
    std::error_code none;
    if (!asked.out.empty() && std::filesystem::equivalent(asked.file, asked.out, none))
        throw Error("--export " + asked.out + ": is the file that is read; name another");
    const auto weights = readWeights(asked.file);
    if (asked.backbone.empty() && asked.out.empty()) {
        if (asked.network == "automatic") return show(asked, weights);
        throw Error("--network " + asked.network + ": says whose backbone to take; add --backbone or --export");
    }
    Weights exact;
    exact.path = asked.file;
    exact.network = asked.network;
    Loaded loaded{asked.file, {}, 0, {}, {}};
    if (asked.backbone.empty()) {
        loaded.prefix = networkIn(weights, exact) == "teacher" ? "teacher.backbone." : "backbone.";
        writeTensors(asked.out, backboneIn(weights, loaded));
    } else {
        const auto net = like(weights, asked);
        loaded = takeWeights(*net, weights, exact, {});
        if (!asked.out.empty()) writeTensors(asked.out, stateOf(*net));
    }
    if (asked.json) {
        std::cout << loaded.values().dump(1) << '\n';
        return exitDone;
    }
    std::cout << asked.file << (asked.backbone.empty() ? "" : " fits " + asked.backbone) << ": " << loaded.taken
              << " tensors" << (loaded.prefix.empty() ? "" : " under " + loaded.prefix) << ", "
              << loaded.passedOver.size() << " passed over\n";
    if (!asked.out.empty()) std::cout << "Written to " << asked.out << '\n';
    return exitDone;
}

} // namespace

Action addWeights(CLI::App& app)
{
    auto asked = std::make_shared<Asked>();
    app.add_option("file", asked->file, "A .safetensors file, or a .pth or .pt of torch.save.")->required();
    auto* backbone = app.add_option("--backbone", asked->backbone, "Say whether it fits this architecture.");
    app.add_option("--set", asked->settings, "A setting of the architecture, as key=value; may be repeated.")
        ->needs(backbone);
    app.add_option("--size", asked->sizePx, "Side of the images in pixels, which some architectures depend on.")
        ->check(CLI::Range(8, 1024))
        ->capture_default_str()
        ->needs(backbone);
    app.add_option("--export", asked->out,
                   "Write the backbone's tensors alone to this .safetensors file, named as torchvision and timm do.");
    app.add_option("--network", asked->network,
                   "Whose backbone, of a checkpoint that has a teacher's too: network, teacher, or the one that was "
                   "evaluated.")
        ->check(CLI::IsMember({"automatic", "network", "teacher"}))
        ->capture_default_str();
    app.add_flag("--json", asked->json, "As JSON.");
    return [asked] { return act(*asked); };
}

} // namespace revisit

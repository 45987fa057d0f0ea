// SPDX-License-Identifier: Apache-2.0
#include "experiments/anatomy.h"
#include "experiments/cost.h"
#include <map>
#include <set>

namespace revisit {
namespace {

// What a weight is, by its name among all.
const char* kindOf(const std::string& name, const at::Tensor& weight, const std::set<std::string>& norms)
{
    const auto owner = name.substr(0, name.rfind('.'));
    if (name.ends_with("_token")) return "tokens";
    if (name.ends_with("pos_embed")) return "positions";
    if (owner.ends_with(".grn")) return "response norms";
    if (norms.contains(owner)) return "norms";
    return weight.dim() > 1 ? "weights" : "biases";
}

// One row for each kind of weight and fate.
Json groups(Networks& networks, const Experiment& experiment)
{
    const auto rateOf = [&](const std::string& name) { return experiment.objective->rateOf(name); };
    const Parameters trained(networks, rateOf);
    const std::set<std::string> decayed(trained.names.begin(),
                                        trained.names.begin() + static_cast<std::ptrdiff_t>(trained.decayed));
    std::set<std::string> norms;
    const auto all = networks.named_parameters();
    for (const auto& item : all)
        if (item.key().ends_with(".weight") && item.value().dim() == 1)
            norms.insert(item.key().substr(0, item.key().rfind('.')));
    Json rows = Json::array();
    std::map<std::string, std::size_t> places;
    for (const auto& item : all) {
        const bool learns = item.value().requires_grad(), decays = decayed.contains(item.key());
        const auto* what = kindOf(item.key(), item.value(), norms);
        const double rate = rateOf(item.key());
        const auto row = std::string(what) + (learns ? "+" : "-") + std::to_string(rate);
        const auto [place, isNew] = places.emplace(row, rows.size());
        if (isNew)
            rows.push_back({{"what", what},
                            {"tensors", 0},
                            {"parameters", 0},
                            {"learns", learns},
                            {"decays", decays},
                            {"scaled", decays && experiment.optimizer.name() == "lars"},
                            {"rate", rate}});
        auto& found = rows[place->second];
        found["tensors"] = found["tensors"].get<std::int64_t>() + 1;
        found["parameters"] = found["parameters"].get<std::int64_t>() + item.value().numel();
    }
    return rows;
}

} // namespace

Json anatomy(const Experiment& experiment, std::int64_t bands, std::int64_t classes)
{
    const auto px = experiment.training.inputPx;
    Networks networks;
    experiment.assemble(networks, bands, px, classes);
    Json stages = Json::array();
    for (const auto& stage : experiment.backbone->stages(bands, px))
        stages.push_back({{"what", stage.what},
                          {"channels", stage.channels},
                          {"side_px", stage.sidePx},
                          {"receptive_px", stage.receptivePx}});
    Json parts = Json::object();
    for (const auto& part : networks.named_children()) {
        std::int64_t count = 0;
        for (const auto& weight : part.value()->parameters()) count += weight.numel();
        if (count > 0) parts[part.key()] = count;
    }
    Json views = Json::array();
    for (const auto& kind : experiment.objective->views(px)) views.push_back(kind.sidePx > 0 ? kind.sidePx : px);
    return {
        {"input_px", px},
        {"bands", bands},
        {"stages", stages},
        {"features", networks.backbone->width()},
        {"parameters", parts},
        {"multiply_adds", cost(*experiment.backbone, bands, px).multiplyAdds},
        {"views_px", views},
        {"evaluated", experiment.objective->evaluatesTeacher() ? "teacher" : "network"},
        {"groups", groups(networks, experiment)},
        {"learning_rate", experiment.optimizer->learningRate() * experiment.schedule.scale(experiment.training.batch)}};
}

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "experiments/experiment.h"
#include "experiments/eventlog.h"
#include <algorithm>

namespace revisit {
namespace {

const std::vector<std::string> sections = {"dataset", "split",     "sampler",  "augmentations", "objective", "backbone",
                                           "weights", "optimizer", "schedule", "training",      "evaluation"};

} // namespace

void Identity::params(Params& p)
{
    p("name", name, "What people call the run.");
    p("seed", seed, "All that is drawn by chance follows from it.").range(0, 1e15);
    p("group", group, "Runs that belong together: equal but for the seed.").advanced();
    p("parent", parent,
      "The run beside this one whose weights it goes on from, whatever weights.path says; its steps count on.")
        .advanced();
    p("step", step, "The parent's step that it goes on from; automatic takes the newest checkpoint.")
        .range(0, 1e12)
        .automatic(0)
        .advanced();
    p("lab", lab, "The lab sheet that it belongs to.").advanced();
    p("note", note, "A remark.").advanced();
}

Experiment::Experiment(const Json& run)
{
    if (!run.is_object()) throw Error("run.json: should be an object in braces");
    identity.read(run, "", "run.json", sections);
    for (const auto& [key, value] : run.items()) {
        if (key == "dataset") dataset.read(value);
        if (key == "split") split.read(value);
        if (key == "sampler") sampler.read(value);
        if (key == "augmentations") augmentations.read(value);
        if (key == "objective") objective.read(value);
        if (key == "backbone") backbone.read(value);
        if (key == "weights") weights.read(value, key, key);
        if (key == "optimizer") optimizer.read(value);
        if (key == "schedule") schedule.read(value, key, key);
        if (key == "training") training.read(value, key, key);
        if (key == "evaluation") evaluation.read(value, key, key);
    }
}

Json Experiment::values() const
{
    auto& self = const_cast<Experiment&>(*this); // params() hands out the members, and here they are only read
    Json all = self.identity.values();
    all["dataset"] = dataset.values();
    all["split"] = split.values();
    all["sampler"] = sampler.values();
    all["augmentations"] = augmentations.values();
    all["objective"] = objective.values();
    all["backbone"] = backbone.values();
    all["weights"] = self.weights.values();
    all["optimizer"] = optimizer.values();
    all["schedule"] = self.schedule.values();
    all["training"] = self.training.values();
    all["evaluation"] = self.evaluation.values();
    return all;
}

std::shared_ptr<Pack> Experiment::open(const Progress& progress)
{
    return asSeen(*dataset->open(cacheFolder(), progress), progress);
}

std::shared_ptr<Pack> Experiment::asSeen(const Pack& pack, const Progress& progress) const
{
    std::vector<std::string> there;
    for (const auto& layer : pack.format().layers) there.push_back(layer.name);
    auto seen = pack.divided(split->split(pack));
    const bool tests = !seen->indices(Split::Test).empty();
    if (!training.soundness.allowsAll()) seen = seen->keeping(soundPatches(*seen, training.soundness, progress));
    seen = seen->only(training.layerNames(there));
    if (tests && seen->indices(Split::Test).empty())
        throw Error(
            "training.most_nodata, most_clouds, constant, duplicates and layers leave none of the test patches of " +
                pack.format().name + "; allow more, or choose another split",
            "training.most_nodata");
    return seen;
}

std::string Experiment::dataName(const Pack& pack) const
{
    const auto path = dataset.values().value("path", std::string());
    return path.empty() ? pack.file().string() : path;
}

void Experiment::resolve(const Pack& pack, const std::string& device, std::int64_t threads)
{
    chooseLearningRate();
    dataset->makePathsAbsolute();
    weights.makePathsAbsolute();
    if (training.inputPx == 0) training.inputPx = std::min<std::int64_t>(pack.format().sizePx, 64);
    if (training.checkpointEvery == 0) training.checkpointEvery = std::max<std::int64_t>(1, (training.steps + 9) / 10);
    training.device = device;
    training.threads = threads;
    evaluation.every = evaluation.interval(training.steps);
}

void Experiment::requirePatches(std::int64_t there) const
{
    const auto least = objective->leastBatch();
    if (training.subset > 0 && there < std::max(least, training.batch))
        throw Error("training.subset: has " + std::to_string(there) + " training patches, and a batch of " +
                        std::to_string(std::max(least, training.batch)) +
                        " needs as many; raise it, or lower training.batch, down to " + std::to_string(least),
                    "training.subset");
    if (there < least)
        throw Error("dataset: " + std::to_string(there) + " of its patches are for training, and " +
                        objective->about().title + " needs " + std::to_string(least) + " at least; add images",
                    "dataset.path");
    if (there < training.batch)
        throw Error("training.batch: a batch of " + std::to_string(training.batch) + " is more than the " +
                        std::to_string(there) + " training patches of this data set; choose at most that many",
                    "training.batch");
}

void Experiment::assemble(Networks& networks, std::int64_t bands, std::int64_t inputPx, std::int64_t classes) const
{
    const auto another = [&] {
        auto net = backbone->build(bands, inputPx);
        net->recomputes = training.recompute;
        if (training.memoryFormat == "contiguous") net->layout = at::MemoryFormat::Contiguous;
        if (training.memoryFormat == "channels_last") net->layout = at::MemoryFormat::ChannelsLast;
        return net;
    };
    const auto takes = [&](std::int64_t px) { backbone->build(bands, px); };
    networks.setBackbone(another());
    for (const auto& kind : objective->views(inputPx)) {
        if (kind.sidePx == 0 || kind.sidePx == inputPx) continue;
        try {
            takes(kind.sidePx);
        } catch (const Error& error) {
            throw Error("objective.local_px: the architecture does not take local views of " +
                            std::to_string(kind.sidePx) + " px. " + error.what(),
                        "objective.local_px");
        }
        break; // they have one size
    }
    objective->build(networks, {another, bands, inputPx, classes, takes});
    const auto all = networks.parameters();
    if (objective.name() != "random" &&
        std::none_of(all.begin(), all.end(), [](const at::Tensor& weight) { return weight.requires_grad(); }))
        throw Error("objective.projector: neither the architecture " + backbone.name() +
                        " nor what stands on it has anything to learn; give the projector a layer, or choose another "
                        "architecture",
                    "objective.projector");
}

void Experiment::build(Networks& networks, std::int64_t bands, std::int64_t inputPx, std::int64_t classes) const
{
    assemble(networks, bands, inputPx, classes);
    initialise(networks, static_cast<std::uint64_t>(identity.seed));
}

void Experiment::chooseLearningRate()
{
    if (optimizer->learningRate() == 0)
        optimizer->read({{"learning_rate", objective->rates().of(optimizer.name())}}, "optimizer", optimizer.name());
}

Configurable* Experiment::at(const std::string& section)
{
    if (section == "dataset") return &*dataset;
    if (section == "split") return &*split;
    if (section == "sampler") return &*sampler;
    if (section == "objective") return &*objective;
    if (section == "backbone") return &*backbone;
    if (section == "weights") return &weights;
    if (section == "optimizer") return &*optimizer;
    if (section == "schedule") return &schedule;
    if (section == "training") return &training;
    if (section == "evaluation") return &evaluation;
    return nullptr;
}

Json Experiment::setLive(const std::string& key, const Json& value, const ViewContext& context)
{
    const auto dot = key.find('.');
    const auto section = key.substr(0, dot), name = dot == std::string::npos ? "" : key.substr(dot + 1);
    if (section == "augmentations") return augmentations.set(name, value, context);
    auto* place = at(section);
    if (!place) throw Error(key + ": there is no such setting; a live one is called like objective.temperature", key);
    Params list;
    place->params(list);
    auto* param = list.find(name);
    if (!param) throw Error(key + ": there is no such setting" + suggestion(name, list.names()), key);
    if (!param->isLive())
        throw Error(key + ": cannot be changed while a run trains; duplicate the run and change it there", key);
    const auto was = param->value();
    param->set(value, key);
    chooseLearningRate();
    return was;
}

namespace {

template <class Kind>
Json components(const std::vector<Entry<Kind>>& list, const std::function<void(Kind&, Json&)>& more = {})
{
    Json all = Json::array();
    for (const auto& entry : list) {
        const auto component = entry.make();
        const auto about = component->about();
        all.push_back({{"name", entry.name},
                       {"title", about.title},
                       {"summary", about.summary},
                       {"reference", about.reference},
                       {"params", component->schema()}});
        if (more) more(*component, all.back());
    }
    return all;
}

Json section(const char* key, const char* group, const char* kind, const char* title, const char* help, Json parts)
{
    return {{"key", key},     {"title", title}, {"help", help},
            {"group", group}, {"kind", kind},   {"components", std::move(parts)}};
}

Json fixed(const char* key, const char* title, Configurable& settings)
{
    return Json::array(
        {{{"name", key}, {"title", title}, {"summary", ""}, {"reference", ""}, {"params", settings.schema()}}});
}

} // namespace

Json describe()
{
    Experiment experiment;
    Json all = {{"protocol", protocolVersion},
                {"version", REVISIT_VERSION},
                {"run", experiment.identity.schema()},
                {"sections", Json::array()}};
    auto& list = all["sections"];
    const auto choice = [&](Json made, const std::string& initial) {
        made["default"] = initial;
        list.push_back(std::move(made));
    };
    choice(section("dataset", "data", "one", "Data set", "Where the patches come from.", components(datasets())),
           experiment.dataset.name());
    choice(section("split", "data", "one", "Training and tests",
                   "Which patches are set aside: the probe set is drawn from them, and nothing learns from them.",
                   components(splitters())),
           experiment.split.name());
    choice(section("sampler", "data", "one", "Sampling", "Which patches make a batch, and which show the same thing.",
                   components(samplers())),
           experiment.sampler.name());
    list.push_back(section("augmentations", "views", "chain", "Augmentations",
                           "How a patch is changed at random before the network sees it: what differs between two "
                           "views is what the network learns to ignore.",
                           components(augmentations())));
    choice(section("objective", "objective", "one", "Objective", "What the network is told to learn.",
                   components<Objective>(objectives(),
                                         [](Objective& objective, Json& made) {
                                             for (const auto& optimizer : optimizers())
                                                 made["learning_rate"][optimizer.name] =
                                                     objective.rates().of(optimizer.name);
                                             made["evaluated"] = objective.evaluatesTeacher() ? "teacher" : "network";
                                             made["inputs"] = objective.inputs();
                                         })),
           experiment.objective.name());
    choice(section("backbone", "objective", "one", "Architecture", "What turns a patch into features.",
                   components(backbones())),
           experiment.backbone.name());
    list.push_back(section("weights", "objective", "fixed", "Pretrained weights",
                           "What the backbone begins from, instead of random weights.",
                           fixed("weights", "Pretrained weights", experiment.weights)));
    choice(section("optimizer", "training", "one", "Optimizer", "How the weights follow the gradients.",
                   components(optimizers())),
           experiment.optimizer.name());
    list.push_back(section("schedule", "training", "fixed", "Learning-rate schedule",
                           "How the learning rate moves over the run.",
                           fixed("schedule", "Learning-rate schedule", experiment.schedule)));
    list.push_back(section("training", "training", "fixed", "Training", "How long, how large and where.",
                           fixed("training", "Training", experiment.training)));
    list.push_back(section("evaluation", "training", "fixed", "Evaluation", "What is measured while it trains.",
                           fixed("evaluation", "Evaluation", experiment.evaluation)));
    return all;
}

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
// How a session begins or goes on.
#include "datasets/leak.h"
#include "datasets/soundness.h"
#include "experiments/device.h"
#include "experiments/normalisation.h"
#include "experiments/session.h"
#include "experiments/weights.h"
#include <torch/version.h>

namespace revisit {
namespace {

std::int64_t parametersOf(const std::shared_ptr<Net>& net)
{
    std::int64_t count = 0;
    if (net)
        for (const auto& weight : net->parameters()) count += weight.numel();
    return count;
}

Json orNull(const std::optional<double>& number) { return number ? Json(*number) : Json(nullptr); }

} // namespace

void Session::begin(bool resume)
{
    if (!resume) return start();
    std::vector<std::string> skipped;
    auto checkpoint = newestCheckpoint(m_directory.folder(), skipped);
    for (const auto& what : skipped) warn("checkpoint", "A checkpoint could not be used: " + what);
    if (!checkpoint && !m_events.hasStarted()) return start(); // it died before it began
    if (checkpoint) {
        requireNormalisation(*checkpoint, *m_pack, m_experiment.dataName(*m_pack), m_directory.folder());
        requirePatches(*checkpoint, *m_pack, m_experiment.dataName(*m_pack), m_directory.folder());
        if (const auto doubt = rewritten(*checkpoint, *m_pack); !doubt.empty()) warn("data", doubt);
        loadState(m_networks, checkpoint->model);
        m_experiment.optimizer->load(checkpoint->optimizer);
        m_step = checkpoint->step;
        m_seconds = checkpoint->state.at("seconds").get<double>();
        for (const auto& [key, value] : checkpoint->state.at("live").items()) change(key, value);
        m_evaluator->remember(checkpoint->state.at("evaluation"));
        m_judge->remember(checkpoint->state.at("judge"));
        m_looked = m_kept = m_step;
    } else {
        adopt();
    }
    // what was changed at this step, after its checkpoint
    for (const auto& earlier : recordingOf(m_directory.folder()).changes) {
        if (earlier["do"] == "set" && earlier["step"] == m_step) change(earlier.at("key"), earlier.at("value"));
    }
    emit("resumed", {{"from_step", m_step},
                     {"time", timestamp()},
                     {"device", m_device.str()},
                     {"threads", m_experiment.training.threads}});
    if (!m_events.hasPatches()) emit("patches", m_evaluator->patches(m_directory.folder())); // it died in between
    m_directory.beat(m_step, "running");
}

void Session::adopt()
{
    const auto& identity = m_experiment.identity;
    m_untrained = copyOf(m_networks);
    if (identity.parent.empty() && !m_experiment.weights.path.empty()) {
        m_loaded = loadWeights(*m_networks.backbone, m_experiment.weights, m_pack->format().bandNames()).values();
        if (m_networks.teacher) loadState(*m_networks.teacher->backbone, stateOf(*m_networks.backbone));
        m_begun = copyOf(m_networks);
    }
    if (identity.parent.empty()) return;
    const auto folder = m_directory.folder().parent_path() / identity.parent;
    std::vector<std::string> skipped;
    const auto checkpoint = newestCheckpoint(folder, skipped, identity.step);
    if (!checkpoint)
        throw Error("parent: the run " + folder.string() + " has no whole checkpoint" +
                        (identity.step > 0 ? " of step " + std::to_string(identity.step) : "") +
                        "; the newest two are kept",
                    "parent");
    if (checkpoint->step >= steps())
        throw Error("training.steps: the parent has taken " + std::to_string(checkpoint->step) +
                        " steps already; ask for more than that in all",
                    "training.steps");
    requireNormalisation(*checkpoint, *m_pack, m_experiment.dataName(*m_pack), folder);
    loadState(m_networks, checkpoint->model);
    const auto optimizer = checkpoint->state.at("config").at("optimizer").at("name").get<std::string>();
    if (optimizer == m_experiment.optimizer.name()) m_experiment.optimizer->load(checkpoint->optimizer);
    m_looked = m_kept = m_step = checkpoint->step;
}

void Session::start()
{
    adopt();
    const auto leak = leakOf(*m_pack);
    const auto& format = m_pack->format();
    const auto& objective = *m_experiment.objective;
    Json started = {
        {"protocol", protocolVersion},
        {"time", timestamp()},
        {"config", m_experiment.values()},
        {"versions", {{"revisit", REVISIT_VERSION}, {"build", __VERSION__}, {"libtorch", TORCH_VERSION}}},
        {"device", m_device.str()},
        {"device_name", deviceName(m_device)},
        {"threads", m_experiment.training.threads},
        {"seed", m_experiment.identity.seed},
        {"steps", steps()},
        {"steps_per_epoch", static_cast<double>(m_train) / static_cast<double>(batch())},
        {"loss", lossValues()},
        {"evaluated", objective.evaluatesTeacher() ? "teacher" : "network"},
        {"data",
         {{"name", format.name},
          {"patches", m_pack->size()},
          {"train", m_train},
          {"test", leak.tests.size()},
          {"leak", leak.values()},
          {"bands", format.bandNames()},
          {"size_px", format.sizePx},
          {"classes", format.classes},
          {"attribution", format.attribution}}},
        {"parameters", {{"backbone", parametersOf(m_networks.backbone)}, {"head", parametersOf(m_networks.head)}}}};
    if (!m_loaded.is_null()) started["weights"] = m_loaded;
    emit("started", started);
    m_trace.begin(m_experiment, m_networks);
    emit("patches", m_evaluator->patches(m_directory.folder()));
    const auto tell = [this](const char* code, const std::string& trouble) {
        if (!trouble.empty()) warn(code, trouble);
    };
    tell("data", m_experiment.sampler->warning(batch()));
    if (!m_experiment.split->isByTime()) tell("data", leak.warning());
    tell("data", unsaidOffset(*m_pack));
    tell("augmentations", objective.trouble(m_experiment.augmentations));
    m_events.flush();
    m_directory.beat(m_step, "running");
}

Json Session::lossValues() const
{
    const auto& objective = *m_experiment.objective;
    const auto classes = static_cast<std::int64_t>(m_pack->format().classes.size());
    return {{"title", objective.about().title},
            {"chance", orNull(objective.chance(batch(), classes))},
            {"minimum", orNull(objective.minimum(batch(), classes))},
            {"collapsed", orNull(objective.collapsed(batch()))}};
}

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "experiments/session.h"
#include "datasets/base/random.h"
#include "datasets/subset.h"
#include "experiments/device.h"
#include "experiments/estimate.h"
#include "experiments/learning.h"
#include "experiments/normalisation.h"
#include "experiments/reconstruction.h"
#include <cmath>
#include <thread>
#include <torch/torch.h>

namespace revisit {
namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

} // namespace

Session::Session(RunDirectory& directory, EventLog& events, const TrainOptions& options)
    : m_directory(directory),
      m_events(events),
      m_options(options),
      m_control(directory.folder() / "control.jsonl"),
      m_trace(directory.folder(), options.trace),
      m_experiment(readRunFile(directory.folder())),
      m_device(chosenDevice(m_experiment.training.device))
{
    const auto seed = static_cast<std::uint64_t>(m_experiment.identity.seed);
    const auto cores = static_cast<std::int64_t>(std::max(1u, std::thread::hardware_concurrency()));
    const auto threads = m_experiment.training.threads > 0 ? m_experiment.training.threads : cores;
    at::set_num_threads(static_cast<int>(threads));

    m_pack = m_experiment.open([&](double, const std::string&) { return m_options.asked() == 0; });
    m_experiment.resolve(*m_pack, m_device.str(), threads);
    const auto patches = trainingSubset(*m_pack, m_experiment.training.subset, seed);
    m_train = static_cast<std::int64_t>(patches.size());
    m_experiment.requirePatches(m_train);
    m_experiment.sampler->prepare(*m_pack, patches, seed);

    m_views = std::make_unique<Views>(m_pack, m_experiment.training.inputPx, m_device);
    m_experiment.augmentations.check(m_views->context());
    std::vector<std::int64_t> labels;
    for (const auto& patch : m_pack->patches()) labels.push_back(patch.label);
    m_labels = torch::tensor(labels, torch::kLong);

    const auto bands = static_cast<std::int64_t>(m_pack->format().bands());
    const auto classes = static_cast<std::int64_t>(m_pack->format().classes.size());
    m_judge = std::make_unique<Judge>(m_experiment, classes);
    refuseWhatCannotFit(m_experiment, bands, classes);
    m_experiment.build(m_networks, bands, m_experiment.training.inputPx, classes);
    m_networks.place(m_device, m_experiment.training.precision == "float64" ? at::kDouble : at::kFloat);
    m_experiment.optimizer->attach(m_networks,
                                   [&](const std::string& name) { return m_experiment.objective->rateOf(name); });
    if (const auto& head = evaluated().head; m_experiment.evaluation.headLayers > (head ? head->layers() : 0))
        throw Error("evaluation.head_layers: is " + std::to_string(m_experiment.evaluation.headLayers) +
                        ", and what this objective puts on the backbone has " +
                        std::to_string(head ? head->layers() : 0) + " layers",
                    "evaluation.head_layers");
    const auto& evaluation = m_experiment.evaluation;
    m_evaluator = std::make_unique<Evaluator>(evaluation, m_pack,
                                              evaluation.bankFrom == "subset" ? patches : m_pack->indices(Split::Train),
                                              *m_views, m_experiment.augmentations, seed);
}

void Session::emit(const char* name, const Json& fields)
{
    m_events.append(name, fields);
    if (m_options.watch) m_options.watch(name, fields);
}

void Session::warn(const char* code, const std::string& message, const Json& more)
{
    Json fields = {{"step", m_step}, {"code", code}, {"message", message}};
    fields.update(more);
    emit("warning", fields);
}

void Session::obey()
{
    for (const auto& change : m_options.replay)
        if (change.at("step") == m_step) answer(change);
    do {
        for (const auto& request : m_control.poll()) answer(request);
        if (!m_paused || m_stopping || m_options.asked()) break;
        m_events.flush();
        m_directory.beat(m_step, "paused");
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    } while (true);
    m_directory.beat(m_step, m_stopping ? "stopping" : "running");
}

Json Session::change(const std::string& key, const Json& value)
{
    const auto was = m_experiment.setLive(key, value, m_views->context());
    m_live[key] = value;
    if (key.starts_with("objective.")) m_judge->forget();
    return was;
}

void Session::answer(const Json& request)
{
    const auto id = request["id"].get<std::string>(), what = request["do"].get<std::string>();
    if (what.empty())
        return warn("control", "control.jsonl: line " + request["line"].dump() +
                                   " is no request with an id and a do, and was passed over");
    Json changed = {{"id", id}, {"do", what}, {"step", m_step}};
    try {
        if (what == "stop")
            m_stopping = true;
        else if (what == "pause")
            m_paused = true;
        else if (what == "resume")
            m_paused = false;
        else if (what == "set") {
            const auto key = request.value("key", std::string());
            const auto value = request.value("value", Json());
            changed["was"] = change(key, value);
            changed["key"] = key;
            changed["value"] = value;
            if (key.starts_with("objective.")) changed["loss"] = lossValues();
        } else if (what != "checkpoint" && what != "evaluate") {
            return warn("control",
                        "There is no \"" + what + "\"" +
                            suggestion(what, {"stop", "pause", "resume", "checkpoint", "evaluate", "set"}),
                        {{"id", id}});
        }
    } catch (const Error& error) {
        return warn("control", error.what(), {{"id", id}});
    } catch (const Json::exception&) {
        return warn("control", "A request has a key or value of the wrong kind", {{"id", id}});
    }
    emit("changed", changed);
    m_events.flush();
    if (what == "checkpoint") keep();
    if (what == "evaluate" && m_step > 0) look();
}

Batch Session::draw()
{
    const auto seed = static_cast<std::uint64_t>(m_experiment.identity.seed);
    const auto kinds = m_experiment.objective->views(m_experiment.training.inputPx);
    const auto indices = m_experiment.sampler->draw(m_step + 1, batch(), static_cast<int>(kinds.size()));
    Batch drawn;
    for (std::size_t view = 0; view < indices.size(); ++view)
        drawn.views.push_back(
            m_views
                ->draw(m_experiment.augmentations, indices[view], seed, m_step + 1, static_cast<int>(view), kinds[view])
                .to(m_networks.type));
    drawn.key = Random(seed, "objective", static_cast<std::uint64_t>(m_step + 1))();
    drawn.moment = {m_step + 1, steps()};
    drawn.labels = m_labels.index_select(0, torch::tensor(indices[0], torch::kLong)).to(m_device);
    return drawn;
}

void Session::learn()
{
    const auto began = Clock::now();
    const auto drawn = draw();
    m_trace.step(drawn);
    const auto learnt = learnFrom(drawn, m_experiment, m_networks, m_group);
    requireData();
    ++m_step;
    m_judge->hear(learnt.loss, learnt.terms);

    const double took = since(began);
    m_seconds += took;
    m_rateSeconds += took;
    m_rateSamples += batch();
    if (m_rate == 0 || m_rateSeconds >= 1) {
        m_rate = static_cast<double>(m_rateSamples) / m_rateSeconds;
        if (m_rateSeconds >= 1) m_rateSeconds = 0, m_rateSamples = 0;
    }
    const auto samples = m_step * batch();
    emit("step", {{"step", m_step},
                  {"epoch", static_cast<double>(samples) / static_cast<double>(m_train)},
                  {"samples", samples},
                  {"loss", learnt.loss},
                  {"lr", learnt.rate},
                  {"terms", learnt.terms},
                  {"seconds", std::round(m_seconds * 1e4) / 1e4},
                  {"rate", std::round(m_rate * 10) / 10}});
    m_directory.beat(m_step, "running");
}

void Session::lookAtBaselines()
{
    if (m_untrained.empty()) return;
    m_events.flush();
    m_directory.beat(m_step, "evaluating");
    const auto began = Clock::now();
    const auto trained = copyOf(m_networks);
    loadState(m_networks, m_untrained);
    const auto untrained = m_evaluator->look(evaluated());
    auto first = untrained;
    if (!m_begun.empty()) { // with weights from a file it is another network that begins
        loadState(m_networks, m_begun);
        first = m_evaluator->look(evaluated());
    }
    loadState(m_networks, trained);
    requireData();
    m_untrained.clear(), m_begun.clear();
    const Json baselines = {
        {"chance", m_evaluator->chance()}, {"statistics", m_evaluator->statistics()}, {"untrained", untrained.metrics}};
    m_judge->begin(untrained.metrics);
    emitLook(0, first, since(began), baselines);
}

Networks& Session::evaluated() { return m_experiment.objective->evaluatesTeacher() ? *m_networks.teacher : m_networks; }

void Session::look()
{
    m_events.flush();
    m_directory.beat(m_step, "evaluating");
    const auto began = Clock::now();
    const auto seen = m_evaluator->look(evaluated());
    requireData();
    emitLook(m_step, seen, since(began), nullptr);
    m_looked = m_step;
}

void Session::emitLook(std::int64_t step, const Evaluator::Look& seen, double seconds, const Json& baselines)
{
    Json probe = {{"step", step}, {"metrics", seen.metrics}};
    if (!seen.factors.empty()) probe["factors"] = seen.factors;
    if (!baselines.is_null()) probe["baselines"] = baselines;
    const auto verdict = step > 0 ? m_judge->judged(seen.metrics) : Verdict();
    if (!verdict.kind.empty()) probe["verdict"] = verdict.kind;
    probe["seconds"] = std::round(seconds * 1e3) / 1e3;
    emit("probe", probe);
    Json embedding = {{"step", step}};
    embedding.update(seen.embedding);
    emit("embedding", embedding);
    if (!verdict.kind.empty() && m_judge->isNews(verdict.kind) && verdict.kind != "healthy")
        warn("collapse", verdict.message,
             {{"kind", verdict.kind}, {"evidence", verdict.evidence}, {"fix", verdict.fix}});
    if (step != m_step) return;
    const auto shown = writeReconstruction(m_directory.folder(), step, m_experiment, m_networks, *m_views,
                                           m_evaluator->first(m_experiment.evaluation.reconstructions));
    if (!shown.is_null()) emit("preview", shown);
    m_events.flush();
}

void Session::requireData()
{
    const auto file = m_pack->file().string();
    switch (m_pack->fileState()) {
    case Pack::FileState::Same: return;
    case Pack::FileState::Changed:
        throw Error(file + ": was written to while the run trained on it, and what was read since may be anything, so "
                           "the run has ended; its checkpoints are from before. Put the file back as it was and go on "
                           "with revisit-engine resume, or begin a new run with the new data",
                    "dataset");
    case Pack::FileState::Replaced:
        if (!m_toldReplaced)
            warn("data", file + ": another file, or none, has this name now. The run goes on with the data that it "
                                "began with, which the system keeps until it ends; to resume it later, put them back");
        m_toldReplaced = true;
    }
}

bool Session::lookIsDue() const { return m_step % m_experiment.evaluation.every == 0 && m_looked != m_step; }

bool Session::checkpointIsDue() const
{
    return m_step % m_experiment.training.checkpointEvery == 0 && m_kept != m_step;
}

void Session::keep()
{
    if (m_kept == m_step || m_step == 0) return;
    m_events.sync(); // a resume from this checkpoint writes none of the lines before it again
    Checkpoint checkpoint{m_step,
                          stateOf(m_networks),
                          m_experiment.optimizer->state(),
                          {{"seconds", m_seconds},
                           {"live", m_live},
                           {"evaluation", m_evaluator->memory()},
                           {"judge", m_judge->memory()},
                           {"data", normalisationOf(*m_pack)},
                           {"config", m_experiment.values()}}};
    const auto path = saveCheckpoint(m_directory.folder(), checkpoint);
    m_kept = m_step;
    emit("checkpoint", {{"step", m_step}, {"path", path}});
    m_events.flush();
}

void Session::finish()
{
    if (m_looked != m_step && m_step > 0) look();
    keep();
    emit("finished", {{"step", m_step},
                      {"reason", m_stopping ? "stopped" : "done"},
                      {"seconds", std::round(m_seconds * 1e3) / 1e3}});
    m_events.flush();
}

} // namespace revisit

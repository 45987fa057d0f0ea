// SPDX-License-Identifier: Apache-2.0
#include "app/engine/sweepspeed.h"
#include "app/engine/commands.h"
#include "datasets/base/error.h"
#include "experiments/session.h"
#include "experiments/weights.h"
#include <cmath>
#include <csignal>
#include <iostream>

namespace revisit {

namespace fs = std::filesystem;

namespace {

constexpr double longestSeconds = 8;    // of steps
constexpr double warmUp = 0.25;         // share of them that is not counted
constexpr std::int64_t fewestSteps = 3; // after the first
constexpr std::int64_t never = 100'000'000;
constexpr double probes = 10; // of a run

// A run's folder that is gone when it has served.
class Passing {
public:
    explicit Passing(const Json& run) : m_folder(fs::temp_directory_path() / ("revisit-sweep-" + randomId()))
    {
        fs::create_directories(m_folder);
        replaceFile(m_folder / "run.json", run.dump() + "\n");
    }
    ~Passing()
    {
        std::error_code none;
        fs::remove_all(m_folder, none);
    }
    Passing(const Passing&) = delete;
    Passing& operator=(const Passing&) = delete;
    const fs::path& folder() const { return m_folder; }

private:
    fs::path m_folder;
};

Error inRun(const Sweep::Run& run, const std::string& message, const std::string& key = {})
{
    return Error("the run \"" + run.label + "\": " + message, key);
}

// A run takes its weights when it begins: here a backbone like its own does.
void requireWeightsThatFit(const Json& run)
{
    Experiment experiment(run);
    if (experiment.weights.path.empty() || !experiment.identity.parent.empty()) return;
    const auto pack = experiment.open([](double, const std::string&) { return askedToLeave() == 0; });
    experiment.resolve(*pack, experiment.training.device, experiment.training.threads);
    const auto bands = pack->format().bandNames();
    const auto backbone =
        experiment.backbone->build(static_cast<std::int64_t>(bands.size()), experiment.training.inputPx);
    loadWeights(*backbone, experiment.weights, bands);
}

} // namespace

void rehearse(const Sweep::Run& run)
{
    const Passing place(run.run);
    RunDirectory directory(place.folder());
    EventLog events(place.folder() / "events.jsonl");
    TrainOptions options;
    options.asked = askedToLeave;
    try {
        const Session session(directory, events, options);
        requireWeightsThatFit(run.run);
    } catch (const Error& error) {
        throw inRun(run, error.what(), error.key());
    } catch (const std::exception&) { // LibTorch's, which main words
        std::cerr << "The run \"" << run.label << "\" cannot begin.\n";
        throw;
    }
}

Speed speedOf(const Sweep::Run& run, double minutes)
{
    auto brief = run.run;
    brief.erase("parent"); // stands in the workspace, and does not change the speed
    brief.erase("step");
    brief.merge_patch({{"training", {{"steps", never}, {"checkpoint_every", never}}},
                       {"evaluation", {{"every", never}, {"patches", 10}, {"bank", 10}, {"layout", "pca"}}}});
    const Passing place(brief);
    const double budget = std::min(longestSeconds, minutes * 60);
    Speed speed;
    std::int64_t first = 0, last = 0; // steps between which time is taken
    double firstSeconds = 0, lastSeconds = 0;
    TrainOptions options;
    options.watch = [&](const char* name, const Json& fields) {
        if (name == std::string("started")) speed.stepsPerEpoch = fields.at("steps_per_epoch").get<double>();
        if (name != std::string("step")) return;
        last = fields.at("step").get<std::int64_t>();
        lastSeconds = fields.at("seconds").get<double>();
        if (first == 0 && lastSeconds >= warmUp * budget) first = last, firstSeconds = lastSeconds;
    };
    options.asked = [&] {
        const bool enough = first > 0 && last - first >= fewestSteps && lastSeconds >= budget;
        return enough ? SIGINT : askedToLeave();
    };
    const auto outcome = train(place.folder(), options);
    if (askedToLeave()) throw Error("stopped while the speed was measured; nothing was queued");
    if (outcome.code != 0) throw inRun(run, outcome.message);
    speed.secondsPerStep = (lastSeconds - firstSeconds) / static_cast<double>(last - first);
    speed.steps = std::max<std::int64_t>(1, std::llround(minutes * 60 / std::max(speed.secondsPerStep, 1e-6)));
    return speed;
}

double Speed::epochs() const { return static_cast<double>(steps) / stepsPerEpoch; }

void pace(Json& run, const Speed& own, double compared)
{
    run["training"]["steps"] = own.steps;
    if (run.contains("evaluation") && run["evaluation"].contains("every")) return;
    const auto before = std::max(1.0, std::round(probes * compared / own.epochs()));
    run["evaluation"]["every"] =
        std::max<std::int64_t>(1, static_cast<std::int64_t>(compared * own.stepsPerEpoch / before));
}

} // namespace revisit

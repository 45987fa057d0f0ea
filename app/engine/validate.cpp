// SPDX-License-Identifier: Apache-2.0
#include "app/engine/previews.h"
#include "datasets/base/error.h"
#include "experiments/device.h"
#include "experiments/experiment.h"

namespace revisit {
namespace {

void add(Json& problems, const char* level, const std::string& key, const std::string& message,
         const Json& value = nullptr)
{
    Json problem = {{"level", level}, {"key", key}, {"message", message}};
    if (!value.is_null()) problem["fix"] = {{"key", key}, {"value", value}};
    problems.push_back(problem);
}

template <class Attempt> void attempt(Json& problems, const Attempt& what)
{
    try {
        what();
    } catch (const Error& error) {
        add(problems, "error", error.key(), error.what());
    }
}

// What is allowed and yet seldom meant.
void warn(Json& problems, const Experiment& experiment)
{
    const auto batch = experiment.training.batch, usual = experiment.objective->usualBatch();
    if (batch < usual)
        add(problems, "warning", "training.batch",
            "A batch of " + std::to_string(batch) + " gives " + experiment.objective->about().title +
                " little to compare; it usually needs " + std::to_string(usual) + " or more",
            usual);
    if (const auto trouble = experiment.objective->trouble(experiment.augmentations); !trouble.empty())
        add(problems, "warning", "augmentations", trouble);
    const double rate = experiment.optimizer->learningRate(),
                 own = experiment.objective->rates().of(experiment.optimizer.name());
    if (rate > 10 * own)
        add(problems, "warning", "optimizer.learning_rate",
            "This learning rate is more than ten times what " + experiment.objective->about().title +
                " trains well with; it may diverge",
            own);
}

} // namespace

Json validate(const Json& config)
{
    Json problems = Json::array();
    if (!config.is_object()) {
        add(problems, "error", "", "run.json: should be an object in braces");
        return {{"problems", problems}};
    }
    for (const auto& [key, value] : config.items())
        attempt(problems, [&, &name = key, &part = value] { Experiment only(Json{{name, part}}); });
    if (!problems.empty()) return {{"problems", problems}};
    Experiment experiment(config);
    attempt(problems, [&] { experiment.dataset->check(); });
    attempt(problems, [&] { experiment.weights.check(); });
    attempt(problems, [&] { chosenDevice(experiment.training.device); });
    warn(problems, experiment);
    Json answer = {{"problems", problems}};
    bool errors = false;
    for (const auto& problem : problems) errors = errors || problem["level"] == "error";
    if (!errors) answer["config"] = experiment.values();
    return answer;
}

} // namespace revisit

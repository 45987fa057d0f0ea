// SPDX-License-Identifier: Apache-2.0
#include "app/engine/commands.h"
#include "datasets/base/date.h"
#include "datasets/samplers/report.h"
#include "datasets/subset.h"
#include "experiments/experiment.h"
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <memory>

namespace revisit {
namespace {

struct Asked {
    std::string what, sampler, split;
    std::vector<std::string> settings;
    std::int64_t batches = 10;
    double nearKm = 10;
    bool json = false;
};

// Of those known: how many, and what a tenth, half, nine tenths and all of them do not exceed.
Json spreadOf(std::vector<double> values)
{
    std::erase_if(values, [](double value) { return std::isnan(value); });
    std::sort(values.begin(), values.end());
    Json spread = {{"known", values.size()}};
    const auto last = static_cast<double>(values.size()) - 1;
    for (const auto& [name, share] : {std::pair{"tenth", 0.1}, {"median", 0.5}, {"nine_tenths", 0.9}, {"most", 1.0}})
        spread[name] = values.empty() ? Json() : Json(values[static_cast<std::size_t>(share * last)]);
    return spread;
}

Json drawn(const Asked& asked)
{
    auto run = runOn(asked.what, asked.settings);
    if (!asked.sampler.empty()) run["sampler"]["name"] = asked.sampler;
    if (!asked.split.empty()) run["split"]["name"] = asked.split;
    Experiment experiment(run);
    const auto pack = experiment.open(tellProgress);
    experiment.resolve(*pack, "cpu", 1);
    const auto seed = static_cast<std::uint64_t>(experiment.identity.seed);
    const auto patches = trainingSubset(*pack, experiment.training.subset, seed);
    experiment.requirePatches(static_cast<std::int64_t>(patches.size()));
    auto& sampler = *experiment.sampler;
    sampler.prepare(*pack, patches, seed);
    const auto views = experiment.objective->views(experiment.training.inputPx).size();
    BatchReport report;
    for (std::int64_t step = 1; step <= asked.batches; ++step)
        report.add(
            reportOn(*pack, sampler.draw(step, experiment.training.batch, static_cast<int>(views)), asked.nearKm));

    Json classes = Json::array(), dates = Json::array();
    for (const auto& [label, count] : report.classes)
        if (label >= 0)
            classes.push_back({{"name", pack->format().classes[static_cast<std::size_t>(label)]}, {"patches", count}});
    for (const auto& [day, count] : report.dates)
        if (day != Patch::noDay) dates.push_back({{"date", dateText(day)}, {"looks", count}});
    return {{"name", pack->format().name},
            {"train", patches.size()},
            {"sampler", experiment.sampler.values()},
            {"batches", asked.batches},
            {"batch", experiment.training.batch},
            {"views", views},
            {"places", static_cast<double>(report.places) / static_cast<double>(asked.batches)},
            {"classes", classes},
            {"dates", dates},
            {"positive_km", spreadOf(report.positiveKm)},
            {"positive_days", spreadOf(report.positiveDays)},
            {"negative_km", spreadOf(report.negativeKm)},
            {"pairs", report.pairs},
            {"near_km", asked.nearKm},
            {"near", report.near},
            {"same_place", report.samePlace},
            {"same_class", report.sameClass},
            {"warning", sampler.warning(experiment.training.batch)}};
}

void printSpread(const char* what, const Json& spread, const char* unit)
{
    if (!spread["median"].is_number()) return;
    std::printf("%s: median %.4g %s, a tenth up to %.4g, nine tenths up to %.4g, at most %.4g\n", what,
                spread["median"].get<double>(), unit, spread["tenth"].get<double>(),
                spread["nine_tenths"].get<double>(), spread["most"].get<double>());
}

void print(const Json& all)
{
    const auto whole = [&](const char* key) { return static_cast<long long>(all[key].get<std::int64_t>()); };
    std::printf("%s, %s: %lld batches of %lld patches in %lld views, from %lld training patches\n",
                all["name"].get<std::string>().c_str(), all["sampler"]["name"].get<std::string>().c_str(),
                whole("batches"), whole("batch"), whole("views"), whole("train"));
    std::printf("places: %.4g different ones a batch\n", all["places"].get<double>());
    if (const auto& dates = all["dates"]; !dates.empty())
        std::printf("dates: %zu different ones, from %s to %s\n", dates.size(),
                    dates.front()["date"].get<std::string>().c_str(), dates.back()["date"].get<std::string>().c_str());
    printSpread("from a view to the first view of its patch, on the ground", all["positive_km"], "km");
    printSpread("from a view to the first view of its patch, in time", all["positive_days"], "days");
    printSpread("from a patch to the nearest other of its batch", all["negative_km"], "km");
    const auto pairs = std::max(1.0, all["pairs"].get<double>());
    std::printf("of the pairs that a contrastive loss takes for different: %.3g %% are nearer than %g km, %.3g %% of "
                "the same place",
                100 * all["near"].get<double>() / pairs, all["near_km"].get<double>(),
                100 * all["same_place"].get<double>() / pairs);
    if (!all["classes"].empty())
        std::printf(", %.3g %% of the same class", 100 * all["same_class"].get<double>() / pairs);
    std::puts("");
    for (const auto& item : all["classes"])
        std::printf("%8lld  %s\n", static_cast<long long>(item["patches"].get<std::int64_t>()),
                    item["name"].get<std::string>().c_str());
    if (const auto warning = all["warning"].get<std::string>(); !warning.empty())
        std::printf("warning: %s\n", warning.c_str());
}

} // namespace

Action addDataBatch(CLI::App& data)
{
    auto asked = std::make_shared<Asked>();
    auto* command =
        data.add_subcommand("batch", "What batches hold: classes, places, dates, distances of positives and "
                                     "negatives, and pairs that may be false negatives.");
    command->add_option("DATA", asked->what, "A data set's name, a pack, a folder or zip of images, or a run.")
        ->required();
    command->add_option("--set", asked->settings,
                        "A setting of the data set, like size_px=64, or of another section, like training.batch=64.");
    command->add_option("--sampler", asked->sampler, "The sampler that draws, uniform if nothing else is said.");
    command->add_option("--split", asked->split,
                        "Part the data so: given, random, block, region, latitude, date, season.");
    command->add_option("--batches", asked->batches, "How many to draw: those of a run's first steps.")
        ->check(CLI::Range(1, 100000));
    command->add_option("--near-km", asked->nearKm, "What is nearer than this is counted as a likely false negative.")
        ->check(CLI::Range(0., 20000.));
    command->add_flag("--json", asked->json, "As JSON.");
    return [asked] {
        const auto all = drawn(*asked);
        if (asked->json)
            std::cout << all.dump(1) << '\n';
        else
            print(all);
        return int(exitDone);
    };
}

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "experiments/sweep.h"
#include "experiments/experiment.h"
#include <algorithm>
#include <set>

namespace revisit {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t mostRuns = 1000;
constexpr double mostMinutes = 7 * 24 * 60, mostEpochs = 1e6;

struct Setting {
    std::string label;
    Json run;
};

const Json& object(const Json& file, const char* key)
{
    static const Json none = Json::object();
    if (!file.contains(key)) return none;
    if (!file[key].is_object())
        throw Error(std::string(key) + ": should be an object in braces, like {\"training.batch\": [64, 256]}", key);
    return file[key];
}

// A list with something in it.
const Json& list(const Json& values, const std::string& key)
{
    if (!values.is_array() || values.empty())
        throw Error(key + ": should be a list in brackets with at least one value in it", key);
    return values;
}

// A section that names another component begins anew: the settings of the one before mean nothing to it.
void lay(Json& run, const Json& changes)
{
    static const Json defaults = Experiment().values();
    for (const auto& [key, value] : changes.items()) {
        auto& section = run[key];
        const bool named = value.is_object() && value.contains("name") && section.is_object();
        const auto before =
            named ? section.value("name", defaults.value(key, Json::object()).value("name", Json())) : Json();
        if (named && before != value["name"]) section = Json::object();
        if (value.is_object())
            section.merge_patch(value);
        else
            section = value;
    }
}

// "objective.temperature" and a value as what a run.json would have.
Json nested(const std::string& key, const Json& value)
{
    const auto dot = key.find('.');
    if (dot == std::string::npos) return {{key, value}};
    return {{key.substr(0, dot), nested(key.substr(dot + 1), value)}};
}

std::string shortOf(const std::string& key, const Json& grid)
{
    const auto last = [](const std::string& path) { return path.substr(path.rfind('.') + 1); };
    const auto same = std::count_if(grid.items().begin(), grid.items().end(),
                                    [&](const auto& item) { return last(item.key()) == last(key); });
    return same > 1 ? key : last(key);
}

// As people would say it; what is chosen by its name needs no key before it.
std::string told(const std::string& key, const Json& value, const Json& grid)
{
    const auto text = value.is_string() ? value.get<std::string>() : value.dump();
    const bool plain = key.size() > 5 && key.compare(key.size() - 5, 5, ".name") == 0;
    return plain ? text : shortOf(key, grid) + " " + text;
}

std::vector<Setting> listed(const Json& file, const Json& base)
{
    if (!file.contains("runs")) return {{"", base}};
    std::vector<Setting> all;
    for (const auto& changes : list(file["runs"], "runs")) {
        if (!changes.is_object() || !changes.contains("name") || !changes["name"].is_string() ||
            changes["name"].get<std::string>().empty())
            throw Error("runs: each should be an object in braces with a name of its own, like {\"name\": "
                        "\"vicreg\", \"objective\": {\"name\": \"vicreg\"}}",
                        "runs");
        Setting setting{changes["name"].get<std::string>(), base};
        auto others = changes;
        others.erase("name");
        lay(setting.run, others);
        all.push_back(std::move(setting));
    }
    return all;
}

void requireFew(std::size_t settings, std::size_t seeds)
{
    if (settings > mostRuns || settings * seeds > mostRuns)
        throw Error("grid: this makes more than " + std::to_string(mostRuns) +
                        " runs; take values or seeds out, or cut the sweep in several files",
                    "grid");
}

std::vector<Setting> gridded(std::vector<Setting> settings, const Json& grid, std::size_t seeds)
{
    for (const auto& [key, values] : grid.items()) {
        requireFew(settings.size() * list(values, "grid: " + key).size(), seeds);
        std::vector<Setting> more;
        for (const auto& setting : settings)
            for (const auto& value : values) {
                auto one = setting;
                one.label += (one.label.empty() ? "" : ", ") + told(key, value, grid);
                lay(one.run, nested(key, value));
                more.push_back(std::move(one));
            }
        settings = std::move(more);
    }
    return settings;
}

Json seedsOf(const Json& file)
{
    auto seeds = file.contains("seeds") ? list(file["seeds"], "seeds") : Json::array({1});
    std::set<Json> different(seeds.begin(), seeds.end());
    if (different.size() < seeds.size()) throw Error("seeds: one of them stands there twice", "seeds");
    return seeds;
}

// 0 where it is left out.
double numberOf(const Json& file, const std::string& key, double most, const char* inWords)
{
    if (!file.contains(key)) return 0;
    const auto& value = file[key];
    if (!value.is_number() || value.get<double>() <= 0 || value.get<double>() > most)
        throw Error(key + ": should be a number above 0, at most " + inWords, key);
    return value.get<double>();
}

void anchorPaths(Json& run, const fs::path& folder)
{
    for (const char* section : {"dataset", "weights"}) {
        if (!run.contains(section) || !run[section].is_object() || !run[section].contains("path")) continue;
        auto& path = run[section]["path"];
        if (path.is_string() && !path.get<std::string>().empty())
            path = (folder / path.get<std::string>()).lexically_normal().string();
    }
}

bool namesSteps(const Json& run)
{
    return run.contains("training") && run["training"].is_object() && run["training"].contains("steps");
}

// What Experiment does not know of.
void check(const Setting& setting, const Json& seed)
{
    try {
        for (const char* key : {"seed", "group"})
            if (setting.run.contains(key))
                throw Error(std::string(key) + ": a sweep sets it itself; the seeds stand in \"seeds\"", key);
        auto run = setting.run;
        run["seed"] = seed;
        Experiment experiment(run);
        experiment.dataset->check();
        experiment.weights.check();
    } catch (const Error& error) {
        throw Error((setting.label.empty() ? "" : "the run \"" + setting.label + "\": ") + error.what(), error.key());
    }
}

} // namespace

std::string fileName(const std::string& text)
{
    constexpr std::size_t longest = 80;
    std::string name;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (plain)
            name += c;
        else if (c >= 'A' && c <= 'Z')
            name += static_cast<char>(c - 'A' + 'a');
        else if (!name.empty() && name.back() != '-' && name.back() != '.')
            name += c == '.' ? '.' : '-';
    }
    name.resize(std::min(name.size(), longest));
    while (!name.empty() && (name.back() == '-' || name.back() == '.')) name.pop_back();
    return name.empty() ? "run" : name;
}

std::string sweepName(const Json& file)
{
    const std::vector<std::string> keys = {"name", "base", "runs", "grid", "seeds", "minutes", "epochs"};
    for (const auto& [key, value] : file.items())
        if (std::find(keys.begin(), keys.end(), key) == keys.end())
            throw Error(key + ": a sweep has no such key" + suggestion(key, keys), key);
    if (!file.contains("name") || !file["name"].is_string() || file["name"].get<std::string>().empty())
        throw Error("name: a sweep needs a name in quotes, with which its runs' folders begin", "name");
    return file["name"].get<std::string>();
}

Sweep sweepOf(const Json& file, const Json& set, const fs::path& folder)
{
    Sweep sweep;
    sweep.name = sweepName(file);
    sweep.minutes = numberOf(file, "minutes", mostMinutes, "a week");
    sweep.epochs = numberOf(file, "epochs", mostEpochs, "a million");
    const auto seeds = seedsOf(file);
    Json base = object(file, "base");
    for (const auto& [key, value] : set.items()) lay(base, nested(key, value));
    if (sweep.minutes > 0 && namesSteps(base))
        throw Error("base: training.steps: with \"minutes\" the sweep finds the steps itself; leave one of them out",
                    "training.steps");
    const auto& grid = object(file, "grid");
    if (file.contains("grid") && grid.empty())
        throw Error("grid: is empty; name a setting in it, or leave it out", "grid");
    auto settings = listed(file, base);
    requireFew(settings.size(), seeds.size());
    settings = gridded(std::move(settings), grid, seeds.size());

    std::set<std::string> labels;
    std::vector<std::string> groups; // other labels may come to the same name
    for (auto& setting : settings) {
        anchorPaths(setting.run, folder);
        check(setting, seeds.front());
        if (!labels.insert(setting.label).second)
            throw Error("two runs would be called \"" + setting.label + "\"; give each a name of its own");
        // no file name has two dashes, so that no other sweep's runs are called alike
        const auto first = fileName(sweep.name) + (setting.label.empty() ? "" : "--" + fileName(setting.label));
        auto group = first;
        for (int i = 2; std::find(groups.begin(), groups.end(), group) != groups.end(); ++i)
            group = first + "--" + std::to_string(i);
        groups.push_back(group);
    }
    for (const auto& seed : seeds)
        for (std::size_t i = 0; i < settings.size(); ++i) {
            const auto& label = settings[i].label.empty() ? sweep.name : settings[i].label;
            Json run = {{"name", label + ", seed " + seed.dump()}, {"group", groups[i]}, {"seed", seed}};
            auto rest = settings[i].run;
            rest.erase("name");
            run.update(rest);
            Experiment understood(run);
            const bool paced = sweep.minutes > 0 && !namesSteps(run);
            sweep.runs.push_back({groups[i] + "-seed-" + seed.dump(), label, std::move(run), paced});
        }
    return sweep;
}

} // namespace revisit

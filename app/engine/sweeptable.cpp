// SPDX-License-Identifier: Apache-2.0
#include "app/engine/sweeptable.h"
#include "datasets/base/error.h"
#include "experiments/eventlog.h"
#include "experiments/runstate.h"
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <optional>

namespace revisit {

namespace fs = std::filesystem;

namespace {

constexpr const char* metrics[] = {"linear", "knn"};

struct Ended {
    std::string group;
    Progressed progressed;
    double stepsPerEpoch() const { return progressed.started.at("steps_per_epoch").get<double>(); }
    double epochs() const { return static_cast<double>(progressed.probes.rbegin()->first) / stepsPerEpoch(); }
    bool reached(double wanted) const { return epochs() > 0.98 * wanted; } // probes come at whole steps
    // The probe nearest to so many epochs.
    std::pair<double, Json> at(double wanted) const
    {
        std::pair<double, Json> best{-1, {}};
        for (const auto& [step, probe] : progressed.probes) {
            const double epoch = static_cast<double>(step) / stepsPerEpoch();
            if (best.first < 0 || std::abs(epoch - wanted) < std::abs(best.first - wanted)) best = {epoch, probe};
        }
        return best;
    }
};

class Values {
public:
    void add(const Json& where, const char* key)
    {
        if (where.is_object() && where.contains(key) && where[key].is_number()) add(where[key].get<double>());
    }
    void add(double value) { m_values.push_back(value); }
    std::optional<double> mean() const
    {
        if (m_values.empty()) return {};
        double sum = 0;
        for (const double value : m_values) sum += value;
        return sum / static_cast<double>(m_values.size());
    }
    // null without values; the deviation, of a sample, is null for one alone
    Json json() const
    {
        if (m_values.empty()) return nullptr;
        double squares = 0;
        for (const double value : m_values) squares += (value - *mean()) * (value - *mean());
        Json all = {{"mean", *mean()}, {"deviation", nullptr}};
        if (m_values.size() > 1) all["deviation"] = std::sqrt(squares / static_cast<double>(m_values.size() - 1));
        return all;
    }

private:
    std::vector<double> m_values;
};

Json baselineOf(const std::vector<const Ended*>& runs, const char* metric)
{
    Json better;
    for (const char* baseline : {"statistics", "untrained"}) {
        Values values;
        for (const auto* run : runs) {
            const auto& first = run->progressed.probes.begin()->second;
            if (first.contains("baselines")) values.add(first["baselines"].value(baseline, Json()), metric);
        }
        if (values.mean() && (better.is_null() || *values.mean() > better["mean"].get<double>()))
            better = {{"name", baseline}, {"mean", *values.mean()}};
    }
    return better;
}

Json groupOf(const std::vector<const Ended*>& runs, double equalEpochs)
{
    Json group = Json::object();
    Values steps, epochs, seconds, compared;
    for (const auto* run : runs) {
        const auto& step = run->progressed.step;
        steps.add(step, "step");
        epochs.add(step, "epoch");
        seconds.add(step, "seconds");
        if (run->reached(equalEpochs)) compared.add(run->at(equalEpochs).first);
    }
    group["steps"] = steps.json();
    group["epochs"] = epochs.json();
    group["seconds"] = seconds.json();
    for (const char* metric : metrics) {
        Values end, equal;
        for (const auto* run : runs) {
            end.add(run->progressed.probes.rbegin()->second["metrics"], metric);
            if (run->reached(equalEpochs)) equal.add(run->at(equalEpochs).second["metrics"], metric);
        }
        group[metric] = {{"end", end.json()}, {"baseline", baselineOf(runs, metric)}, {"equal_epochs", equal.json()}};
    }
    group["compared_at_epoch"] = compared.json();
    return group;
}

std::string number(const Json& value, double times, const char* format)
{
    if (!value.is_number()) return "";
    char text[40];
    std::snprintf(text, sizeof text, format, value.get<double>() * times);
    return text;
}

std::string percent(const Json& values)
{
    if (values.is_null()) return "-";
    const auto deviation = number(values.value("deviation", Json()), 100, " ± %.1f");
    return number(values["mean"], 100, "%.1f") + deviation + " %";
}

std::string plain(const Json& values, const char* format)
{
    return values.is_null() ? "-" : number(values["mean"], 1, format);
}

using Rows = std::vector<std::vector<std::string>>;

Rows rowsOf(const Json& table)
{
    const auto& compared = table["equal_epochs"]; // null before a run has finished
    const auto equal = compared.is_null() ? "at equal epochs" : "at " + number(compared, 1, "%.1f") + " epochs";
    Rows rows = {{"setting", "runs", "linear", "better baseline", equal, "kNN", "better baseline", equal, "steps",
                  "epochs", "seconds"}};
    for (const auto& group : table["groups"]) {
        const auto finished = group["finished"].get<std::int64_t>();
        std::vector<std::string> row = {group["name"].get<std::string>(),
                                        group["finished"].dump() + " of " + group["runs"].dump()};
        if (finished > 0) {
            for (const char* metric : metrics) {
                const auto& values = group[metric];
                const auto& baseline = values["baseline"];
                row.push_back(percent(values["end"]));
                row.push_back(baseline.is_null() ? "-" : percent(baseline) + " " + baseline["name"].get<std::string>());
                row.push_back(percent(values["equal_epochs"]));
            }
            row.push_back(plain(group["steps"], "%.0f"));
            row.push_back(plain(group["epochs"], "%.1f"));
            row.push_back(plain(group["seconds"], "%.1f"));
        }
        row.resize(rows.front().size(), "-");
        rows.push_back(std::move(row));
    }
    return rows;
}

// Signs, not bytes: "±" is one.
std::size_t signs(const std::string& text)
{
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string inColumns(Rows rows, bool markdown)
{
    for (auto& row : rows) // a setting is called as its author likes
        for (std::size_t bar = 0; markdown && (bar = row[0].find('|', bar)) != std::string::npos; bar += 2)
            row[0].insert(bar, "\\");
    std::string all;
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            std::size_t width = 0;
            for (const auto& other : rows) width = std::max(width, signs(other[i]));
            const auto space = markdown || i + 1 == row.size() ? "" : std::string(width - signs(row[i]), ' ');
            all += (markdown ? "| " : "") + row[i] + space + (markdown ? " " : i + 1 == row.size() ? "" : "  ");
        }
        all += markdown ? "|\n" : "\n";
        if (markdown && &row == &rows.front()) {
            for (std::size_t i = 0; i < row.size(); ++i) all += "|---";
            all += "|\n";
        }
    }
    return all;
}

// A run's state, as it can stand after a number.
std::string inWords(const std::string& state)
{
    if (state == "input") return "refused";
    return state == "requeue" ? "to be continued" : state;
}

std::string states(const Json& table)
{
    std::map<std::string, int> counts;
    std::string troubles;
    for (const auto& run : table["runs"]) {
        const auto state = inWords(run["state"].get<std::string>());
        ++counts[state];
        if (run.contains("message"))
            troubles +=
                "- " + run["run"].get<std::string>() + " (" + state + "): " + run["message"].get<std::string>() + "\n";
    }
    const auto runs = table["runs"].size();
    std::string all =
        std::to_string(runs) + (runs == 1 ? " run in " : " runs in ") + table["workspace"].get<std::string>() + ":";
    const char* before = " ";
    for (const auto& [state, count] : counts) {
        all += before + std::to_string(count) + " " + state;
        before = ", ";
    }
    return all + ".\n" + (troubles.empty() ? "" : "\n" + troubles);
}

} // namespace

Json tableOf(const Sweep& sweep, const fs::path& workspace)
{
    Json table = {{"sweep", sweep.name},
                  {"workspace", workspace.string()},
                  {"equal_epochs", sweep.epochs > 0 ? Json(sweep.epochs) : Json()},
                  {"groups", Json::array()},
                  {"runs", Json::array()}};
    std::vector<Ended> ended;
    for (const auto& run : sweep.runs) {
        const auto state = runStateOf(workspace / run.folder);
        Json told = {{"run", run.folder},
                     {"name", run.label},
                     {"group", run.group()},
                     {"seed", run.run["seed"]},
                     {"state", state.word}};
        if (!state.message.empty()) told["message"] = state.message;
        table["runs"].push_back(std::move(told));
        if (state.word != "finished") continue;
        Ended one{run.group(), progressOf(workspace / run.folder)};
        if (!one.progressed.started.is_object() || one.progressed.probes.empty()) continue;
        const auto& least = table["equal_epochs"];
        if (sweep.epochs == 0)
            table["equal_epochs"] = least.is_null() ? one.epochs() : std::min(least.get<double>(), one.epochs());
        ended.push_back(std::move(one));
    }
    std::map<std::string, std::size_t> places;
    for (const auto& run : sweep.runs) {
        const auto [place, isNew] = places.try_emplace(run.group(), table["groups"].size());
        if (isNew)
            table["groups"].push_back({{"group", run.group()}, {"name", run.label}, {"runs", 0}, {"finished", 0}});
        auto& group = table["groups"][place->second];
        group["runs"] = group["runs"].get<int>() + 1;
    }
    for (auto& group : table["groups"]) {
        std::vector<const Ended*> own;
        for (const auto& one : ended)
            if (one.group == group["group"].get<std::string>()) own.push_back(&one);
        group["finished"] = own.size();
        if (!own.empty()) group.update(groupOf(own, table["equal_epochs"].get<double>()));
    }
    return table;
}

std::string shown(const Json& table, bool markdown)
{
    return inColumns(rowsOf(table), markdown) + "\n" + states(table);
}

} // namespace revisit

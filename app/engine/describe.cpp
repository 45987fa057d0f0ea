// SPDX-License-Identifier: Apache-2.0
#include "app/engine/commands.h"
#include "app/engine/previews.h"
#include "experiments/experiment.h"
#include "experiments/rundirectory.h"
#include <iostream>
#include <memory>

namespace revisit {
namespace {

void printParams(const Json& params)
{
    if (params.empty()) return;
    std::cout << "| key | default | range | meaning |\n|---|---|---|---|\n";
    for (const auto& param : params) {
        std::string range;
        if (param.contains("choices"))
            for (const auto& choice : param["choices"])
                range += (range.empty() ? "" : ", ") + choice.get<std::string>();
        else if (param.contains("min"))
            range = param["min"].dump() + " to " + param["max"].dump();
        if (param.contains("unit")) range += " " + param["unit"].get<std::string>();
        auto initial = param["default"].dump();
        if (param.contains("auto") && param["default"] == param["auto"]) initial += " (automatic)";
        std::cout << "| `" << param["name"].get<std::string>() << "` | " << initial << " | " << range << " | "
                  << param["help"].get<std::string>() << (param.value("live", false) ? " *Live.*" : "") << " |\n";
    }
    std::cout << '\n';
}

void printMarkdown(const Json& all)
{
    std::cout << "# What can be chosen\n\nMade by `revisit-engine describe --markdown`; do not edit. *Live* settings "
                 "can be changed while a run trains.\n\n"
              << "## run.json\n\n";
    printParams(all["run"]);
    for (const auto& section : all["sections"]) {
        std::cout << "## " << section["title"].get<std::string>() << ": `" << section["key"].get<std::string>()
                  << "`\n\n"
                  << section["help"].get<std::string>() << "\n\n";
        const bool fixed = section["kind"] == "fixed";
        for (const auto& component : section["components"]) {
            if (!fixed) {
                std::cout << "### `" << component["name"].get<std::string>()
                          << "`: " << component["title"].get<std::string>() << "\n\n"
                          << component["summary"].get<std::string>() << " *"
                          << component["reference"].get<std::string>() << "*\n\n";
                if (component.contains("learning_rate")) {
                    std::cout << "Automatic learning rate:";
                    for (const auto& [optimizer, rate] : component["learning_rate"].items())
                        std::cout << ' ' << optimizer << ' ' << rate.dump();
                    std::cout << ". Features are read from the " << component["evaluated"].get<std::string>()
                              << ". Its formula takes";
                    for (const auto& input : component["inputs"]) std::cout << " `" << input.get<std::string>() << '`';
                    std::cout << ".\n\n";
                }
            }
            printParams(component["params"]);
        }
    }
}

Json networkOf(const std::filesystem::path& file)
{
    return Previews().network({{"config", readRunFile(file)}},
                              [](double, const std::string&) { return askedToLeave() == 0; });
}

} // namespace

Action addDescribe(CLI::App& app)
{
    auto markdown = std::make_shared<bool>(false), json = std::make_shared<bool>(false);
    app.add_flag("--markdown", *markdown, "As a page to read (docs/components.md is made so).");
    auto run = std::make_shared<std::filesystem::path>();
    app.add_flag("--json", *json, "As JSON, which is the default.")->excludes("--markdown");
    app.add_option("--network", *run,
                   "Of the networks of this run.json: stages, parameters, multiply-adds, what decays.")
        ->check(CLI::ExistingFile)
        ->excludes("--markdown");
    return [markdown, json, run] {
        if (!run->empty())
            std::cout << networkOf(*run).dump(1) << '\n';
        else if (*markdown)
            printMarkdown(describe());
        else
            std::cout << describe().dump(1) << '\n';
        return exitDone;
    };
}

} // namespace revisit

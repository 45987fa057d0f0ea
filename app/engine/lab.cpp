// SPDX-License-Identifier: Apache-2.0
#include "app/engine/commands.h"
#include "app/engine/terminal.h"
#include "datasets/base/error.h"
#include "datasets/base/files.h"
#include "experiments/trainer.h"
#include <iostream>
#include <memory>

namespace revisit {

namespace fs = std::filesystem;

namespace {

// The run of a sheet: its first block of JSON.
Json runOf(const fs::path& sheet)
{
    const auto text = readFile(sheet);
    const std::string fence = "```json";
    const auto begin = text.find(fence),
               end = begin == std::string::npos ? begin : text.find("\n```", begin + fence.size());
    const auto run = end == std::string::npos
                         ? Json()
                         : Json::parse(text.substr(begin + fence.size(), end - begin - fence.size()), nullptr, false);
    if (!run.is_object())
        throw Error(sheet.string() + ": has no run, which is a block of JSON between ```json and ```");
    return run;
}

fs::path fresh(const fs::path& workspace, const std::string& name)
{
    for (int i = 1;; ++i) {
        const auto folder = workspace / (name + "-" + std::to_string(i));
        std::error_code failed;
        fs::create_directories(workspace, failed);
        if (fs::create_directory(folder, failed)) return folder;
        if (failed) failWriting(folder, failed.value());
    }
}

int go(const std::string& name, fs::path workspace)
{
    const auto sheet = resources() / "labs" / (name + ".md");
    if (!fs::exists(sheet)) {
        std::vector<std::string> names;
        std::error_code none;
        for (const auto& item : fs::directory_iterator(resources() / "labs", none))
            if (item.path().extension() == ".md") names.push_back(item.path().stem().string());
        throw Error("lab: there is no \"" + name + "\"" + suggestion(name, names));
    }
    auto run = runOf(sheet);
    run["lab"] = name;
    const auto folder = fresh(workspace.empty() ? workspaceFolder() : workspace, name);
    replaceFile(folder / "run.json", run.dump(2) + "\n");
    Terminal terminal;
    TrainOptions options;
    options.asked = askedToLeave;
    options.watch = std::ref(terminal);
    std::cerr << "The first lab: a network learns from satellite images without being told what they show.\n"
                 "If accuracy is above both baselines in the end, it has learnt.\n\n";
    const auto outcome = train(folder, options);
    terminal.table();
    std::cout << "\nThe run is in " << folder.string() << '\n';
    return outcome.code;
}

} // namespace

Action addLab(CLI::App& app)
{
    auto name = std::make_shared<std::string>("first");
    auto workspace = std::make_shared<fs::path>();
    app.add_option("LAB", *name, "The lab's name: a sheet in resources/labs.")->capture_default_str();
    app.add_option("--workspace", *workspace, "Where the run goes; the desktop's workspace when left out.");
    return [name, workspace] { return go(*name, *workspace); };
}

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "app/engine/commands.h"
#include "datasets/base/files.h"
#include "datasets/base/params.h"
#include "datasets/sources/confined.h"
#include "experiments/device.h"
#include <CLI/CLI.hpp>
#include <algorithm>
#include <c10/util/Exception.h>
#include <iostream>
#include <malloc.h>
#include <map>

using namespace revisit;

namespace {

std::string full(const char* memory)
{
    return std::string(memory) + " memory is full. Choose a smaller architecture, smaller images or a smaller batch.";
}

std::string said(const c10::Error& error)
{
    const std::string what = error.what_without_backtrace();
    if (dynamic_cast<const c10::OutOfMemoryError*>(&error)) return full("the GPU's");
    if (what.find("can't allocate memory") != std::string::npos) return full("the main");
    return "LibTorch could not go on: " + what;
}

} // namespace

int main(int argc, char** argv)
{
    if (const auto code = packConfined(argc, argv)) return *code;
    // Each step frees the tensors that the next one needs again: given back to the system they would cost it a twelfth.
    ::mallopt(M_MMAP_THRESHOLD, 32 << 20);
    ::mallopt(M_TRIM_THRESHOLD, 1 << 30);
    struct Command {
        const char *name, *help;
        Action (*add)(CLI::App&);
        bool computes = false;
    };
    const Command commands[] = {
        {"train", "Train the run in a folder that has a run.json.", addTrain, true},
        {"resume", "Go on with a run from its newest checkpoint.", addResume, true},
        {"queue", "Train the queued runs of a workspace, one after the other.", addQueue, true},
        {"sweep", "Train a grid of settings and seeds, and compare what comes of them.", addSweep, true},
        {"lab", "Train a lab's first run in the terminal.", addLab, true},
        {"loss", "Evaluate an objective's formula on embeddings from a file.", addLoss, true},
        {"describe", "Print all that can be chosen.", addDescribe},
        {"serve", "Answer a desktop's questions on standard input.", addServe, true},
        {"data", "List, fetch, pack and show data sets.", addData},
        {"weights", "Show what is in a file of weights, and whether it fits an architecture.", addWeights},
        {"bench", "Time the engine, and its Python peers beside it.", addBench, true},
        {"doctor", "Say what this machine has, what is missing and how to mend it.", addDoctor},
    };
    const std::string asked = argc > 1 ? argv[1] : "";
    std::vector<std::string> names;
    for (const auto& command : commands) {
        if (command.computes && asked == command.name) waitPassively(argv);
        names.emplace_back(command.name);
    }
    if (!asked.empty() && asked[0] != '-' && std::find(names.begin(), names.end(), asked) == names.end()) {
        std::cerr << "revisit-engine: there is no command " << asked << suggestion(asked, names)
                  << "; --help lists them\n";
        return exitInput;
    }
    CLI::App app("Revisit's engine: self-supervised learning on Earth-observation imagery.", "revisit-engine");
    app.set_version_flag("--version", REVISIT_VERSION);
    app.require_subcommand(1);
    app.footer("A run is a folder with a run.json; revisit-engine describe --markdown says what may stand in it.");
    std::map<const CLI::App*, Action> actions;
    for (const auto& command : commands) {
        auto* sub = app.add_subcommand(command.name, command.help);
        actions[sub] = command.add(*sub);
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? exitDone : exitInput;
    }
    try {
        listenToSignals();
        const auto trouble = findCuda();
        if (!trouble.empty()) std::cerr << trouble << '\n';
        return actions.at(app.get_subcommands().front())();
    } catch (const DiskError& error) {
        std::cerr << "revisit-engine: " << error.what() << '\n';
        return exitFailed;
    } catch (const Error& error) {
        std::cerr << "revisit-engine: " << error.what() << '\n';
        return exitInput;
    } catch (const std::filesystem::filesystem_error& error) {
        std::cerr << "revisit-engine: " << refusal(error).what() << '\n';
        return exitInput;
    } catch (const c10::Error& error) {
        std::cerr << "revisit-engine: " << said(error) << '\n';
        return exitFailed;
    } catch (const std::bad_alloc&) {
        std::cerr << "revisit-engine: " << full("the main") << '\n';
        return exitFailed;
    } catch (const std::exception& error) {
        std::cerr << "revisit-engine: something went wrong inside: " << error.what() << '\n';
        return exitFailed;
    }
}

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/params.h"
#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>

namespace revisit {

/// What the process leaves with. 75 (a peer was lost, try again) and 85 (checkpointed, start me again) come from
/// training.
enum ExitCode { exitDone = 0, exitFailed = 1, exitInput = 2 };

/// Adds a command's options to `app` and returns what it does, which returns the exit code. Each in its own file.
using Action = std::function<int()>;
Action addBench(CLI::App& app);
Action addData(CLI::App& app);
Action addDataBatch(CLI::App& data); ///< as a command of `data`
Action addDescribe(CLI::App& app);
Action addDoctor(CLI::App& app);
Action addFetch(CLI::App& data); ///< as a command of `data`
Action addLab(CLI::App& app);
Action addLoss(CLI::App& app);
Action addQueue(CLI::App& app);
Action addResume(CLI::App& app);
Action addServe(CLI::App& app);
Action addSweep(CLI::App& app);
Action addTrain(CLI::App& app);
Action addWeights(CLI::App& app);

/// The signal that asks this process to finish, 0 while none has come; SIGINT twice ends it at once.
int askedToLeave();
void listenToSignals();

/// Starts this program again with OpenMP's threads soon asleep while they wait, unless its user chose otherwise:
/// spinning ones make training five times slower as soon as anything else uses a core. They read that before main.
void waitPassively(char** arguments);

/// A run.json on what a person points at: a data set's name, a pack, a folder or zip of images, a run.json, or a run.
/// Settings are the data set's ("size_px") or, with a section before a dot, another's ("split.block_deg").
Json runOn(const std::string& what, const std::vector<std::string>& settings);

/// Tells a terminal on stderr how far it is; false once this process is asked to finish.
bool tellProgress(double share, const std::string& what);

/// What --set gave: "temperature=0.2" as a member of an object; what is no JSON is a text.
Json settingsOf(const std::vector<std::string>& given);

/// The desktop's workspace: in the user's folder for documents, which has another name in another language.
std::filesystem::path workspaceFolder();

/// Starts a queue that works on `workspace`, an absolute path, when this process is long gone; what it says goes to
/// queue.log there. Where one is at work already, it leaves at once.
void startQueue(const std::filesystem::path& workspace);

/// Folder with the labs and help pages that belong to this program.
std::filesystem::path resources();

} // namespace revisit

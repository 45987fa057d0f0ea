// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/params.h"
#include <filesystem>
#include <functional>

namespace revisit {

/// How training ended, and what the process should say of it.
struct Outcome {
    int code = 0;       ///< the engine's exit code
    std::string reason; ///< exit.json's
    std::string message;
};

struct TrainOptions {
    bool resume = false;
    /// `changed` events of another run, to be made again at the same steps: `train --as`.
    std::vector<Json> replay;
    /// Steps whose batches are written into trace/, see Trace.
    std::int64_t trace = 0;
    /// The signal that asks to finish the batch, write a checkpoint and leave; 0 while there is none.
    std::function<int()> asked = [] { return 0; };
    /// Told each event as it is written, for a terminal.
    std::function<void(const char* name, const Json& fields)> watch;
};

/// Trains the run in `folder` to its end, to a stop, or to an error, all of which it writes into the run's events and
/// exit.json. Throws Error only before anything was written: no run.json, an unknown key, a run that another engine
/// holds.
Outcome train(const std::filesystem::path& folder, const TrainOptions& options);

} // namespace revisit

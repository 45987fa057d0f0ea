// SPDX-License-Identifier: Apache-2.0
#include "app/engine/commands.h"
#include "app/engine/terminal.h"
#include "datasets/base/error.h"
#include "datasets/base/files.h"
#include "experiments/eventlog.h"
#include "experiments/rundirectory.h"
#include "experiments/trainer.h"
#include <iostream>
#include <memory>

namespace revisit {

namespace fs = std::filesystem;

namespace {

struct Asked {
    fs::path run, as;
    bool json = false, quiet = false;
    std::int64_t trace = 0;
};

int go(const Asked& asked, bool resume)
{
    TrainOptions options;
    options.resume = resume;
    options.asked = askedToLeave;
    options.trace = asked.trace;
    if (!asked.as.empty()) {
        auto [config, changes] = recordingOf(asked.as);
        std::erase_if(changes, [](const Json& change) { return change["do"] == "pause" || change["do"] == "resume"; });
        options.replay = changes;
        if (!resume) {
            if (fs::exists(asked.run / "run.json"))
                throw Error(asked.run.string() + ": has a run.json already; --as makes a new run");
            fs::create_directories(asked.run);
            replaceFile(asked.run / "run.json", config.dump(2) + "\n");
        }
    }
    lockRun(asked.run); // let go at once; whoever holds it is told of before the rest
    // what was refused before its first step, for a key that has been mended since, may begin
    if (!resume && fs::exists(asked.run / "events.jsonl") && fs::file_size(asked.run / "events.jsonl") > 0 &&
        progressOf(asked.run).started.is_object())
        throw Error(asked.run.string() +
                    ": has trained before; go on with revisit-engine resume, or copy its run.json into a new folder");
    Terminal terminal;
    options.watch = [&](const char* name, const Json& fields) {
        if (asked.json) {
            Json line = {{"event", name}};
            line.update(fields);
            std::cout << line.dump() << std::endl;
        } else if (!asked.quiet) {
            terminal(name, fields);
        }
    };
    const auto outcome = train(asked.run, options);
    if (!asked.json && !asked.quiet) terminal.table();
    if (asked.quiet && !outcome.message.empty() && outcome.code != 0)
        std::cerr << "revisit-engine: " << outcome.message << '\n';
    return outcome.code;
}

std::shared_ptr<Asked> options(CLI::App& app)
{
    auto asked = std::make_shared<Asked>();
    app.add_option("RUN", asked->run, "The run's folder.")->required();
    app.add_option("--as", asked->as,
                   "Repeat the run in this folder: its settings, and its live changes at the same steps.");
    app.add_flag("--json", asked->json, "Print the events as they are written.");
    app.add_flag("--quiet", asked->quiet, "Print nothing but errors.");
    return asked;
}

} // namespace

Action addTrain(CLI::App& app)
{
    const auto asked = options(app);
    app.add_option("--export-trace", asked->trace,
                   "Write the first weights and the views of so many steps into the run's trace folder, to follow the "
                   "run with another program (tests/peers/trace.py; set training.precision to float64).")
        ->check(CLI::Range(1, 100000));
    return [asked] { return go(*asked, false); };
}

Action addResume(CLI::App& app)
{
    return [asked = options(app)] { return go(*asked, true); };
}

} // namespace revisit

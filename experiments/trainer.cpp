// SPDX-License-Identifier: Apache-2.0
#include "experiments/trainer.h"
#include "experiments/learning.h"
#include "experiments/session.h"
#include <csignal>
#include <torch/torch.h>

namespace revisit {
namespace {

Outcome leave(int signal)
{
    const bool requeue = signal == SIGUSR2 || (signal == SIGTERM && std::getenv("SLURM_JOB_ID"));
    if (requeue) return {85, "requeue", "The job asks to be started again; it goes on from its checkpoint."};
    return {signal == SIGTERM ? 143 : 0, "stopped", "Stopped and kept."};
}

// The whole of training: obey, learn, look, keep.
Outcome loop(Session& session, const TrainOptions& options)
{
    session.begin(options.resume);
    while (session.step() < session.steps()) {
        session.obey();
        if (session.stopping()) break;
        if (const int signal = options.asked()) {
            session.keep();
            return leave(signal);
        }
        session.learn();
        session.lookAtBaselines();
        if (session.lookIsDue()) session.look();
        if (session.checkpointIsDue()) session.keep();
    }
    session.finish();
    return session.stopping() ? Outcome{0, "stopped", "Stopped and kept."} : Outcome{0, "finished", ""};
}

} // namespace

Outcome train(const std::filesystem::path& folder, const TrainOptions& options)
{
    RunDirectory directory(folder);
    EventLog events(folder / "events.jsonl");
    const auto fail = [&](int code, const char* reason, const char* what, const std::string& message,
                          Json fix = nullptr) {
        Json fields = {{"step", directory.step()}, {"code", what}, {"message", message}};
        if (!fix.is_null()) fields["fix"] = std::move(fix);
        try {
            events.append("error", fields);
            events.flush();
            if (options.watch) options.watch("error", fields);
        } catch (const DiskError&) { // exit.json may still find room
        }
        return Outcome{code, reason, message};
    };
    Outcome outcome;
    std::int64_t batch = 0;
    const auto full = [&](const std::string& which) {
        return fail(1, "failed", "memory",
                    which + " Lower training.batch, training.input_px or the architecture's size.",
                    {{"key", "training.batch"}, {"value", std::max<std::int64_t>(2, batch / 2)}});
    };
    try {
        Session session(directory, events, options);
        batch = session.batch();
        outcome = loop(session, options);
    } catch (const Diverged& error) {
        outcome = fail(1, "diverged", "diverged", error.what(), error.fix());
    } catch (const DiskError& error) {
        outcome = fail(1, "failed", "disk",
                       std::string(error.what()) +
                           ". What the run has kept is whole: revisit-engine resume goes on from its last checkpoint");
    } catch (const Error& error) {
        const int signal = options.asked(); // whoever is told to leave while it packs calls that cancelled
        outcome = signal ? leave(signal) : fail(2, "input", "input", error.what());
    } catch (const std::filesystem::filesystem_error& error) {
        outcome = fail(2, "input", "input", refusal(error).what());
    } catch (const c10::OutOfMemoryError&) {
        outcome = full("The GPU's memory is full.");
    } catch (const std::bad_alloc&) {
        outcome = full("The main memory is full.");
    } catch (const c10::Error& error) {
        const std::string what = error.what_without_backtrace();
        outcome = what.find("can't allocate memory") != std::string::npos
                      ? full("The main memory is full.")
                      : fail(1, "failed", "internal", "LibTorch could not go on: " + what);
    } catch (const std::exception& error) {
        outcome = fail(1, "failed", "internal", std::string("Something went wrong inside the engine: ") + error.what());
    }
    directory.leave(outcome.code, outcome.reason, outcome.message);
    return outcome;
}

} // namespace revisit

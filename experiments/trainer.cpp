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
    if (requeue) return {85, "requeue", "A checkpoint was written; the job asks to be started again."};
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
    try {
        Session session(directory, events, options);
        batch = session.batch();
        outcome = loop(session, options);
    } catch (const Diverged& error) {
        outcome = fail(1, "diverged", "diverged", error.what(), error.fix());
    } catch (const DiskError& error) {
        outcome = fail(1, "failed", "disk", error.what());
    } catch (const Error& error) {
        outcome = fail(2, "input", "input", error.what());
    } catch (const c10::OutOfMemoryError&) {
        outcome = fail(1, "failed", "memory",
                       "The GPU's memory is full. Lower training.batch, training.input_px or the architecture's size.",
                       {{"key", "training.batch"}, {"value", std::max<std::int64_t>(2, batch / 2)}});
    } catch (const std::bad_alloc&) {
        outcome = fail(1, "failed", "memory",
                       "The main memory is full. Lower training.batch, training.input_px or the architecture's size.",
                       {{"key", "training.batch"}, {"value", std::max<std::int64_t>(2, batch / 2)}});
    } catch (const c10::Error& error) {
        outcome =
            fail(1, "failed", "internal", std::string("LibTorch could not go on: ") + error.what_without_backtrace());
    } catch (const std::exception& error) {
        outcome = fail(1, "failed", "internal", std::string("Something went wrong inside the engine: ") + error.what());
    }
    directory.leave(outcome.code, outcome.reason, outcome.message);
    return outcome;
}

} // namespace revisit

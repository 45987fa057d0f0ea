// SPDX-License-Identifier: Apache-2.0
#include "app/engine/commands.h"
#include "datasets/base/error.h"
#include "datasets/base/files.h"
#include "experiments/eventlog.h"
#include "experiments/runstate.h"
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <iostream>
#include <memory>
#include <set>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

namespace revisit {

namespace fs = std::filesystem;

namespace {

// The queued run that has waited longest, or an empty path.
fs::path next(const fs::path& workspace, const std::set<fs::path>& besides)
{
    fs::path first;
    std::string firstAt;
    std::error_code none;
    for (const auto& item : fs::directory_iterator(workspace, none)) {
        const auto launch = jsonIn(item.path() / "launch.json");
        if (!launch.is_object() || launch.value("state", Json()) != "queued" || besides.contains(item.path())) continue;
        const auto exit = jsonIn(item.path() / "exit.json");
        if (exit.is_object() && exit.value("id", Json()) == launch.value("id", Json())) continue;
        const auto since = launch.value("queued_at", Json());
        const auto at = (since.is_string() ? since.get<std::string>() : "") + item.path().string();
        if (first.empty() || at < firstAt) first = item.path(), firstAt = at;
    }
    return first;
}

// What the engine could not write itself: it was killed, or never got as far as the run.
void tellEnd(const fs::path& run, int status)
{
    const auto launch = jsonIn(run / "launch.json"), exit = jsonIn(run / "exit.json");
    const auto id = launch.is_object() ? launch.value("id", Json()) : Json();
    if (exit.is_object() && exit.value("id", Json()) == id) return;
    const bool killed = WIFSIGNALED(status);
    const int signal = killed ? WTERMSIG(status) : 0, code = killed ? 128 + signal : WEXITSTATUS(status);
    std::string message;
    if (!killed)
        message = "The engine could not work on this run; its log.txt says why.";
    else if (signal == SIGKILL)
        message = "The engine was killed, perhaps because memory ran out. Resume goes on from the last checkpoint.";
    else
        message = std::string("The engine crashed (") + ::strsignal(signal) +
                  "). Resume goes on from the last checkpoint; log.txt has its last words.";
    replaceFile(run / "exit.json", Json{{"id", id},
                                        {"code", code},
                                        {"reason", killed              ? "killed"
                                                   : code == exitInput ? "input"
                                                                       : "failed"},
                                        {"message", message},
                                        {"time", timestamp()}}
                                           .dump(2) +
                                       "\n");
}

Descriptor logAt(const fs::path& file)
{
    Descriptor log(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
    if (!log) failWriting(file, errno);
    return log;
}

// A child becomes this program again, in a session of its own; the same one, too, when another was put in its place.
[[noreturn]] void become(const char* command, const fs::path& place, const Descriptor& log)
{
    ::setsid();
    const Descriptor nothing(::open("/dev/null", O_RDONLY));
    ::dup2(nothing.get(), 0), ::dup2(log.get(), 1), ::dup2(log.get(), 2);
    ::execl("/proc/self/exe", "revisit-engine", command, place.c_str(), static_cast<char*>(nullptr));
    ::_exit(127);
}

pid_t forked()
{
    const pid_t child = ::fork();
    if (child < 0) throw std::runtime_error("no process could be started");
    return child;
}

void work(const fs::path& run)
{
    std::error_code none;
    const auto events = fs::file_size(run / "events.jsonl", none);
    const bool resume = !none && events > 0;
    const auto log = logAt(run / "log.txt");
    const pid_t child = forked();
    if (child == 0) {
        if (::nice(5) == -1) {} // the desktop stays quick while all cores train
        become(resume ? "resume" : "train", run, log);
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR)
        if (askedToLeave()) ::kill(child, SIGTERM);
    tellEnd(run, status);
}

int go(const fs::path& workspace)
{
    if (!fs::is_directory(workspace))
        throw Error(workspace.string() + ": is not a folder; a queue works on a workspace, the folder that holds runs");
    const auto file = workspace / ".queue.lock";
    std::set<fs::path> hopeless;
    do {
        Descriptor lock(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
        if (!lock) failWriting(file, errno);
        if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) return exitDone; // another queue is at work
        for (auto run = next(workspace, hopeless); !run.empty() && !askedToLeave(); run = next(workspace, hopeless)) {
            std::cerr << timestamp() << ' ' << run.string() << '\n';
            try {
                work(run);
            } catch (const Error& error) { // this one's folder cannot be written; the others' can
                std::cerr << error.what() << '\n';
                hopeless.insert(run);
            }
        }
    } while (!askedToLeave() &&
             !next(workspace, hopeless).empty()); // one queued between the last look and the lock's release
    return exitDone;
}

} // namespace

void startQueue(const fs::path& workspace)
{
    const auto log = logAt(workspace / "queue.log");
    const pid_t between = forked();
    if (between == 0) { // its own child is nobody's: it is not to be waited for
        if (::fork() == 0) become("queue", workspace, log);
        ::_exit(0);
    }
    while (::waitpid(between, nullptr, 0) < 0 && errno == EINTR) {}
}

Action addQueue(CLI::App& app)
{
    auto workspace = std::make_shared<fs::path>();
    app.add_option("WORKSPACE", *workspace, "The folder that holds the runs.")->required();
    return [workspace] { return go(*workspace); };
}

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "experiments/rundirectory.h"
#include "datasets/base/error.h"
#include "experiments/eventlog.h"
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <random>
#include <sys/file.h>
#include <unistd.h>

namespace revisit {

namespace fs = std::filesystem;

Descriptor lockRun(const fs::path& folder)
{
    if (!fs::is_regular_file(folder / "run.json"))
        throw Error(folder.string() + ": there is no run.json in it; a run is a folder with one");
    Descriptor lock(::open((folder / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666));
    if (!lock) failWriting(folder / "lock", errno);
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
        throw Error(folder.string() + ": another engine is working on this run; follow it, or stop it first");
    return lock;
}

RunDirectory::RunDirectory(fs::path folder) : m_folder(std::move(folder)), m_lock(lockRun(m_folder))
{
    // A queued run has its id already; a resumed one gets a new one, so that an old exit.json no longer speaks of it.
    Json launch = Json::object();
    if (fs::exists(m_folder / "launch.json")) launch = parsed(readFile(m_folder / "launch.json"));
    const bool queued =
        launch.is_object() && launch.value("state", Json()) == "queued" && launch.value("id", Json()).is_string();
    m_id = queued ? launch["id"].get<std::string>() : randomId();
    Json now = {{"id", m_id}, {"host", hostName()}, {"state", "started"}};
    if (queued && launch.contains("queued_at")) now["queued_at"] = launch["queued_at"];
    now["pid"] = ::getpid();
    now["process_start"] = processStart(::getpid()).value_or(0);
    now["started_at"] = timestamp();
    now["engine"] = REVISIT_VERSION;
    replaceFile(m_folder / "launch.json", now.dump(2) + "\n");

    m_heart = std::thread([this] {
        std::unique_lock lock(m_mutex);
        while (!m_stopping) {
            try {
                replaceFile(m_folder / "heartbeat",
                            Json{{"time", timestamp()}, {"step", m_step.load()}, {"state", m_state.load()}}.dump() +
                                "\n");
            } catch (const std::exception&) { // a full disk: the run itself will say so
            }
            m_wake.wait_for(lock, std::chrono::seconds(2));
        }
    });
}

RunDirectory::~RunDirectory() { stopHeart(); }

void RunDirectory::beat(std::int64_t step, const char* state)
{
    m_step = step;
    if (m_state.exchange(state) != state) m_wake.notify_one(); // a new state is told at once
}

void RunDirectory::stopHeart()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_wake.notify_one();
    if (m_heart.joinable()) m_heart.join();
}

void RunDirectory::leave(int code, const std::string& reason, const std::string& message)
{
    stopHeart();
    replaceFile(
        m_folder / "exit.json",
        Json{{"id", m_id}, {"code", code}, {"reason", reason}, {"message", message}, {"time", timestamp()}}.dump(2) +
            "\n");
}

Json readRunFile(const fs::path& runOrFile)
{
    const auto file = fs::is_directory(runOrFile) ? runOrFile / "run.json" : runOrFile;
    const auto text = readFile(file);
    try {
        auto run = parsed(text);
        if (run.is_discarded()) {
            run = Json::parse(text); // says where, unless it is the depth
            throw Error(file.string() + ": is nested deeper than any setting");
        }
        if (!run.is_object())
            throw Error(file.string() + ": should be an object in braces, like {\"training\": {\"steps\": 500}}");
        return run;
    } catch (const Json::parse_error& error) {
        const auto upTo = text.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(error.byte, text.size()));
        throw Error(file.string() + ", line " + std::to_string(1 + std::count(text.begin(), upTo, '\n')) +
                    ": is not valid JSON here; a comma, quote or bracket is missing or too many");
    } catch (const Json::exception&) {
        throw Error(file.string() + ": holds a number that is too large");
    }
}

std::optional<std::uint64_t> processStart(std::int64_t pid)
{
    std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
    std::string line;
    if (!std::getline(in, line)) return {};
    const auto name = line.rfind(')'); // the command may hold spaces and brackets
    if (name == std::string::npos) return {};
    std::istringstream rest(line.substr(name + 1));
    std::string field;
    for (int i = 3; i <= 22; ++i)
        if (!(rest >> field) || (i == 3 && field == "Z")) return {};
    return std::strtoull(field.c_str(), nullptr, 10);
}

std::string hostName()
{
    char name[256] = {};
    ::gethostname(name, sizeof name - 1);
    return name;
}

std::string randomId()
{
    std::random_device source;
    std::string id;
    for (int i = 0; i < 4; ++i) {
        char part[9];
        std::snprintf(part, sizeof part, "%08x", static_cast<unsigned>(source()));
        id += part;
    }
    return id;
}

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "experiments/sweep.h"
#include "app/engine/commands.h"
#include "app/engine/sweepspeed.h"
#include "app/engine/sweeptable.h"
#include "datasets/base/error.h"
#include "datasets/base/files.h"
#include "experiments/eventlog.h"
#include "experiments/rundirectory.h"
#include "experiments/runstate.h"
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <fcntl.h>
#include <iostream>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <sys/file.h>
#include <thread>

namespace revisit {

namespace fs = std::filesystem;

namespace {

struct Asked {
    fs::path file, workspace;
    std::vector<std::string> settings;
    bool table = false, json = false, markdown = false, wait = false;
};

// What keep() and add() wrote; null where no sweep has begun. Error when it is damaged, so that nothing writes over it.
Json kept(const fs::path& file)
{
    if (!fs::exists(file)) return {};
    const auto all = jsonIn(file);
    bool sound = true;
    for (const char* key : {"file", "set", "speeds"}) sound = sound && all.contains(key) && all[key].is_object();
    for (const auto& speed : sound ? all["speeds"] : Json::object()) {
        for (const char* key : {"seconds_per_step", "steps_per_epoch"})
            sound = sound && speed.contains(key) && speed[key].is_number() && speed[key] > 0;
        sound = sound && speed.contains("steps") && speed["steps"].is_number_integer() && speed["steps"] > 0;
    }
    if (!sound)
        throw Error(file.string() + ": is damaged, and with it what the sweep's runs were made of. Put back a copy, or "
                                    "move it away to go on with the sweep's file as it is now");
    return all;
}

// What a sweep keeps in its workspace: the file as it was when its runs were made, and the speeds that were measured.
class Memory {
public:
    Memory(const fs::path& workspace, const std::string& name)
        : m_file(workspace / (".sweep-" + fileName(name) + ".json")),
          m_kept(kept(m_file))
    {}
    bool begun() const { return m_kept.is_object(); }
    Json set() const { return m_kept.at("set"); }

    // Error when the runs that are there were made of something else; more or fewer seeds do no harm.
    void require(const fs::path& path, Json file, const Json& set) const
    {
        auto before = m_kept.at("file");
        if (const auto other = before.value("name", Json()); other != file["name"])
            throw Error(path.string() + ": another sweep whose name is written alike in its folders, " + other.dump() +
                        ", is in the workspace " + m_file.parent_path().string() +
                        ". Give this one another name, or another --workspace");
        before.erase("seeds"), file.erase("seeds");
        if (before == file && m_kept.at("set") == set) return;
        const auto differences = before == file ? Json::diff(m_kept.at("set"), set) : Json::diff(before, file);
        auto key = differences.empty() ? "the order of its keys" : differences[0]["path"].get<std::string>().substr(1);
        std::replace(key.begin(), key.end(), '/', '.');
        throw Error(path.string() + ": has changed since its runs were made (" + (before == file ? "--set " : "") +
                    key +
                    "), and they would not be comparable. Put it back to go on with them, or give it another name to "
                    "begin a new sweep; only the seeds may change");
    }
    Speed* speed(const std::string& group)
    {
        const auto found = m_speeds.find(group);
        if (found != m_speeds.end()) return &found->second;
        if (!begun() || !m_kept.at("speeds").contains(group)) return nullptr;
        const auto& kept = m_kept["speeds"][group];
        m_speeds[group] = {kept.at("seconds_per_step"), kept.at("steps_per_epoch"), kept.at("steps")};
        return &m_speeds[group];
    }
    void add(const std::string& group, const Speed& speed)
    {
        m_kept["speeds"][group] = {{"seconds_per_step", speed.secondsPerStep},
                                   {"steps_per_epoch", speed.stepsPerEpoch},
                                   {"steps", speed.steps}};
        write();
    }
    void keep(const Json& file, const Json& set)
    {
        m_kept["file"] = file;
        m_kept["set"] = set;
        if (!m_kept.contains("speeds")) m_kept["speeds"] = Json::object();
        write();
    }

private:
    void write() const { replaceFile(m_file, m_kept.dump(2) + "\n"); }

    fs::path m_file;
    Json m_kept;
    std::map<std::string, Speed> m_speeds;
};

bool goesOn(const RunState& state)
{
    if (state.active() || state.word == "finished" || state.word == "diverged") return false;
    return state.word != "stopped" || state.code != 0; // someone's wish; with a code, the machine's
}

// What is to be queued: missing, or ended before its time. Error when another run stands in one's place.
std::vector<Sweep::Run*> toQueue(Sweep& sweep, const fs::path& workspace)
{
    std::vector<Sweep::Run*> all;
    for (auto& run : sweep.runs) {
        const auto folder = workspace / run.folder;
        if (fs::exists(folder)) {
            const auto there = jsonIn(folder / "run.json");
            if (!there.is_object() || there.value("group", Json()) != run.run["group"])
                throw Error(folder.string() +
                            ": is no run of this sweep; move it away, or give the sweep another name");
        }
        if (goesOn(runStateOf(folder))) all.push_back(&run);
    }
    return all;
}

std::vector<Sweep::Run*> oneOfEachGroup(const std::vector<Sweep::Run*>& runs)
{
    std::vector<Sweep::Run*> some;
    std::set<std::string> seen;
    for (auto* run : runs)
        if (seen.insert(run->group()).second) some.push_back(run);
    return some;
}

void measure(Sweep& sweep, const fs::path& workspace, Memory& memory)
{
    std::vector<Sweep::Run*> pointers;
    for (auto& run : sweep.runs)
        if (run.paced) pointers.push_back(&run);
    std::error_code none;
    for (const auto& item : fs::directory_iterator(workspace, none)) {
        const auto state = runStateOf(item.path());
        if (!state.active() || state.word == "queued") continue;
        std::cerr << "A run of this workspace is training; speeds that are measured beside it come out too low.\n";
        break;
    }
    double fewest = std::numeric_limits<double>::infinity();
    for (const auto* run : oneOfEachGroup(pointers)) {
        if (!memory.speed(run->group())) memory.add(run->group(), speedOf(*run, sweep.minutes));
        const auto speed = *memory.speed(run->group());
        fewest = std::min(fewest, speed.epochs());
        std::fprintf(stderr, "%s: %.4f s a step, so that %lld steps (%.1f epochs) fill %g minutes\n",
                     run->label.c_str(), speed.secondsPerStep, static_cast<long long>(speed.steps), speed.epochs(),
                     sweep.minutes);
    }
    const double compared = sweep.epochs > 0 ? sweep.epochs : fewest;
    for (auto* run : pointers) pace(run->run, *memory.speed(run->group()), compared);
}

void queue(const Sweep::Run& run, const fs::path& workspace, std::size_t place)
{
    const auto folder = workspace / run.folder, making = workspace / (".new-" + run.folder);
    if (!fs::exists(folder)) {
        fs::create_directories(making);
        replaceFile(making / "run.json", run.run.dump(2) + "\n");
        fs::rename(making, folder);
    }
    // The queue goes by the time of asking: thousandths keep the file's order, and what goes on keeps its place.
    const auto before = jsonIn(folder / "launch.json");
    char thousandths[8];
    std::snprintf(thousandths, sizeof thousandths, ".%03zuZ", place % 1000);
    auto now = timestamp();
    now.replace(now.find('Z'), 1, thousandths);
    const Json at = before.is_object() ? before.value("queued_at", Json(now)) : Json(now);
    replaceFile(folder / "launch.json",
                Json{{"id", randomId()}, {"host", hostName()}, {"state", "queued"}, {"queued_at", at}}.dump(2) + "\n");
}

void check(Sweep& sweep, const fs::path& workspace)
{
    const auto settings = oneOfEachGroup(toQueue(sweep, workspace));
    if (settings.size() == 1)
        std::cerr << "Checking data and network of 1 setting\n";
    else if (!settings.empty())
        std::cerr << "Checking data and networks of " << settings.size() << " settings\n";
    for (const auto* run : settings) rehearse(*run);
}

// Held by whoever queues the sweep; another that is called meanwhile waits for it.
Descriptor turn(const fs::path& workspace, const std::string& name)
{
    const auto file = workspace / (".sweep-" + fileName(name) + ".lock");
    Descriptor lock(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
    if (!lock) failWriting(file, errno);
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) return lock;
    std::cerr << "Another sweep of this name is being queued; waiting for it\n";
    while (::flock(lock.get(), LOCK_EX) != 0) {
        if (errno != EINTR) failWriting(file, errno);
        if (askedToLeave()) throw Error("stopped while waiting for another sweep; nothing was queued");
    }
    return lock;
}

void tellQueued(std::size_t queued, std::size_t all, const fs::path& workspace)
{
    const auto where = workspace.string();
    if (queued == 0 && all == 1)
        std::cerr << "The only run in " << where << " has ended or is under way; there was nothing to queue\n";
    else if (queued == 0)
        std::cerr << "All " << all << " runs in " << where
                  << " have ended or are under way; there was nothing to queue\n";
    else if (all == 1)
        std::cerr << "The only run is queued in " << where << "; it goes on when this terminal is closed\n";
    else if (queued == 1)
        std::cerr << "1 of " << all << " runs queued in " << where << "; it goes on when this terminal is closed\n";
    else
        std::cerr << queued << " of " << all << " runs queued in " << where
                  << "; they go on when this terminal is closed\n";
}

// A file's sweep, and what is known of it in a workspace.
struct Known {
    Memory memory;
    Json set;
    Sweep sweep;
};

Known known(const Asked& asked, const fs::path& workspace, const Json& file)
{
    Memory memory(workspace, sweepName(file));
    auto set = settingsOf(asked.settings);
    for (auto& [key, value] : set.items()) // where this is asked, not where the file lies
        if (key.ends_with(".path") && value.is_string()) value = fs::absolute(value.get<std::string>()).string();
    if (memory.begun()) {
        if (set.empty()) set = memory.set();
        memory.require(asked.file, file, set);
    }
    auto sweep = sweepOf(file, set, fs::absolute(asked.file).parent_path());
    return {std::move(memory), std::move(set), std::move(sweep)};
}

// `before` is checked while there may be no workspace yet; what is queued is read again, as others have left it.
Known begin(Known before, const Asked& asked, const fs::path& workspace, const Json& file)
{
    check(before.sweep, workspace);
    fs::create_directories(workspace);
    const auto lock = turn(workspace, before.sweep.name);
    auto now = known(asked, workspace, file);
    const auto missing = toQueue(now.sweep, workspace);
    now.memory.keep(file, now.set);
    if (now.sweep.minutes > 0 && !missing.empty()) measure(now.sweep, workspace, now.memory);
    for (std::size_t i = 0; i < missing.size(); ++i) queue(*missing[i], workspace, i);
    startQueue(workspace);
    tellQueued(missing.size(), now.sweep.runs.size(), workspace);
    return now;
}

// Until all have ended: a line for each. Whether all have finished.
bool waitForAll(const Sweep& sweep, const fs::path& workspace)
{
    using namespace std::chrono_literals;
    constexpr auto patience = 30s; // with a queue that may have been killed
    std::set<std::string> ended;
    bool well = true;
    auto alive = std::chrono::steady_clock::now();
    while (ended.size() < sweep.runs.size()) {
        bool working = false;
        for (const auto& run : sweep.runs) {
            if (ended.contains(run.folder)) continue;
            auto state = runStateOf(workspace / run.folder);
            if (state.word == "interrupted") { // its queue may be about to say why
                std::this_thread::sleep_for(500ms);
                state = runStateOf(workspace / run.folder);
            }
            working = working || (state.active() && state.word != "queued");
            if (state.active()) continue;
            ended.insert(run.folder);
            well = well && state.word == "finished";
            std::cerr << ended.size() << " of " << sweep.runs.size() << ": " << run.folder << ' ' << state.word
                      << (state.message.empty() ? "" : ": " + state.message) << '\n';
        }
        if (askedToLeave()) throw Error("no longer waiting; the runs go on");
        const auto now = std::chrono::steady_clock::now();
        if (working) alive = now;
        if (now - alive > patience) {
            startQueue(workspace);
            alive = now;
        }
        std::this_thread::sleep_for(200ms);
    }
    return well;
}

// As a shell takes it.
std::string quoted(const fs::path& path)
{
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("/._-+,:=@%").find(c) != std::string_view::npos;
    };
    const auto text = path.string();
    if (std::all_of(text.begin(), text.end(), plain)) return text;
    std::string all = "'";
    for (const char c : text) all += c == '\'' ? "'\\''" : std::string(1, c);
    return all + "'";
}

void tellHowToLook(const Asked& asked)
{
    std::cerr << "To see how they do: revisit-engine sweep " << quoted(asked.file);
    if (!asked.workspace.empty()) std::cerr << " --workspace " << quoted(asked.workspace);
    std::cerr << " --table\n";
}

int go(const Asked& asked)
{
    const auto workspace = fs::absolute(asked.workspace.empty() ? workspaceFolder() : asked.workspace);
    const auto file = readRunFile(asked.file);
    auto now = known(asked, workspace, file);
    if (asked.wait || !asked.table) now = begin(std::move(now), asked, workspace, file);
    if (!asked.wait && !asked.table) {
        tellHowToLook(asked);
        return exitDone;
    }
    if (!now.memory.begun())
        throw Error(asked.file.string() + ": this sweep has not begun in " + workspace.string() +
                    "; leave out --table to begin it, or name its --workspace");
    const bool well = !asked.wait || waitForAll(now.sweep, workspace);
    if (asked.table) {
        const auto table = tableOf(now.sweep, workspace);
        std::cout << (asked.json ? table.dump(2) + "\n" : shown(table, asked.markdown));
    }
    return well ? exitDone : exitFailed;
}

} // namespace

Action addSweep(CLI::App& app)
{
    auto asked = std::make_shared<Asked>();
    app.add_option("FILE", asked->file,
                   "The sweep: JSON with name, base, runs, grid, seeds, minutes and epochs (docs/sweeps.md). The "
                   "second time, it "
                   "goes on: what is missing or was interrupted is queued again.")
        ->required()
        ->check(CLI::ExistingFile);
    app.add_option("--workspace", asked->workspace, "Where the runs go; the desktop's workspace when left out.");
    app.add_option("--set", asked->settings,
                   "Goes over the file's base, like dataset.path=EuroSAT_RGB.zip; kept for later calls.")
        ->allow_extra_args(false); // what comes next may be the file
    auto* table =
        app.add_flag("--table", asked->table,
                     "Print what became of the runs, without starting any: mean and deviation over the seeds, "
                     "beside the better baseline and after equally many epochs.");
    auto* json = app.add_flag("--json", asked->json, "With --table: as JSON.")->needs(table);
    app.add_flag("--markdown", asked->markdown, "With --table: as a table in Markdown.")->needs(table)->excludes(json);
    app.add_flag(
        "--wait", asked->wait,
        "Stay until all runs have ended, a line for each (then --table is printed); leaves with 1 when one has "
        "not finished.");
    return [asked] { return go(*asked); };
}

} // namespace revisit

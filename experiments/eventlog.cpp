// SPDX-License-Identifier: Apache-2.0
#include "experiments/eventlog.h"
#include <algorithm>
#include <cerrno>
#include <ctime>
#include <fcntl.h>
#include <fstream>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

namespace revisit {
namespace {

// The length of `fd` up to and with its last newline.
off_t wholeLines(int fd)
{
    struct stat info;
    if (::fstat(fd, &info) != 0) return 0;
    char part[4096];
    for (off_t end = info.st_size; end > 0;) {
        const auto begin = std::max<off_t>(0, end - static_cast<off_t>(sizeof part));
        const auto n = ::pread(fd, part, static_cast<std::size_t>(end - begin), begin);
        for (auto i = n; i > 0; --i)
            if (part[i - 1] == '\n') return begin + i;
        end = begin;
    }
    return 0;
}

bool is(const std::string& line, const std::string& event)
{
    return line.rfind("{\"event\":\"" + event + "\"", 0) == 0;
}

void requireProtocol(const Json& started, const std::filesystem::path& file)
{
    const auto protocol = started.is_object() ? started.value("protocol", Json()) : Json();
    if (protocol != protocolVersion)
        throw Error(file.string() + ": was begun by an engine of protocol " + protocol.dump() +
                    ", and this one is of " + std::to_string(protocolVersion) +
                    "; go on with that engine, or copy run.json into a new folder");
}

// The lines of a run's events of these names, each with its name: most others are long.
template <class Visit>
void eachLine(const std::filesystem::path& run, const std::vector<std::string>& names, const Visit& visit)
{
    const auto file = run / "events.jsonl";
    std::ifstream in(file);
    if (!in) throw Error(file.string() + ": cannot be read; this is no folder of a run that has trained");
    for (std::string line; std::getline(in, line) && !in.eof();) { // a last line without an end is being written
        const auto name = std::find_if(names.begin(), names.end(), [&](const auto& one) { return is(line, one); });
        if (name == names.end()) continue;
        if (*name == "started") requireProtocol(parsed(line), file);
        visit(*name, line);
    }
}

// A whole number of an event; nothing where it has none: such a line is passed over.
std::optional<std::int64_t> wholeIn(const Json& event, const char* key)
{
    const auto found = event.is_object() ? event.find(key) : event.end();
    if (found == event.end() || !found->is_number_integer()) return {};
    return found->get<std::int64_t>();
}

} // namespace

Recording recordingOf(const std::filesystem::path& run)
{
    Recording found;
    eachLine(run, {"started", "resumed", "changed"}, [&](const std::string& name, const std::string& line) {
        const auto event = parsed(line);
        if (!event.is_object()) return;
        if (name == "started") {
            found.config = event.value("config", Json());
        } else if (name == "resumed") {
            // A change at the step of the checkpoint was made after it, or is in it: either way it holds. A stop does
            // not.
            const auto from = wholeIn(event, "from_step");
            if (!from) return;
            std::erase_if(found.changes, [&](const Json& change) {
                return change["step"] > *from || (change["step"] == *from && change["do"] == "stop");
            });
        } else if (wholeIn(event, "step") && event.contains("do") &&
                   (event["do"] != "set" || (event.value("key", Json()).is_string() && event.contains("value")))) {
            found.changes.push_back(event);
        }
    });
    if (found.config.is_null()) throw Error((run / "events.jsonl").string() + ": has no started event");
    return found;
}

Progressed progressOf(const std::filesystem::path& run)
{
    Progressed found;
    std::string last;
    eachLine(run, {"started", "resumed", "step", "probe"}, [&](const std::string& name, const std::string& line) {
        if (name == "step") return void(last = line); // of many, one counts
        const auto event = parsed(line);
        if (!event.is_object()) return;
        if (name == "started") {
            found.started = event;
        } else if (name == "probe") {
            if (const auto step = wholeIn(event, "step")) found.probes[*step] = event;
        } else if (const auto from = wholeIn(event, "from_step")) {
            found.probes.erase(found.probes.upper_bound(*from), found.probes.end());
            if (const auto step = wholeIn(parsed(last), "step"); !step || *step > *from) last.clear();
        }
    });
    if (const auto step = parsed(last); wholeIn(step, "step")) found.step = step;
    return found;
}

EventLog::EventLog(std::filesystem::path file)
    : m_file(std::move(file)),
      m_out(::open(m_file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0666))
{
    if (!m_out) failWriting(m_file, errno);
    if (::ftruncate(m_out.get(), wholeLines(m_out.get())) != 0) failWriting(m_file, errno);
    std::ifstream in(m_file);
    for (std::string line; !m_hasPatches && std::getline(in, line);) {
        if (is(line, "started")) {
            requireProtocol(parsed(line), m_file);
            m_hasStarted = true;
        }
        m_hasPatches = is(line, "patches");
    }
}

EventLog::~EventLog()
{
    try {
        flush();
    } catch (const std::exception&) { // the run's end has said so already, or there is nobody to tell
    }
}

void EventLog::append(const char* name, const Json& fields)
{
    Json line = {{"event", name}};
    line.update(fields);
    m_waiting += line.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
    if (std::chrono::steady_clock::now() - m_written >= std::chrono::milliseconds(100)) flush();
}

void EventLog::flush()
{
    if (m_waiting.empty()) return;
    const auto before = wholeLines(m_out.get());
    try {
        writeAll(m_out.get(), std::as_bytes(std::span(m_waiting)), m_file);
    } catch (...) {
        m_waiting.clear();
        if (::ftruncate(m_out.get(), before) != 0) {} // the next start cuts it
        throw;
    }
    m_waiting.clear();
    m_written = std::chrono::steady_clock::now();
    if (m_written - m_synced >= std::chrono::seconds(1)) sync();
}

void EventLog::sync()
{
    flush();
    ::fdatasync(m_out.get());
    m_synced = std::chrono::steady_clock::now();
}

std::string timestamp()
{
    const std::time_t now = std::time(nullptr);
    std::tm parts;
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", ::gmtime_r(&now, &parts));
    return text;
}

} // namespace revisit

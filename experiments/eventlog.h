// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/files.h"
#include "datasets/base/params.h"
#include <chrono>
#include <map>

namespace revisit {

/// Appends events to a run's events.jsonl: whole lines, in groups at most ten times a second, synced at most once a
/// second. One thread.
class EventLog {
public:
    /// Opens for appending and cuts an unfinished last line off. Error when an engine of another protocol began it.
    explicit EventLog(std::filesystem::path file);
    ~EventLog();
    /// One event; `name` becomes its first key. Numbers that are not finite become null. Error when the disk is full:
    /// what was written before stays whole.
    void append(const char* name, const Json& fields);
    /// Whether a `started` and a `patches` event were there when it was opened.
    bool hasStarted() const { return m_hasStarted; }
    bool hasPatches() const { return m_hasPatches; }
    /// Writes what waits, now.
    void flush();
    /// And sees them onto the disk.
    void sync();

private:
    std::filesystem::path m_file;
    Descriptor m_out;
    bool m_hasStarted = false, m_hasPatches = false;
    std::string m_waiting;
    std::chrono::steady_clock::time_point m_written{}, m_synced{};
};

/// What events.jsonl's `protocol` must be: what resources/help/protocol.md describes.
constexpr int protocolVersion = 1;

/// A run's `started` config, and its `changed` events that no resume took back.
struct Recording {
    Json config;
    std::vector<Json> changes;
};
/// Error when there is no started event, or one of another protocol.
Recording recordingOf(const std::filesystem::path& run);

/// What became of a run so far: what a resume took back is left out.
struct Progressed {
    Json started;                        ///< null before it
    std::map<std::int64_t, Json> probes; ///< by step
    Json step;                           ///< the last step event, or null
};
/// Error when there are no events, or of another protocol.
Progressed progressOf(const std::filesystem::path& run);

/// Now, as ISO 8601 in UTC.
std::string timestamp();

} // namespace revisit

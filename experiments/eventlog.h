// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/files.h"
#include "datasets/base/params.h"
#include <chrono>

namespace revisit {

/// Appends events to a run's events.jsonl: whole lines, in groups at most ten times a second, synced at most once a
/// second. One thread.
class EventLog {
public:
    /// Opens for appending and cuts an unfinished last line off.
    explicit EventLog(std::filesystem::path file);
    ~EventLog();
    /// One event; `name` becomes its first key. Numbers that are not finite become null. Error when the disk is full:
    /// what was written before stays whole.
    void append(const char* name, const Json& fields);
    /// Whether a `started` event was there when it was opened.
    bool hasStarted() const { return m_hasStarted; }
    /// Writes what waits, now.
    void flush();
    /// And sees them onto the disk.
    void sync();

private:
    std::filesystem::path m_file;
    Descriptor m_out;
    bool m_hasStarted = false;
    std::string m_waiting;
    std::chrono::steady_clock::time_point m_written{}, m_synced{};
};

/// Now, as ISO 8601 in UTC.
std::string timestamp();

} // namespace revisit

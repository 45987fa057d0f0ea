// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/files.h"
#include "datasets/base/params.h"
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace revisit {

/// The lock of a run directory, held as long as what is returned. Error when there is no run.json, the folder cannot be
/// written, or another engine holds the run (then nothing is touched).
Descriptor lockRun(const std::filesystem::path& folder);

/// A run directory that this process works on: holds its lock, tells who it is in launch.json, beats its heart every 2
/// s from a thread of its own, and writes exit.json at the end. resources/help/protocol.md says what the files mean.
class RunDirectory {
public:
    /// Error as lockRun's.
    explicit RunDirectory(std::filesystem::path folder);
    ~RunDirectory();
    RunDirectory(const RunDirectory&) = delete;
    RunDirectory& operator=(const RunDirectory&) = delete;

    const std::filesystem::path& folder() const { return m_folder; }
    /// What the next heartbeat says.
    void beat(std::int64_t step, const char* state);
    std::int64_t step() const { return m_step; }
    /// Stops the heart and writes exit.json.
    void leave(int code, const std::string& reason, const std::string& message);

private:
    std::filesystem::path m_folder;
    Descriptor m_lock;
    std::string m_id;
    std::atomic<std::int64_t> m_step{0};
    std::atomic<const char*> m_state{"running"};
    std::mutex m_mutex;
    std::condition_variable m_wake;
    bool m_stopping = false;
    std::thread m_heart;
    void stopHeart();
};

/// run.json of a run directory, or the file itself. Error when it is missing, too long, or no JSON object (with the
/// line).
Json readRunFile(const std::filesystem::path& runOrFile);

/// Field 22 of /proc/PID/stat: when the process started, in clock ticks since boot; nothing when there is no such
/// process.
std::optional<std::uint64_t> processStart(std::int64_t pid);

/// This machine's name.
std::string hostName();

/// A random name of 32 hexadecimal digits.
std::string randomId();

} // namespace revisit

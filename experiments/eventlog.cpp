// SPDX-License-Identifier: Apache-2.0
#include "experiments/eventlog.h"
#include <cerrno>
#include <ctime>
#include <fcntl.h>
#include <fstream>
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

} // namespace

EventLog::EventLog(std::filesystem::path file)
    : m_file(std::move(file)),
      m_out(::open(m_file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0666))
{
    if (!m_out) failWriting(m_file, errno);
    if (::ftruncate(m_out.get(), wholeLines(m_out.get())) != 0) failWriting(m_file, errno);
    std::ifstream in(m_file);
    for (std::string line; !m_hasStarted && std::getline(in, line);)
        m_hasStarted = line.rfind("{\"event\":\"started\"", 0) == 0;
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

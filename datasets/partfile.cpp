// SPDX-License-Identifier: Apache-2.0
#include "datasets/partfile.h"
#include "datasets/base/params.h"
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace revisit {

namespace fs = std::filesystem;

PartFile::PartFile(const Remote& remote, const fs::path& to, const DownloadReport& report)
    : total(remote.bytes),
      m_remote(remote),
      m_to(to),
      m_part(to.string() + ".part"),
      m_state(to.string() + ".part.json"),
      m_report(report),
      m_digest(!remote.md5.empty())
{}

PartFile::~PartFile()
{
    if (!m_mine || m_bytes > 0) return;
    ::unlink(m_part.c_str());
    ::unlink(m_state.c_str());
}

bool PartFile::lock()
{
    for (bool said = false;; said = true) {
        m_file = Descriptor(::open(m_part.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666));
        if (!m_file) failWriting(m_part, errno);
        const bool held = ::flock(m_file.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
        if (held) { // any other failure: a file system without locks, and then without waiting
            if (!said) m_report.say("Another process is downloading " + m_to.string() + "; waiting for it.");
            pause(0.2);
            continue;
        }
        struct stat mine, named; // whoever held it may have finished, and its name may be gone
        if (::fstat(m_file.get(), &mine) != 0 || ::stat(m_part.c_str(), &named) != 0 || mine.st_ino != named.st_ino ||
            mine.st_dev != named.st_dev)
            continue;
        m_mine = true;
        return !fs::exists(m_to);
    }
}

void PartFile::resume()
{
    const auto size = static_cast<std::int64_t>(fs::file_size(m_part));
    if (size == 0) return;
    const auto state = fs::exists(m_state) ? parsed(readFile(m_state)) : Json();
    const bool known = state.is_object() && state.value("url", Json()) == m_remote.url;
    if (known && state.contains("validator") && state["validator"].is_string()) m_validator = state["validator"];
    const bool checked = !m_remote.sha256.empty() || !m_remote.md5.empty();
    if (!known || (m_validator.empty() && !checked) || (total >= 0 && size > total)) return startAnew();
    std::vector<std::byte> block(1 << 20);
    while (m_bytes < size) {
        const auto n = ::read(m_file.get(), block.data(), block.size());
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) throw Error(m_part.string() + ": cannot be read: " + std::strerror(errno));
        m_digest.add({block.data(), static_cast<std::size_t>(n)});
        m_bytes += n;
        proceed();
    }
    m_report.say("Going on with " + m_to.filename().string() + " after " + std::to_string(m_bytes) + " bytes.");
}

void PartFile::startAnew()
{
    if (::ftruncate(m_file.get(), 0) != 0) failWriting(m_part, errno);
    ::lseek(m_file.get(), 0, SEEK_SET);
    m_digest.take();
    m_bytes = 0;
    m_validator.clear();
}

void PartFile::append(std::span<const std::byte> bytes)
{
    while (!bytes.empty()) {
        const auto n = ::write(m_file.get(), bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && (errno == ENOSPC || errno == EDQUOT || errno == EFBIG))
            throw DiskError(m_part.string() + ": there is no room for the rest" +
                            (total < 0 ? "" : "; it needs " + std::to_string(total - m_bytes) + " bytes more") +
                            ". Make room on that disk." + goesOn);
        if (n < 0) failWriting(m_part, errno);
        m_digest.add(bytes.first(static_cast<std::size_t>(n)));
        m_bytes += n;
        bytes = bytes.subspan(static_cast<std::size_t>(n));
    }
}

void PartFile::remember(const std::string& validator)
{
    m_validator = validator;
    replaceFile(m_state, Json{{"url", m_remote.url}, {"validator", validator}}.dump());
}

FileHashes PartFile::finish()
{
    const auto hashes = m_digest.take();
    try {
        requireSame(m_remote, hashes, m_to, "It was thrown away; the same command begins anew.");
    } catch (const Error&) {
        startAnew();
        throw;
    }
    if (::fsync(m_file.get()) != 0) failWriting(m_part, errno);
    if (::rename(m_part.c_str(), m_to.c_str()) != 0) failWriting(m_to, errno);
    ::unlink(m_state.c_str());
    syncFolder(m_to.parent_path());
    return hashes;
}

void PartFile::proceed() const
{
    if (!m_report.progress(m_bytes, total)) throw Interrupted("Stopped." + goesOn);
}

void PartFile::pause(double seconds) const
{
    const auto until = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    do {
        proceed();
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    } while (std::chrono::steady_clock::now() < until);
}

} // namespace revisit

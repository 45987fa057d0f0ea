// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/error.h"
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace revisit {

/// "PATH: cannot be written: No space left on device; make room and try again" from errno; throws it as
/// a DiskError, or as an Error where permission is what lacks.
[[noreturn]] void failWriting(const std::filesystem::path& file, int error);

/// What a filesystem's refusal says to a user: the path, why, and what to do.
Error refusal(const std::filesystem::filesystem_error& error);

/// A file descriptor that closes itself.
class Descriptor {
public:
    explicit Descriptor(int fd = -1) : m_fd(fd) {}
    ~Descriptor();
    Descriptor(Descriptor&& other) noexcept : m_fd(other.m_fd) { other.m_fd = -1; }
    Descriptor& operator=(Descriptor&& other) noexcept;
    int get() const { return m_fd; }
    explicit operator bool() const { return m_fd >= 0; }

private:
    int m_fd;
};

/// Writes all of `bytes`; Error when that fails.
void writeAll(int fd, std::span<const std::byte> bytes, const std::filesystem::path& file);

/// Writes a file whole: a temporary one beside it, synced, then renamed over it, then the folder synced.
void replaceFile(const std::filesystem::path& file, const std::string& text);

/// Makes a rename in `folder` durable.
void syncFolder(const std::filesystem::path& folder);

/// All of a regular file; Error when it is missing, no regular file, not readable or longer than `limit` bytes.
std::string readFile(const std::filesystem::path& file, std::size_t limit = 1 << 20);

/// Error, naming it, when this is not a regular file: a device or a pipe could be read for ever.
void requireRegularFile(const std::filesystem::path& file);

} // namespace revisit

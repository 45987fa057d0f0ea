// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/error.h"
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

// What the targets share. A reader ends with a value or an Error; libFuzzer reports every other end.
namespace revisit::fuzz {

/// A file in memory that holds these bytes, and whose name can be opened, for as long as this lives.
class MemoryFile {
public:
    explicit MemoryFile(const std::string& bytes) : m_fd(::memfd_create("fuzz", MFD_CLOEXEC))
    {
        if (m_fd < 0 || ::write(m_fd, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) std::abort();
    }
    ~MemoryFile() { ::close(m_fd); }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(m_fd); }

private:
    int m_fd;
};

inline std::string textOf(const std::uint8_t* data, std::size_t size)
{
    return {reinterpret_cast<const char*>(data), size};
}

/// Calls `read`; an Error must say something.
template <class Read> void attempt(const Read& read)
{
    try {
        read();
    } catch (const Error& error) {
        if (std::string(error.what()).size() < 10) std::abort();
    }
}

} // namespace revisit::fuzz

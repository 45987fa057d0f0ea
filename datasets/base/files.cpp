// SPDX-License-Identifier: Apache-2.0
#include "datasets/base/files.h"
#include "datasets/base/error.h"
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace revisit {

void failWriting(const std::filesystem::path& file, int error)
{
    const char* cure = error == ENOSPC || error == EDQUOT || error == EFBIG
                           ? "; make room on that disk and go on from the last checkpoint"
                       : error == EACCES || error == EPERM || error == EROFS ? "; choose a folder that you may write to"
                                                                             : "";
    throw DiskError(file.string() + ": cannot be written: " + std::strerror(error) + cure);
}

Descriptor::~Descriptor()
{
    if (m_fd >= 0) ::close(m_fd);
}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept
{
    std::swap(m_fd, other.m_fd);
    return *this;
}

void writeAll(int fd, std::span<const std::byte> bytes, const std::filesystem::path& file)
{
    while (!bytes.empty()) {
        const auto written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) failWriting(file, errno);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

void replaceFile(const std::filesystem::path& file, const std::string& text)
{
    auto temporary = file;
    temporary += ".new-" + std::to_string(::getpid());
    try {
        Descriptor out(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666));
        if (!out) failWriting(temporary, errno);
        writeAll(out.get(), std::as_bytes(std::span(text)), temporary);
        if (::fsync(out.get()) != 0) failWriting(temporary, errno);
        if (::rename(temporary.c_str(), file.c_str()) != 0) failWriting(file, errno);
    } catch (...) {
        ::unlink(temporary.c_str());
        throw;
    }
    syncFolder(file.parent_path());
}

void syncFolder(const std::filesystem::path& folder)
{
    const Descriptor fd(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (fd) ::fsync(fd.get()); // some file systems refuse it for folders, and then there is nothing to be done
}

std::string readFile(const std::filesystem::path& file, std::size_t limit)
{
    const Descriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!in) throw Error(file.string() + ": cannot be read: " + std::strerror(errno));
    struct stat info;
    if (::fstat(in.get(), &info) != 0 || !S_ISREG(info.st_mode)) throw Error(file.string() + ": is not a regular file");
    std::string text;
    std::array<char, 1 << 16> part;
    while (true) {
        const auto n = ::read(in.get(), part.data(), part.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) throw Error(file.string() + ": cannot be read: " + std::strerror(errno));
        if (n == 0) return text;
        text.append(part.data(), static_cast<std::size_t>(n));
        if (text.size() > limit)
            throw Error(file.string() + ": is longer than the " + std::to_string(limit) +
                        " bytes that are read of such a file");
    }
}

std::uint32_t crc32(std::span<const std::byte> bytes, std::uint32_t start)
{
    static const auto tables = [] { // eight bytes at a time (Intel's slicing-by-8)
        std::array<std::array<std::uint32_t, 256>, 8> t{};
        for (std::uint32_t i = 0; i < 256; ++i) {
            std::uint32_t c = i;
            for (int k = 0; k < 8; ++k) c = (c >> 1) ^ (0xedb88320u & (0u - (c & 1)));
            t[0][i] = c;
        }
        for (std::uint32_t i = 0; i < 256; ++i)
            for (std::size_t k = 1; k < 8; ++k) t[k][i] = (t[k - 1][i] >> 8) ^ t[0][t[k - 1][i] & 255];
        return t;
    }();
    std::uint32_t c = ~start;
    const auto* p = reinterpret_cast<const unsigned char*>(bytes.data());
    std::size_t n = bytes.size();
    for (; n >= 8; n -= 8, p += 8) {
        std::uint32_t low, high;
        std::memcpy(&low, p, 4);
        std::memcpy(&high, p + 4, 4);
        low ^= c;
        c = tables[7][low & 255] ^ tables[6][(low >> 8) & 255] ^ tables[5][(low >> 16) & 255] ^ tables[4][low >> 24] ^
            tables[3][high & 255] ^ tables[2][(high >> 8) & 255] ^ tables[1][(high >> 16) & 255] ^
            tables[0][high >> 24];
    }
    for (; n > 0; --n, ++p) c = (c >> 8) ^ tables[0][(c ^ *p) & 255];
    return ~c;
}

} // namespace revisit

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
    const auto what = file.string() + ": cannot be written: " + std::strerror(error);
    if (error == EACCES || error == EPERM || error == EROFS)
        throw Error(what + "; choose a folder that you may write to");
    const bool full = error == ENOSPC || error == EDQUOT || error == EFBIG;
    throw DiskError(what + (full ? "; make room on that disk and try again" : ""));
}

Error refusal(const std::filesystem::filesystem_error& error)
{
    return Error(error.path1().string() + ": " + error.code().message() +
                 "; check the path, and whether you may use it");
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

void requireRegularFile(const std::filesystem::path& file)
{
    std::error_code error;
    const auto status = std::filesystem::status(file, error);
    if (status.type() == std::filesystem::file_type::not_found) throw Error(file.string() + ": there is no such file");
    if (status.type() == std::filesystem::file_type::none) throw Error(file.string() + ": " + error.message());
    if (!std::filesystem::is_regular_file(status)) throw Error(file.string() + ": is not a regular file");
}

} // namespace revisit

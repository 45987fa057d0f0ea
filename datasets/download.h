// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/error.h"
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace revisit {

/// The network, the server or the user broke off: what came is kept, and the same download goes on from there.
class Interrupted : public Error {
public:
    using Error::Error;
};

/// A file at an address, and what is known of it: -1 bytes and empty hashes where nothing is.
struct Remote {
    std::string url; ///< http or https
    std::int64_t bytes = -1;
    std::string sha256 = {}, md5 = {}; ///< lower-case hexadecimal
};

struct DownloadLimits {
    std::int64_t connectS = 20, stallS = 30; ///< a stall is less than 1 kB/s for so long
    int retries = 5;                         ///< in a row that bring nothing new, with pauses of 1, 2, 4, ... s
    std::string proxy = {};                  ///< empty: none, whatever the environment says
};

struct DownloadReport {
    /// Bytes here and in all (-1: the server does not say); false stops.
    std::function<bool(std::int64_t, std::int64_t)> progress;
    /// A sentence of what is otherwise not seen: waiting, trying again, starting anew.
    std::function<void(const std::string&)> say;
};

struct FileHashes {
    std::int64_t bytes = 0;
    std::string sha256, md5; ///< md5 is empty unless it was asked for
};

/// Downloads a file into `to`.part, from where an earlier download stands, checks length and hashes, syncs it and gives
/// it its name. Another process that downloads the same is waited for. Error: the address or the file is wrong;
/// Interrupted: try again; DiskError: no room.
FileHashes download(const Remote& remote, const std::filesystem::path& to, const DownloadLimits& limits,
                    const DownloadReport& report);

/// What the server says is its size; -1 when it does not say, or cannot be asked now.
std::int64_t remoteBytes(const std::string& url, const DownloadLimits& limits);

/// A file on disk, read whole.
FileHashes hashesOf(const std::filesystem::path& file, bool md5, const DownloadReport& report);

/// Error, with what was expected and what came, when a file is not the one meant.
void requireSame(const Remote& remote, const FileHashes& hashes, const std::filesystem::path& file,
                 const std::string& cure);

} // namespace revisit

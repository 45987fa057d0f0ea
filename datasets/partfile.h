// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/files.h"
#include "datasets/digest.h"

namespace revisit {

/// What follows every interruption.
inline const std::string goesOn = " What came is kept; the same command goes on from there.";

/// A file on its way: NAME.part, which one process at a time holds, hashed as it grows, and NAME.part.json, which says
/// what it is a part of.
class PartFile {
public:
    PartFile(const Remote& remote, const std::filesystem::path& to, const DownloadReport& report);
    ~PartFile(); ///< leaves no empty one
    PartFile(const PartFile&) = delete;
    PartFile& operator=(const PartFile&) = delete;

    /// Waits for whoever downloads the same file; false when they brought it.
    bool lock();
    /// Takes up what an earlier download left, unless nothing could tell whether it is still the same file.
    void resume();
    void startAnew();
    void append(std::span<const std::byte> bytes);
    /// Keeps how the server tells this version of the file from others: an ETag, a date or nothing.
    void remember(const std::string& validator);
    /// Checks it and gives it its name; a wrong one is removed.
    FileHashes finish();
    /// Interrupted when the user wants to stop.
    void proceed() const;
    void pause(double seconds) const;

    std::int64_t bytes() const { return m_bytes; }
    const std::string& validator() const { return m_validator; }
    std::int64_t total; ///< as soon as it is known, and -1

private:
    const Remote& m_remote;
    const std::filesystem::path m_to, m_part, m_state;
    const DownloadReport& m_report;
    Descriptor m_file;
    bool m_mine = false;
    Digest m_digest;
    std::int64_t m_bytes = 0;
    std::string m_validator;
};

} // namespace revisit

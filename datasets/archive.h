// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace revisit {

/// A zip file, read entry by entry into memory. It trusts no file: an entry that climbs out of its folder, a link, a
/// name twice or a size beyond reason is an Error that names it. One handle a thread.
class Archive {
public:
    static constexpr std::uint64_t maxEntries = 1'000'000, maxEntryBytes = 256ull << 20, maxRatio = 1000;

    explicit Archive(const std::filesystem::path& file);
    ~Archive();
    Archive(const Archive&) = delete;
    Archive& operator=(const Archive&) = delete;

    struct Item {
        std::string name;    ///< relative, with "/"
        std::uint64_t index; ///< for read()
        std::uint64_t bytes; ///< as declared
    };
    /// Its files, folders left out. Checked here, so that one Archive may list and others read.
    std::vector<Item> items() const;
    /// The entry's bytes; Error when it is damaged, cut short or not of its declared size.
    std::vector<std::byte> read(const Item& item) const;

private:
    struct Open;
    std::unique_ptr<Open> m_open;
};

} // namespace revisit

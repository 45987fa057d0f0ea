// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/params.h"
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace revisit {

/// A file of a data set that may be downloaded; -1 bytes and empty hashes where the publisher gives none.
struct CatalogueFile {
    std::string name, url;
    std::int64_t bytes = -1;
    std::string sha256, md5;
};

/// A data set that somebody publishes: an entry of resources/datasets.json.
struct CatalogueEntry {
    std::string name, title, about, licence, citation, attribution;
    std::vector<std::string> sensors;
    std::string unpacks, opens;       ///< what comes out of the files, and what opens that
    std::string how;                  ///< where it cannot be downloaded just so: how to get it
    std::int64_t aboutBytes = -1;     ///< of all files, roughly, where their exact sizes are not all known
    std::vector<CatalogueFile> files; ///< none where `how` says what to do instead

    /// The sum of its files' sizes, or the rough one; -1 where neither is known.
    std::int64_t bytes() const;
};

/// Error, with file and key, for what is missing, of the wrong kind, or would climb out of its folder.
std::vector<CatalogueEntry> readCatalogue(const std::filesystem::path& file);

/// The entry of this name; Error, with the nearest name, when there is none.
const CatalogueEntry& entryNamed(const std::vector<CatalogueEntry>& all, const std::string& name);

} // namespace revisit

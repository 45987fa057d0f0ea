// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/component.h"
#include "datasets/pack.h"
#include <optional>

namespace revisit {

/// Where patches come from.
class Dataset : public Component {
public:
    /// Error when the source is plainly not there; quick, reads no pixels.
    virtual void check() const = 0;
    /// The pack that holds its patches, made in `cache` first if it is not there yet (then `progress` is told). Error
    /// when the source is missing or cannot be read.
    virtual std::shared_ptr<Pack> open(const std::filesystem::path& cache, const Progress& progress) = 0;
};

const std::vector<Entry<Dataset>>& datasets();
/// As the make() of every list, but says what to do about a data set that this engine was built without.
std::unique_ptr<Dataset> make(const std::vector<Entry<Dataset>>& list, const std::string& name, const std::string& key);

/// The "dataset" section for a file or folder that someone points at: by its name, what it is beside and what its bands
/// are called. Error where it is nothing that this engine reads.
Json recognised(const std::filesystem::path& source);
/// What is in an image or a table, all of it read, as `data show --json` prints it; nothing where `source` is neither.
std::optional<Json> inspected(const std::filesystem::path& source, const Progress& progress);

/// The per-user folder for packs and other files that can be made again: $REVISIT_CACHE, else $XDG_CACHE_HOME/revisit,
/// else ~/.cache/revisit.
std::filesystem::path cacheFolder();

} // namespace revisit

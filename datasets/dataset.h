// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/component.h"
#include "datasets/pack.h"

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

/// The per-user folder for packs and other files that can be made again: $REVISIT_CACHE, else $XDG_CACHE_HOME/revisit,
/// else ~/.cache/revisit.
std::filesystem::path cacheFolder();

} // namespace revisit

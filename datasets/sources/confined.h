// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/dataset.h"
#include <optional>

namespace revisit {

/// Told which file is about to be read.
using Touch = std::function<void(const std::filesystem::path&)>;

/// A data set in files that can crash or hang the library which reads them. Its pack is made by another process, this
/// program once more, with a limit on memory; here, that pack is only opened. However the other process ends, it
/// becomes an Error that names the file it was reading.
class Confined : public Dataset {
public:
    static constexpr std::int64_t maxMemoryBytes = 4ll << 30;

    std::shared_ptr<Pack> open(const std::filesystem::path& cache, const Progress& progress) final;
    /// Writes the pack; only in the process with the limits.
    virtual void pack(const std::filesystem::path& file, const Progress& progress, const Touch& touch) const = 0;

protected:
    virtual const char* name() const = 0; ///< in the list of data sets
    /// What errors speak of where no file was being read.
    virtual std::filesystem::path source() const = 0;
    /// All that the pack is made from.
    virtual std::vector<std::filesystem::path> files() const = 0;
};

/// Where this program was started to make such a pack, makes it and returns the exit code. The first thing in main() of
/// every program that opens data sets.
std::optional<int> packConfined(int argc, char** argv);

} // namespace revisit

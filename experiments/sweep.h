// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/params.h"
#include <filesystem>

namespace revisit {

/// Many runs out of one file: every setting with every seed. docs/sweeps.md says what may stand in it.
struct Sweep {
    struct Run {
        std::string folder; ///< a name that any file system takes
        std::string label;  ///< for people, without the seed
        Json run;           ///< run.json
        bool paced = false; ///< its steps are to be found, that the minutes be filled
        /// Equal for runs that differ by the seed alone.
        std::string group() const { return run.at("group").get<std::string>(); }
    };
    std::string name;
    double minutes = 0;    ///< of training each run is to have; 0: as many steps as it names
    double epochs = 0;     ///< after which all are compared; 0: as many as the slowest reaches
    std::vector<Run> runs; ///< the first seed of every setting, then the second
};

/// Understands a sweep's file; `set` ("training.batch" and the like) goes over its base, and relative paths in it begin
/// in `folder`. Every run is one that Experiment takes. Error, naming the run and the key.
Sweep sweepOf(const Json& file, const Json& set, const std::filesystem::path& folder);

/// The name of a sweep's file; Error when it has none.
std::string sweepName(const Json& file);

/// Lower case, digits, dots and dashes: what is left of a text in a file's name.
std::string fileName(const std::string& text);

} // namespace revisit

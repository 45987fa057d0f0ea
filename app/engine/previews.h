// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/pack.h"
#include <map>

namespace revisit {

/// Answers `serve`'s questions about data; keeps the last data set open. Any of it may throw Error. One thread at a
/// time.
class Previews {
public:
    Json recognise(const Json& request, const Progress& progress);
    Json patches(const Json& request, const Progress& progress);
    Json pixels(const Json& request, const Progress& progress);
    Json spectrum(const Json& request, const Progress& progress);
    Json batch(const Json& request, const Progress& progress);
    Json tiles(const Json& request, const Progress& progress);
    Json views(const Json& request, const Progress& progress);
    Json estimate(const Json& request, const Progress& progress);
    Json network(const Json& request, const Progress& progress);

private:
    std::shared_ptr<Pack> open(const Json& config, const Progress& progress);
    std::string m_source; // the data set's settings, as text
    std::shared_ptr<Pack> m_whole;
    std::map<std::string, std::shared_ptr<Pack>> m_parts; // what of it is seen, by the settings that say so
};

/// The problems of a run.json, as protocol.md's `validate` answers them.
Json validate(const Json& config);

} // namespace revisit

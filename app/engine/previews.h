// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/pack.h"

namespace revisit {

/// Answers `serve`'s questions about data; keeps the last data set open. Any of it may throw Error. One thread at a
/// time.
class Previews {
public:
    Json tiles(const Json& request, const Progress& progress);
    Json views(const Json& request, const Progress& progress);
    Json estimate(const Json& request, const Progress& progress);
    Json network(const Json& request, const Progress& progress);

private:
    std::shared_ptr<Pack> open(const Json& config, const Progress& progress);
    std::string m_wanted; // its settings, as text
    std::shared_ptr<Pack> m_pack;
};

/// The problems of a run.json, as protocol.md's `validate` answers them.
Json validate(const Json& config);

} // namespace revisit

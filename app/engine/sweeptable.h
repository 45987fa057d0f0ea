// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "experiments/sweep.h"

namespace revisit {

/// What became of a sweep's runs in `workspace`: `runs` with the state of each, and `groups` with means and deviations
/// over the seeds of what has finished; docs/sweeps.md has its keys.
Json tableOf(const Sweep& sweep, const std::filesystem::path& workspace);

/// That for a terminal, or as Markdown.
std::string shown(const Json& table, bool markdown);

} // namespace revisit

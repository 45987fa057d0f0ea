// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "experiments/experiment.h"
#include "experiments/views.h"

namespace revisit {

/// What a masked objective makes of these patches, the same cells hidden each time, written into the run's
/// reconstructions folder; the `preview` event, or null where the objective has nothing to show.
Json writeReconstruction(const std::filesystem::path& run, std::int64_t step, const Experiment& experiment,
                         Networks& networks, const Views& views, std::span<const std::int64_t> patches);

} // namespace revisit

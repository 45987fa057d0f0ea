// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/params.h"
#include "experiments/network.h"

namespace revisit {

/// The settings of a projector, which many objectives put on the backbone.
struct Projector {
    std::vector<std::int64_t> widths;
    std::string norm = "batch";
    void params(Params& p);
    std::shared_ptr<Head> build(std::int64_t inputs, Ending ending, bool gelu = false) const;
};

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "experiments/backbone.h"

namespace revisit {

/// What a network asks for.
struct Cost {
    std::int64_t parameters;
    std::int64_t multiplyAdds; ///< of one image's forward pass: convolutions, linear layers and attention
};

/// Builds the network and lets it look at one image, counting what LibTorch is asked to do.
Cost cost(const Backbone& backbone, std::int64_t bands, std::int64_t sizePx);

} // namespace revisit

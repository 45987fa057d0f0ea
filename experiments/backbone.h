// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/component.h"
#include "experiments/network.h"

namespace revisit {

/// An architecture: what turns an image into features.
class Backbone : public Component {
public:
    /// A network [N, bands, sizePx, sizePx] -> [N, width], its weights not yet initialised. Error when the size is too
    /// small for it.
    virtual std::shared_ptr<Net> build(std::int64_t bands, std::int64_t sizePx) const = 0;
};

const std::vector<Entry<Backbone>>& backbones();

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/component.h"
#include "datasets/pack.h"

namespace revisit {

/// What each patch is for, in the patches' order.
using Splits = std::vector<Split>;

/// Which patches are for training and which for tests.
class Splitter : public Component {
public:
    /// It follows from the parameters and the patches alone, not from their order or a run's seed, so that runs are
    /// tested on the same ground. All looks at a place are for the same, but where it is split by time. Error, naming
    /// the data set, where a patch lacks the place or date that it needs, or where nothing would be left to train on or
    /// to test.
    virtual Splits split(const Pack& pack) const = 0;
    /// Whether tests are meant to be other looks at ground that training may show.
    virtual bool isByTime() const { return false; }
};

const std::vector<Entry<Splitter>>& splitters();

} // namespace revisit

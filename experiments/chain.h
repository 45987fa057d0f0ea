// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "experiments/augmentation.h"

namespace revisit {

/// One of every augmentation, in the list's order: `augmentations` of run.json.
class Chain {
public:
    /// All at their defaults, which suit Earth observation: geometry on, colours nearly left alone.
    Chain();
    /// Sets what `values` has, {"crop": {"min_area": 0.1}, ...}. Error for an unknown name or parameter and for a value
    /// out of range.
    void read(const Json& values);
    /// Every parameter with its present value, as `read` takes them.
    Json values() const;
    /// Sets a live parameter, `key` being below `augmentations` ("blur.probability"), and returns what it was. Error,
    /// and then nothing is changed, when there is none, it is not live or check() refuses the outcome. Not while
    /// plan() is under way.
    Json set(const std::string& key, const Json& value, const ViewContext& context);
    /// Error when what is switched on cannot apply to these data.
    void check(const ViewContext& context) const;
    /// The plan of the sample at `position` of a batch: a function of these five alone, where each augmentation draws
    /// from its own stream, so that changing one leaves the others' draws as they are.
    ViewPlan plan(const ViewContext& context, std::uint64_t seed, std::int64_t step, int view,
                  std::int64_t position) const;

private:
    struct Link {
        std::string name, part; // part: of the random stream
        std::unique_ptr<Augmentation> augmentation;
    };
    std::vector<Link> m_links;
    Augmentation& find(const std::string& name, const std::string& key) const;
};

} // namespace revisit

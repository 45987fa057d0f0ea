// SPDX-License-Identifier: Apache-2.0
#include "datasets/splitter.h"

namespace revisit {
namespace {

class Given final : public Splitter {
public:
    About about() const override
    {
        return {"The data set's own split", "What the data set itself sets aside for tests.",
                "The data set's authors; where they say nothing, docs/data.md tells what is set aside."};
    }
    void params(Params&) override {}
    Splits split(const Pack& pack) const override
    {
        Splits splits;
        for (const auto& patch : pack.patches()) splits.push_back(patch.split);
        return splits;
    }
};

} // namespace

std::unique_ptr<Splitter> makeGivenSplit();
std::unique_ptr<Splitter> makeGivenSplit() { return std::make_unique<Given>(); }

} // namespace revisit

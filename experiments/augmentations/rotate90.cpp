// SPDX-License-Identifier: Apache-2.0
#include "experiments/augmentation.h"

namespace revisit {
namespace {

class Rotate90 final : public Augmentation {
public:
    Rotate90() : Augmentation(1) {}
    About about() const override
    {
        return {"Quarter turns", "Turns the view by 0, 90, 180 or 270 degrees, each equally likely.",
                "Common practice; harmless for imagery seen from the nadir"};
    }
    void state(ViewPlan& plan, Random& random, const ViewContext& context) const override
    {
        const Affine quarter{.xx = 0, .xy = 1, .yx = -1, .yy = 0, .y0 = static_cast<double>(context.outputPx)};
        for (auto turns = random.below(4); turns > 0; --turns) plan.warp = plan.warp * quarter;
    }
};

} // namespace

std::unique_ptr<Augmentation> makeRotate90() { return std::make_unique<Rotate90>(); }

} // namespace revisit

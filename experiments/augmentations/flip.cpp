// SPDX-License-Identifier: Apache-2.0
#include "experiments/augmentation.h"

namespace revisit {
namespace {

class Flip final : public Augmentation {
public:
    Flip() : Augmentation(1) {}
    About about() const override
    {
        return {"Flip", "Mirrors the view: from above, left and right mean nothing.",
                "Common practice; harmless for imagery seen from the nadir"};
    }
    void params(Params& p) override
    {
        Augmentation::params(p);
        p("horizontal", m_horizontal, "Share of the views in which left and right are swapped.").range(0, 1).live();
        p("vertical", m_vertical, "Share of the views in which top and bottom are swapped.").range(0, 1).live();
    }
    void state(ViewPlan& plan, Random& random, const ViewContext& context) const override
    {
        const auto s = static_cast<double>(context.outputPx);
        if (random.chance(m_horizontal)) plan.warp = plan.warp * Affine{.xx = -1, .x0 = s};
        if (random.chance(m_vertical)) plan.warp = plan.warp * Affine{.yy = -1, .y0 = s};
    }

private:
    double m_horizontal = 0.5, m_vertical = 0.5;
};

} // namespace

std::unique_ptr<Augmentation> makeFlip() { return std::make_unique<Flip>(); }

} // namespace revisit

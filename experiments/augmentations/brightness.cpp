// SPDX-License-Identifier: Apache-2.0
#include "experiments/augmentation.h"

namespace revisit {
namespace {

class Brightness final : public Augmentation {
public:
    Brightness() : Augmentation(0) {}
    About about() const override
    {
        return {"Brightness per band", "Makes each band brighter or darker on its own, as haze and sun do, a little.",
                "A gain for each band; physical values, never clipped"};
    }
    void params(Params& p) override
    {
        Augmentation::params(p);
        p("strength", m_strength, "Each band is multiplied by a factor between 1 - strength and 1 + strength.")
            .range(0, 1)
            .live();
    }
    void state(ViewPlan& plan, Random& random, const ViewContext& context) const override
    {
        BandMap map(context.bands);
        for (std::int64_t c = 0; c < context.bands; ++c)
            map.pixel(c, c) = random.uniform(1 - m_strength, 1 + m_strength);
        plan.bands = plan.bands.then(map);
    }

private:
    double m_strength = 0.1;
};

} // namespace

std::unique_ptr<Augmentation> makeBrightness() { return std::make_unique<Brightness>(); }

} // namespace revisit

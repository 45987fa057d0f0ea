// SPDX-License-Identifier: Apache-2.0
#include "experiments/augmentation.h"

namespace revisit {
namespace {

class Contrast final : public Augmentation {
public:
    Contrast() : Augmentation(0) {}
    About about() const override
    {
        return {"Contrast per band", "Stretches or flattens each band about its mean over the view, on its own.",
                "A gain about the mean for each band; physical values, never clipped"};
    }
    void params(Params& p) override
    {
        Augmentation::params(p);
        p("strength", m_strength,
          "Each band's differences from its mean are multiplied by a factor between 1 - strength and 1 + strength.")
            .range(0, 1)
            .live();
    }
    void state(ViewPlan& plan, Random& random, const ViewContext& context) const override
    {
        BandMap map(context.bands);
        for (std::int64_t c = 0; c < context.bands; ++c) {
            const double gain = random.uniform(1 - m_strength, 1 + m_strength);
            map.pixel(c, c) = gain;
            map.mean(c, c) = 1 - gain;
        }
        plan.bands = plan.bands.then(map);
    }

private:
    double m_strength = 0.1;
};

} // namespace

std::unique_ptr<Augmentation> makeContrast() { return std::make_unique<Contrast>(); }

} // namespace revisit

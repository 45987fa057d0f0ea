// SPDX-License-Identifier: Apache-2.0
#include "experiments/augmentation.h"

namespace revisit {
namespace {

class Noise final : public Augmentation {
public:
    Noise() : Augmentation(0) {}
    About about() const override
    {
        return {"Noise", "Adds Gaussian noise to every pixel of every band, as a sensor does.",
                "White noise; the sum of twelve bytes of a hash, so that every device adds the same"};
    }
    void params(Params& p) override
    {
        Augmentation::params(p);
        p("strength", m_strength, "Deviation of the noise, in units of each band's own deviation over the data.")
            .range(0, 2)
            .live();
    }
    void state(ViewPlan& plan, Random& random, const ViewContext&) const override
    {
        plan.noise = m_strength;
        plan.noiseKey = random();
    }

private:
    double m_strength = 0.1;
};

} // namespace

std::unique_ptr<Augmentation> makeNoise() { return std::make_unique<Noise>(); }

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "experiments/augmentation.h"
#include "experiments/colour.h"

namespace revisit {
namespace {

class Jitter final : public Augmentation {
public:
    Jitter() : Augmentation(0) {}
    About about() const override
    {
        return {
            "Colour jitter", "Changes brightness, contrast, saturation and hue of red, green and blue together.",
            "Chen et al. 2020, arXiv 2002.05709; here linear, never clipped, hue as a rotation about the grey axis"};
    }
    void params(Params& p) override
    {
        Augmentation::params(p);
        p("brightness", m_brightness, "Factor of all three bands: between 1 - this and 1 + this.").range(0, 1).live();
        p("contrast", m_contrast, "Factor of the differences from the view's mean luminance: 1 - this to 1 + this.")
            .range(0, 1)
            .live();
        p("saturation", m_saturation, "Factor of the differences from each pixel's luminance: 1 - this to 1 + this.")
            .range(0, 1)
            .live();
        p("hue", m_hue, "Colours turn about the grey axis by up to this part of a full turn, either way.")
            .range(0, 0.5)
            .unit("turns")
            .live();
    }
    void check(const ViewContext& context, const std::string& path) const override
    {
        if (!context.hasRgb())
            throw Error(path +
                            ": the data have no bands called red, green and blue; use brightness and contrast, which " +
                            "work on any bands, and set " + path + ".probability to 0",
                        path + ".probability");
    }
    void state(ViewPlan& plan, Random& random, const ViewContext& context) const override
    {
        const auto factor = [&](double strength) { return random.uniform(1 - strength, 1 + strength); };
        const Colour colour(context.bands, context.rgb);
        plan.bands = plan.bands.then(colour.brightness(factor(m_brightness)));
        plan.bands = plan.bands.then(colour.contrast(factor(m_contrast)));
        plan.bands = plan.bands.then(colour.saturation(factor(m_saturation)));
        plan.bands = plan.bands.then(colour.hue(random.uniform(-m_hue, m_hue)));
    }

private:
    double m_brightness = 0.4, m_contrast = 0.4, m_saturation = 0.4, m_hue = 0.1;
};

} // namespace

std::unique_ptr<Augmentation> makeJitter() { return std::make_unique<Jitter>(); }

} // namespace revisit

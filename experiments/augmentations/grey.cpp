// SPDX-License-Identifier: Apache-2.0
#include "experiments/augmentation.h"
#include "experiments/colour.h"

namespace revisit {
namespace {

class Grey final : public Augmentation {
public:
    Grey() : Augmentation(0) {}
    About about() const override
    {
        return {"Grey", "Takes all colour away: every band shows the same picture.",
                "Chen et al. 2020, arXiv 2002.05709; other than RGB: the mean of the standardised bands"};
    }
    void state(ViewPlan& plan, Random&, const ViewContext& context) const override
    {
        plan.bands = plan.bands.then(
            context.bands == 3 && context.hasRgb() ? Colour(context.bands, context.rgb).saturation(0) : mean(context));
    }

private:
    /// Bands may differ in unit, so that each is averaged, and shown, in its own deviations from its own mean.
    static BandMap mean(const ViewContext& context)
    {
        BandMap map(std::vector<double>(context.mean.size()), context.mean);
        for (std::int64_t to = 0; to < context.bands; ++to)
            for (std::int64_t from = 0; from < context.bands; ++from) {
                const auto t = static_cast<std::size_t>(to), f = static_cast<std::size_t>(from);
                const double weight = context.deviation[t] / context.deviation[f] / static_cast<double>(context.bands);
                map.pixel(to, from) = weight;
                map.offset(to) -= weight * context.mean[f];
            }
        return map;
    }
};

} // namespace

std::unique_ptr<Augmentation> makeGrey() { return std::make_unique<Grey>(); }

} // namespace revisit

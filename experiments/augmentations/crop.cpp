// SPDX-License-Identifier: Apache-2.0
#include "experiments/augmentation.h"
#include <algorithm>
#include <cmath>

namespace revisit {
namespace {

class Crop final : public Augmentation {
public:
    Crop() : Augmentation(1) {}
    About about() const override
    {
        return {"Crop", "Shows a random part of the patch, stretched to the full view.",
                "Random resized crop: Szegedy et al. 2014, arXiv 1409.4842"};
    }
    void params(Params& p) override
    {
        Augmentation::params(p);
        p("min_area", m_minArea, "Least share of the patch that a view shows.").range(0.01, 1).live();
        p("max_area", m_maxArea, "Greatest share of the patch that a view shows.").range(0.01, 1).live();
        p("min_ratio", m_minRatio, "Least width over height of the part.").range(0.1, 10).live().advanced();
        p("max_ratio", m_maxRatio, "Greatest width over height of the part.").range(0.1, 10).live().advanced();
    }
    bool always(const ViewContext& context) const override { return context.maxArea > 0; }
    void check(const ViewContext&, const std::string& path) const override
    {
        checkOrder(m_minArea, m_maxArea, path, "min_area", "max_area");
        checkOrder(m_minRatio, m_maxRatio, path, "min_ratio", "max_ratio");
    }
    /// The area is uniform, and the ratio log-uniform over those that let this area fit: nothing is rejected, so that
    /// areas near 1 are as likely as stated.
    void state(ViewPlan& plan, Random& random, const ViewContext& context) const override
    {
        const bool told = context.maxArea > 0;
        const double area = random.uniform(told ? context.minArea : m_minArea, told ? context.maxArea : m_maxArea);
        const double low = std::clamp(area, m_minRatio, m_maxRatio),
                     high = std::clamp(1 / area, m_minRatio, m_maxRatio);
        const double ratio = std::exp(random.uniform(std::log(low), std::log(high)));
        const double width = std::min({std::sqrt(area * ratio), 1.0, ratio}), height = width / ratio;
        const auto s = static_cast<double>(context.outputPx);
        plan.warp = plan.warp * Affine{.xx = width,
                                       .x0 = random.uniform(0, 1 - width) * s,
                                       .yy = height,
                                       .y0 = random.uniform(0, 1 - height) * s};
    }

private:
    double m_minArea = 0.2, m_maxArea = 1, m_minRatio = 0.75, m_maxRatio = 4.0 / 3;
};

} // namespace

std::unique_ptr<Augmentation> makeCrop() { return std::make_unique<Crop>(); }

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "experiments/augmentation.h"
#include <cmath>

namespace revisit {
namespace {

class Blur final : public Augmentation {
public:
    Blur() : Augmentation(0) {}
    About about() const override
    {
        return {"Blur", "Softens the view with a Gaussian of random width.", "Chen et al. 2020, arXiv 2002.05709"};
    }
    void params(Params& p) override
    {
        Augmentation::params(p);
        p("min_sigma", m_minSigma, "Least width of the Gaussian.").range(0.05, 10).unit("px").live();
        p("max_sigma", m_maxSigma, "Greatest width of the Gaussian.").range(0.05, 10).unit("px").live();
    }
    void check(const ViewContext&, const std::string& path) const override
    {
        checkOrder(m_minSigma, m_maxSigma, path, "min_sigma", "max_sigma");
    }
    void state(ViewPlan& plan, Random& random, const ViewContext&) const override
    {
        plan.blurSigmaPx = random.uniform(m_minSigma, m_maxSigma);
        plan.blurRadiusPx = static_cast<std::int64_t>(std::ceil(3 * plan.blurSigmaPx));
    }

private:
    double m_minSigma = 0.1, m_maxSigma = 2;
};

} // namespace

std::unique_ptr<Augmentation> makeBlur() { return std::make_unique<Blur>(); }

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "experiments/schedule.h"
#include <cmath>
#include <numbers>

namespace revisit {

void Schedule::params(Params& p)
{
    p("shape", m_shape, "After the rise: fall along half a cosine, to a tenth after 60 % and 80 % of the run, or stay.")
        .choices({"cosine", "step", "constant"});
    p("warmup", m_warmup, "Share of the run in which the learning rate rises from zero.").range(0, 1);
    p("final", m_final, "The learning rate at the end of a cosine, as a share of its largest.").range(0, 1).advanced();
    p("batch_scaling", m_scaling,
      "How the learning rate grows with the batch: not, in proportion (Goyal et al. 2017), or with its square root.")
        .choices({"none", "linear", "sqrt"})
        .advanced();
    p("scaling_batch", m_scalingBatch, "The batch at which scaling leaves the learning rate as it is.")
        .range(1, 65536)
        .unit("patches")
        .advanced();
}

double Schedule::factor(std::int64_t step, std::int64_t steps) const
{
    const auto rise = static_cast<std::int64_t>(std::llround(m_warmup * static_cast<double>(steps)));
    if (step <= rise) return static_cast<double>(step) / static_cast<double>(rise);
    if (m_shape == "constant") return 1;
    if (m_shape == "step") return step * 10 > steps * 8 ? 0.01 : step * 10 > steps * 6 ? 0.1 : 1;
    return cosine(step - 1 - rise, steps - rise, 1, m_final);
}

double Schedule::scale(std::int64_t batch) const
{
    const double ratio = static_cast<double>(batch) / static_cast<double>(m_scalingBatch);
    return m_scaling == "linear" ? ratio : m_scaling == "sqrt" ? std::sqrt(ratio) : 1;
}

double cosine(std::int64_t step, std::int64_t steps, double start, double end)
{
    if (steps <= 1) return end;
    const double done = static_cast<double>(step) / static_cast<double>(steps - 1);
    return end + (start - end) * (std::cos(std::numbers::pi * done) + 1) / 2;
}

} // namespace revisit

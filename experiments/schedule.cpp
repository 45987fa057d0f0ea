// SPDX-License-Identifier: Apache-2.0
#include "experiments/schedule.h"
#include <cmath>
#include <numbers>

namespace revisit {

void Schedule::params(Params& p)
{
    p("shape", m_shape, "After the rise: fall along half a cosine, or stay.").choices({"cosine", "constant"});
    p("warmup", m_warmup, "Share of the run in which the learning rate rises from zero.").range(0, 1);
    p("final", m_final, "The learning rate at the end, as a share of its largest.").range(0, 1).advanced();
}

double Schedule::factor(std::int64_t step, std::int64_t steps) const
{
    const auto rise = static_cast<std::int64_t>(std::llround(m_warmup * static_cast<double>(steps)));
    if (step <= rise) return static_cast<double>(step) / static_cast<double>(rise);
    if (m_shape == "constant") return 1;
    return cosine(step - 1 - rise, steps - rise, 1, m_final);
}

double cosine(std::int64_t step, std::int64_t steps, double start, double end)
{
    if (steps <= 1) return end;
    const double done = static_cast<double>(step) / static_cast<double>(steps - 1);
    return end + (start - end) * (std::cos(std::numbers::pi * done) + 1) / 2;
}

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "experiments/rendering.h"
#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace revisit {
namespace {

Axis axis(double scale, double offset, const ViewContext& context)
{
    const double end = offset + scale * static_cast<double>(context.outputPx);
    constexpr double rounding = 1e-6; // of warps that meet a pixel's edge
    const auto low = static_cast<std::int64_t>(std::floor(std::min(offset, end) + rounding));
    const auto high = static_cast<std::int64_t>(std::ceil(std::max(offset, end) - rounding));
    const auto first = std::clamp<std::int64_t>(low, 0, context.sourcePx - 1);
    return {scale, offset, first, std::clamp<std::int64_t>(high, first + 1, context.sourcePx)};
}

} // namespace

Rendering::Rendering(const ViewPlan& plan, const ViewContext& context, const BandMap& finish)
    : x(axis(plan.warp.xx + plan.warp.xy, plan.warp.x0, context)),
      y(axis(plan.warp.yx + plan.warp.yy, plan.warp.y0, context)),
      turned(plan.warp.xx == 0),
      sigma(plan.blurSigmaPx),
      radius(std::min(plan.blurRadiusPx, context.outputPx - 1)),
      bands(BandMap(context.scale, context.offset).then(plan.bands).then(finish)),
      noise(context.mean.size()),
      noiseKey(plan.noiseKey)
{
    const auto& w = plan.warp;
    if (!(w.xy == 0 && w.yx == 0 && w.xx * w.yy != 0) && !(w.xx == 0 && w.yy == 0 && w.xy * w.yx != 0))
        throw std::logic_error("a warp turns by other than quarter turns; the executors resample along the axes only");
    for (std::size_t c = 0; c < noise.size(); ++c) {
        const auto band = static_cast<std::int64_t>(c);
        absent.push_back(static_cast<float>((context.mean[c] - context.offset[c]) / context.scale[c]));
        noise[c] = plan.noise * std::abs(finish.pixel(band, band)) * context.deviation[c];
    }
}

} // namespace revisit

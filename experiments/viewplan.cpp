// SPDX-License-Identifier: Apache-2.0
#include "experiments/viewplan.h"
#include "datasets/pack.h"
#include <algorithm>

namespace revisit {

Affine operator*(const Affine& first, const Affine& second)
{
    const auto& a = first;
    const auto& b = second;
    return {a.xx * b.xx + a.xy * b.yx, a.xx * b.xy + a.xy * b.yy, a.xx * b.x0 + a.xy * b.y0 + a.x0,
            a.yx * b.xx + a.yy * b.yx, a.yx * b.xy + a.yy * b.yy, a.yx * b.x0 + a.yy * b.y0 + a.y0};
}

BandMap::BandMap(std::int64_t n)
    : BandMap(std::vector<double>(static_cast<std::size_t>(n), 1.0), std::vector<double>(static_cast<std::size_t>(n)))
{}

BandMap::BandMap(const std::vector<double>& gain, const std::vector<double>& offset)
    : m_pixel(gain.size() * gain.size()),
      m_mean(m_pixel.size()),
      m_offset(offset)
{
    for (std::int64_t c = 0; c < size(); ++c) pixel(c, c) = gain[static_cast<std::size_t>(c)];
}

bool BandMap::usesMean() const
{
    return std::any_of(m_mean.begin(), m_mean.end(), [](double weight) { return weight != 0; });
}

BandMap BandMap::then(const BandMap& next) const
{
    const auto n = size();
    BandMap all(std::vector<double>(m_offset.size()), next.m_offset);
    for (std::int64_t to = 0; to < n; ++to)
        for (std::int64_t via = 0; via < n; ++via) {
            const double a = next.pixel(to, via), b = next.mean(to, via);
            if (a == 0 && b == 0) continue; // most maps are nearly diagonal
            for (std::int64_t from = 0; from < n; ++from) {
                all.pixel(to, from) += a * pixel(via, from);
                all.mean(to, from) += a * mean(via, from) + b * (pixel(via, from) + mean(via, from));
            }
            all.offset(to) += (a + b) * offset(via);
        }
    return all;
}

Box ViewPlan::box(std::int64_t outputPx) const
{
    const auto s = static_cast<double>(outputPx);
    const double width = std::abs(warp.xx + warp.xy) * s, height = std::abs(warp.yx + warp.yy) * s;
    const double x = warp.x0 + std::min(0.0, warp.xx + warp.xy) * s, y = warp.y0 + std::min(0.0, warp.yx + warp.yy) * s;
    return {x, y, width, height};
}

ViewContext::ViewContext(const Pack& pack, std::int64_t output)
    : bands(static_cast<std::int64_t>(pack.format().bands())),
      sourcePx(pack.format().sizePx),
      outputPx(output),
      gsdM(pack.format().gsdM)
{
    const auto& format = pack.format();
    for (const auto& channel : format.channels()) {
        scale.push_back(format.band(channel).scale);
        offset.push_back(format.band(channel).offset);
    }
    for (const auto& statistics : pack.statistics()) {
        mean.push_back(statistics.mean);
        deviation.push_back(statistics.deviation > 0 ? statistics.deviation : 1);
    }
    const char* const colours[] = {"red", "green", "blue"};
    for (std::size_t i = 0; i < 3; ++i) rgb[i] = format.channelOf(colours[i]);
}

ViewContext ViewContext::as(const ViewKind& kind) const
{
    auto other = *this;
    if (kind.sidePx > 0) other.outputPx = kind.sidePx;
    other.minArea = kind.minArea;
    other.maxArea = kind.maxArea;
    return other;
}

ViewPlan ViewContext::plain() const
{
    const double zoom = static_cast<double>(sourcePx) / static_cast<double>(outputPx);
    return {.warp = {.xx = zoom, .yy = zoom}, .bands = BandMap(bands)};
}

} // namespace revisit

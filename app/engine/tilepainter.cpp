// SPDX-License-Identifier: Apache-2.0
#include "app/engine/tilepainter.h"
#include "app/engine/requests.h"
#include "datasets/base/error.h"
#include <algorithm>

namespace revisit {

TilePainter::TilePainter(const Pack& pack, const Json& request)
    : m_pack(pack),
      m_shades(pack.shades()),
      m_stretch(request.value("stretch", "data"))
{
    if (m_stretch != "data" && m_stretch != "full" && m_stretch != "tile")
        throw Error("stretch: should be data, full or tile", "stretch");
    if (request.contains("channels")) {
        const auto& channels = request["channels"];
        if (!channels.is_array() || channels.size() != 3)
            throw Error("channels: should be three numbers, of red, green and blue", "channels");
        const auto last = static_cast<std::int64_t>(pack.format().bands()) - 1;
        for (std::size_t c = 0; c < 3; ++c)
            m_shades[c].channel = static_cast<std::size_t>(whole({{"channels", channels[c]}}, "channels", 0, 0, last));
    }
    const auto own = pack.shades();
    m_asIs = m_stretch == "data" && std::equal(own.begin(), own.end(), m_shades.begin(),
                                               [](const Shade& a, const Shade& b) { return a.channel == b.channel; });
    const auto px = whole(request, "px", pack.format().sizePx, 1, 4096);
    while (m_divisor < pack.format().sizePx && side() > px) ++m_divisor;
    if (m_asIs) return;
    for (auto& shade : m_shades) {
        const auto& s = pack.statistics()[shade.channel];
        shade.black = m_stretch == "full" ? s.least : s.low;
        shade.white = std::max(m_stretch == "full" ? s.most : s.high, shade.black + 1e-12);
    }
}

std::string TilePainter::words() const
{
    if (m_asIs) return m_pack.stretch();
    const auto names = m_pack.format().bandNames();
    const auto& [red, green, blue] = m_shades;
    const std::string how = m_stretch == "data"   ? "2-98 % of each band"
                            : m_stretch == "full" ? "least to greatest value of each band"
                                                  : "2-98 % of each band in each tile";
    if (red.channel == green.channel && green.channel == blue.channel) return how + "; " + names[red.channel];
    return how + "; " + names[red.channel] + ", " + names[green.channel] + ", " + names[blue.channel];
}

std::array<Shade, 3> TilePainter::shadesOf(std::int64_t i) const
{
    auto shades = m_shades;
    if (m_stretch != "tile") return shades;
    for (auto& shade : shades) {
        auto values = m_pack.physical(i, shade.channel);
        std::erase_if(values, [](double value) { return std::isnan(value); });
        if (values.empty()) continue;
        const auto rank = [&](double share) {
            const auto at =
                values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
            std::nth_element(values.begin(), at, values.end());
            return *at;
        };
        shade.black = rank(0.02);
        shade.white = std::max(rank(0.98), shade.black + 1e-12);
    }
    return shades;
}

std::vector<std::uint8_t> TilePainter::rgb(std::int64_t i) const { return reduced(m_pack.rgb(i, shadesOf(i))); }

/// Each pixel the mean of divisor x divisor.
std::vector<std::uint8_t> TilePainter::reduced(const std::vector<std::uint8_t>& rgb) const
{
    if (m_divisor == 1) return rgb;
    const auto from = static_cast<std::size_t>(m_pack.format().sizePx), to = static_cast<std::size_t>(side()),
               n = static_cast<std::size_t>(m_divisor);
    std::vector<std::uint8_t> small(to * to * 3);
    for (std::size_t y = 0; y < to; ++y)
        for (std::size_t x = 0; x < to * 3; ++x) {
            std::size_t sum = 0;
            for (std::size_t dy = 0; dy < n; ++dy)
                for (std::size_t dx = 0; dx < n; ++dx) sum += rgb[((y * n + dy) * from + x / 3 * n + dx) * 3 + x % 3];
            small[y * to * 3 + x] = static_cast<std::uint8_t>((sum + n * n / 2) / (n * n));
        }
    return small;
}

} // namespace revisit

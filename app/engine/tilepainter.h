// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/pack.h"

namespace revisit {

/// Pictures of a pack's patches as the ask `tiles` wants them: which channels, how stretched, how large.
class TilePainter {
public:
    /// Error when `channels`, `stretch` or `px` of the request are not as protocol.md has them. The pack is the
    /// caller's.
    TilePainter(const Pack& pack, const Json& request);
    /// Of the pictures, in pixels.
    std::int64_t side() const { return m_pack.format().sizePx / m_divisor; }
    /// How they are stretched and what is red, green and blue.
    std::string words() const;
    std::vector<std::uint8_t> rgb(std::int64_t i) const;

private:
    std::array<Shade, 3> shadesOf(std::int64_t i) const;
    std::vector<std::uint8_t> reduced(const std::vector<std::uint8_t>& rgb) const;
    const Pack& m_pack;
    std::array<Shade, 3> m_shades;
    bool m_asIs = true;
    std::string m_stretch;
    std::int64_t m_divisor = 1;
};

} // namespace revisit

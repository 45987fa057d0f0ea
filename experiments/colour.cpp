// SPDX-License-Identifier: Apache-2.0
#include "experiments/colour.h"
#include <cmath>
#include <numbers>
#include <stdexcept>

namespace revisit {
namespace {

constexpr double luminance[] = {0.2989, 0.587, 0.114}; // torchvision's, which sum to 0.9999

} // namespace

Colour::Colour(std::int64_t n, const std::array<std::int64_t, 3>& rgb) : m_n(n), m_rgb(rgb)
{
    for (const auto c : rgb)
        if (c < 0 || c >= n) throw std::logic_error("a colour operation without the bands red, green and blue");
}

BandMap Colour::brightness(double factor) const
{
    BandMap map(m_n);
    for (const auto c : m_rgb) map.pixel(c, c) = factor;
    return map;
}

BandMap Colour::contrast(double factor) const
{
    auto map = brightness(factor);
    for (const auto to : m_rgb)
        for (std::size_t i = 0; i < 3; ++i) map.mean(to, m_rgb[i]) = (1 - factor) * luminance[i];
    return map;
}

BandMap Colour::saturation(double factor) const
{
    auto map = brightness(factor);
    for (const auto to : m_rgb)
        for (std::size_t i = 0; i < 3; ++i) map.pixel(to, m_rgb[i]) += (1 - factor) * luminance[i];
    return map;
}

BandMap Colour::hue(double turns) const
{
    const double angle = 2 * std::numbers::pi * turns, cosine = std::cos(angle);
    const double shared = (1 - cosine) / 3, sine = std::sin(angle) / std::numbers::sqrt3; // Rodrigues' formula
    BandMap map(m_n);
    for (std::size_t i = 0; i < 3; ++i) {
        map.pixel(m_rgb[i], m_rgb[i]) = cosine + shared;
        map.pixel(m_rgb[(i + 1) % 3], m_rgb[i]) = shared + sine;
        map.pixel(m_rgb[(i + 2) % 3], m_rgb[i]) = shared - sine;
    }
    return map;
}

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "experiments/viewplan.h"

namespace revisit {

/// torchvision's colour operations as maps of the bands `rgb` of n bands; linear and unclipped, other bands stay.
class Colour {
public:
    /// Throws std::logic_error where one of `rgb` is not a band.
    Colour(std::int64_t n, const std::array<std::int64_t, 3>& rgb);
    BandMap brightness(double factor) const;
    /// About the view's mean luminance.
    BandMap contrast(double factor) const;
    /// About each pixel's luminance; 0 is grey.
    BandMap saturation(double factor) const;
    /// A rotation about the grey axis. torchvision turns HSV's hexagon instead, which is not linear.
    BandMap hue(double turns) const;

private:
    std::int64_t m_n;
    std::array<std::int64_t, 3> m_rgb;
};

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace revisit::simulation {

/// A square raster on the ground: n cells of stepM metres a side. x counts metres to the east of the place, y to the
/// north; row 0 is the northernmost. The raster's centre is the place, or where eastM and northM say.
struct Frame {
    std::int64_t n = 0;
    double stepM = 1;
    double eastM = 0, northM = 0;
    double x(std::int64_t column) const
    {
        return eastM + (static_cast<double>(column) + 0.5 - static_cast<double>(n) / 2) * stepM;
    }
    double y(std::int64_t row) const
    {
        return northM + (static_cast<double>(n) / 2 - static_cast<double>(row) - 0.5) * stepM;
    }
    /// Metres from the centre to a corner.
    double reachM() const { return static_cast<double>(n) * stepM * 0.7072; }
    std::int64_t cells() const { return n * n; }
};

/// One number per cell of a frame, rows from north to south.
using Grid = std::vector<float>;

/// A direction on the ground, as unit vector of an angle clockwise from north.
struct Axis {
    double east, north;
    explicit Axis(double degrees)
        : east(std::sin(degrees * 0.017453292519943295)),
          north(std::cos(degrees * 0.017453292519943295))
    {}
    double along(double x, double y) const { return x * east + y * north; }
    double across(double x, double y) const { return x * north - y * east; }
};

inline double smoothstep(double low, double high, double x)
{
    const double t = std::clamp((x - low) / (high - low), 0.0, 1.0);
    return t * t * (3 - 2 * t);
}

} // namespace revisit::simulation

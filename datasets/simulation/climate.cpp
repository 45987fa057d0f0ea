// SPDX-License-Identifier: Apache-2.0
#include "datasets/simulation/climate.h"
#include <algorithm>
#include <cmath>
#include <numbers>

namespace revisit::simulation {

namespace {

constexpr double kRadians = std::numbers::pi / 180;

} // namespace

double Climate::temperatureC(double day) const
{
    // a parabola in latitude fits zonal means at sea level within 3 degrees; 6.5 degrees a kilometre is the standard
    // atmosphere's lapse rate; the warmest day comes a month after the solstice
    const double mean = 27.5 - 0.0076 * lat * lat + region->warmerC - 0.0065 * elevationM;
    const double amplitude = 0.29 * lat * region->continentality; // negative in the south: its summer is in January
    return mean + amplitude * std::cos(2 * std::numbers::pi * (day - 201) / 365.25);
}

double Climate::rainMm(double day) const
{
    const double wave = 1 + std::cos(2 * std::numbers::pi * (day - region->rainPeakDay) / 365.25);
    // squared for strongly seasonal rain: a wet and a dry season, not a sine
    return region->rainMm / 12 * (1 - region->rainSeasonality + region->rainSeasonality * wave * wave / 1.5);
}

double Climate::snowCm(double day) const
{
    double depth = 0;
    for (int back = 150; back >= 0; back -= 10) {
        const double t = temperatureC(day - back);
        depth += rainMm(day - back) / 3 * std::clamp((1 - t) / 4, 0.0, 1.0) * 0.45; // settled: 4.5 mm a mm of water
        depth = std::max(0.0, depth - 10 * 0.45 * std::max(0.0, t));                // degree-day melt, 4.5 mm
    }
    return depth;
}

Sun sunAt(double lat, double day)
{
    const double declination = 23.45 * kRadians * std::sin(2 * std::numbers::pi * (284 + day) / 365); // Cooper 1969
    const double hour = -22.5 * kRadians, phi = lat * kRadians;
    const double up = std::sin(phi) * std::sin(declination) + std::cos(phi) * std::cos(declination) * std::cos(hour);
    const double east = -std::cos(declination) * std::sin(hour);
    const double north = std::cos(phi) * std::sin(declination) - std::sin(phi) * std::cos(declination) * std::cos(hour);
    const double azimuth = std::atan2(east, north) / kRadians;
    return {std::max(6.0, std::asin(std::clamp(up, -1.0, 1.0)) / kRadians), azimuth < 0 ? azimuth + 360 : azimuth};
}

} // namespace revisit::simulation

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/simulation/grid.h"

namespace revisit::simulation {

struct Point {
    double x, y; ///< metres
};

/// The distance in metres from each cell's centre to a line, at most reachM, which it is where the line is far.
Grid distanceTo(const std::vector<Point>& line, const Frame& frame, double reachM);

/// A river's line, after Langbein & Leopold (1966): its direction swings as a sine of the way along it. Passes near the
/// centre; waveM is the length of one swing along the river, swing its largest angle in radians.
std::vector<Point> meander(const Frame& frame, const Axis& axis, double waveM, double swing, std::uint64_t key);

/// A road's line: nearly straight, with wide curves, offsetM beside the centre.
std::vector<Point> road(const Frame& frame, const Axis& axis, double offsetM, double waveM, double bend,
                        std::uint64_t key);

} // namespace revisit::simulation

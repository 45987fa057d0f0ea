// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/patch.h"
#include <array>
#include <functional>
#include <vector>

namespace revisit {

/// On the unit sphere, where there is neither date line nor pole.
using Point = std::array<double, 3>;
/// Of a patch whose place is known.
Point pointOf(const Patch& patch);
double squaredBetween(const Point& a, const Point& b);
/// The straight line between two points of the unit sphere that are `km` apart along the ground.
double chordOf(double km);

/// Along the ground, on a sphere of the earth's mean radius; both places must be known.
double kilometres(const Patch& a, const Patch& b);

/// The number of the HEALPix cell (Górski et al. 2005, ring order) of a place, among 12 side^2 cells of equal area.
std::int64_t equalAreaCell(double lon, double lat, std::int64_t side);
/// The `side` whose cells are squares of about `km` x `km`.
std::int64_t equalAreaSide(double km);

/// Located patches as a k-d tree of points.
class Globe {
public:
    Globe() = default;
    /// Of these of the patches; those without a place are left out.
    Globe(const std::vector<Patch>& patches, const std::vector<std::int64_t>& which);

    /// Indices of the patches within `km` of a place, itself included, in an order that only depends on what was
    /// given.
    std::vector<std::int64_t> around(const Patch& centre, double km) const;
    /// Whether one of those is `wanted`.
    bool any(const Patch& centre, double km, const std::function<bool(std::int64_t)>& wanted) const;
    /// Kilometres to the nearest; infinity when there is none.
    double nearestKm(const Patch& from) const;

private:
    struct Node {
        Point at;
        std::int64_t patch;
    };
    void build(std::size_t first, std::size_t last, std::size_t axis);
    bool visit(std::size_t first, std::size_t last, std::size_t axis, const Point& centre, double chord,
               const std::function<bool(std::int64_t)>& wanted) const;
    void approach(std::size_t first, std::size_t last, std::size_t axis, const Point& from, double& squared) const;
    std::vector<Node> m_nodes; // the middle of each range divides it along its axis
};

} // namespace revisit

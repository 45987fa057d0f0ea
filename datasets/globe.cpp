// SPDX-License-Identifier: Apache-2.0
#include "datasets/globe.h"
#include <algorithm>
#include <numbers>

namespace revisit {
namespace {

constexpr double earthKm = 6371.0088;
constexpr double degree = std::numbers::pi / 180;

} // namespace

Point pointOf(const Patch& patch)
{
    const double lon = patch.lon * degree, lat = patch.lat * degree;
    return {std::cos(lat) * std::cos(lon), std::cos(lat) * std::sin(lon), std::sin(lat)};
}

double squaredBetween(const Point& a, const Point& b)
{
    double squared = 0;
    for (std::size_t d = 0; d < 3; ++d) squared += (a[d] - b[d]) * (a[d] - b[d]);
    return squared;
}

double chordOf(double km) { return 2 * std::sin(std::min(km / earthKm, std::numbers::pi) / 2); }

double kilometres(const Patch& a, const Patch& b)
{
    // Vincenty's formula on a sphere: exact for what is near and for antipodes
    const double lat1 = a.lat * degree, lat2 = b.lat * degree, lon = (b.lon - a.lon) * degree;
    const double east = std::cos(lat2) * std::sin(lon);
    const double north = std::cos(lat1) * std::sin(lat2) - std::sin(lat1) * std::cos(lat2) * std::cos(lon);
    const double up = std::sin(lat1) * std::sin(lat2) + std::cos(lat1) * std::cos(lat2) * std::cos(lon);
    return earthKm * std::atan2(std::hypot(east, north), up);
}

std::int64_t equalAreaCell(double lon, double lat, std::int64_t side)
{
    const auto floored = [](double x) { return static_cast<std::int64_t>(std::floor(x)); };
    const double z = std::sin(lat * degree), n = static_cast<double>(side);
    const double quarters = std::fmod(std::fmod(lon, 360) + 360, 360) / 90;
    if (std::abs(z) <= 2.0 / 3) { // rows of 4 side cells
        const auto rising = floored(n * (0.5 + quarters - z * 0.75)),
                   falling = floored(n * (0.5 + quarters + z * 0.75));
        const auto row = side + 1 + rising - falling, shift = 1 - (row & 1);
        const auto column = (rising + falling - side + shift + 1) / 2;
        return 2 * side * (side - 1) + (row - 1) * 4 * side + (column + 4 * side) % (4 * side);
    }
    // around a pole: row r has 4 r cells
    const double part = quarters - std::floor(quarters), reach = n * std::sqrt(3 * (1 - std::abs(z)));
    const auto row = floored(part * reach) + floored((1 - part) * reach) + 1;
    const auto column = floored(quarters * static_cast<double>(row)) % (4 * row);
    return z > 0 ? 2 * row * (row - 1) + column : 12 * side * side - 2 * row * (row + 1) + column;
}

std::int64_t equalAreaSide(double km)
{
    const double one = earthKm * std::sqrt(std::numbers::pi / 3); // the edge of a twelfth of the earth
    return std::max<std::int64_t>(1, std::llround(one / km));
}

Globe::Globe(const std::vector<Patch>& patches, const std::vector<std::int64_t>& which)
{
    for (const auto i : which)
        if (const auto& patch = patches[static_cast<std::size_t>(i)]; patch.located())
            m_nodes.push_back({pointOf(patch), i});
    build(0, m_nodes.size(), 0);
}

void Globe::build(std::size_t first, std::size_t last, std::size_t axis)
{
    if (last - first < 2) return;
    const auto at = [&](std::size_t k) { return m_nodes.begin() + static_cast<std::ptrdiff_t>(k); };
    const auto middle = first + (last - first) / 2;
    std::nth_element(at(first), at(middle), at(last),
                     [&](const Node& a, const Node& b) { return a.at[axis] < b.at[axis]; });
    build(first, middle, (axis + 1) % 3);
    build(middle + 1, last, (axis + 1) % 3);
}

bool Globe::visit(std::size_t first, std::size_t last, std::size_t axis, const Point& centre, double chord,
                  const std::function<bool(std::int64_t)>& wanted) const
{
    if (first == last) return false;
    const auto middle = first + (last - first) / 2;
    const auto& node = m_nodes[middle];
    if (squaredBetween(node.at, centre) <= chord * chord && wanted(node.patch)) return true;
    const double beyond = centre[axis] - node.at[axis];
    const auto next = (axis + 1) % 3;
    return (beyond <= chord && visit(first, middle, next, centre, chord, wanted)) ||
           (-beyond <= chord && visit(middle + 1, last, next, centre, chord, wanted));
}

bool Globe::any(const Patch& centre, double km, const std::function<bool(std::int64_t)>& wanted) const
{
    return visit(0, m_nodes.size(), 0, pointOf(centre), chordOf(km), wanted);
}

std::vector<std::int64_t> Globe::around(const Patch& centre, double km) const
{
    std::vector<std::int64_t> found;
    any(centre, km, [&](std::int64_t patch) { return found.push_back(patch), false; });
    return found;
}

void Globe::approach(std::size_t first, std::size_t last, std::size_t axis, const Point& from, double& squared) const
{
    if (first == last) return;
    const auto middle = first + (last - first) / 2;
    const auto& node = m_nodes[middle];
    squared = std::min(squared, squaredBetween(node.at, from));
    const double beyond = from[axis] - node.at[axis];
    const auto near = [&](bool before) {
        before ? approach(first, middle, (axis + 1) % 3, from, squared)
               : approach(middle + 1, last, (axis + 1) % 3, from, squared);
    };
    near(beyond < 0);
    if (beyond * beyond < squared) near(beyond >= 0);
}

double Globe::nearestKm(const Patch& from) const
{
    if (m_nodes.empty()) return std::numeric_limits<double>::infinity();
    double squared = 5; // beyond the earth's diameter
    approach(0, m_nodes.size(), 0, pointOf(from), squared);
    return 2 * earthKm * std::asin(std::min(1.0, std::sqrt(squared) / 2));
}

} // namespace revisit

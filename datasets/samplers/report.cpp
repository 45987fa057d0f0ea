// SPDX-License-Identifier: Apache-2.0
#include "datasets/samplers/report.h"
#include "datasets/globe.h"

namespace revisit {

BatchReport reportOn(const Pack& pack, const std::vector<std::vector<std::int64_t>>& drawn, double nearKm)
{
    BatchReport report;
    if (drawn.empty()) return report;
    const auto at = [&](std::int64_t i) -> const Patch& { return pack.patches()[static_cast<std::size_t>(i)]; };
    const auto& firsts = drawn.front();
    std::vector<Point> points;
    for (const auto i : firsts) points.push_back(pointOf(at(i))); // NAN, near to nothing, where unknown
    const double chord = chordOf(nearKm);
    for (std::size_t a = 0; a < firsts.size(); ++a)
        for (std::size_t b = a + 1; b < firsts.size(); ++b) {
            const auto &one = at(firsts[a]), &other = at(firsts[b]);
            ++report.pairs;
            report.near += squaredBetween(points[a], points[b]) < chord * chord;
            report.samePlace += one.place == other.place;
            report.sameClass += one.label >= 0 && one.label == other.label;
        }
    for (const auto& view : drawn)
        for (const auto i : view) ++report.dates[at(i).day];
    for (std::size_t column = 0; column < firsts.size(); ++column)
        for (std::size_t v = 1; v < drawn.size(); ++v) {
            const auto &first = at(firsts[column]), &other = at(drawn[v][column]);
            report.positiveKm.push_back(kilometres(first, other));
            report.positiveDays.push_back(
                first.dated() && other.dated() ? std::abs(static_cast<double>(first.day) - other.day) : NAN);
        }
    return report;
}

} // namespace revisit

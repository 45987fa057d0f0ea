// SPDX-License-Identifier: Apache-2.0
#include "datasets/samplers/report.h"
#include "datasets/globe.h"
#include <set>

namespace revisit {

void BatchReport::add(const BatchReport& other)
{
    pairs += other.pairs, near += other.near, samePlace += other.samePlace, sameClass += other.sameClass;
    places += other.places;
    for (const auto& [day, count] : other.dates) dates[day] += count;
    for (const auto& [label, count] : other.classes) classes[label] += count;
    positiveKm.insert(positiveKm.end(), other.positiveKm.begin(), other.positiveKm.end());
    positiveDays.insert(positiveDays.end(), other.positiveDays.begin(), other.positiveDays.end());
    negativeKm.insert(negativeKm.end(), other.negativeKm.begin(), other.negativeKm.end());
}

BatchReport reportOn(const Pack& pack, const std::vector<std::vector<std::int64_t>>& drawn, double nearKm)
{
    BatchReport report;
    if (drawn.empty()) return report;
    const auto at = [&](std::int64_t i) -> const Patch& { return pack.patches()[static_cast<std::size_t>(i)]; };
    const auto& firsts = drawn.front();
    std::vector<Point> points;
    for (const auto i : firsts) points.push_back(pointOf(at(i))); // NAN, near to nothing, where unknown
    const double chord = chordOf(nearKm);
    std::vector<double> nearest(firsts.size(), INFINITY); // squared
    std::vector<std::size_t> which(firsts.size());
    for (std::size_t a = 0; a < firsts.size(); ++a)
        for (std::size_t b = a + 1; b < firsts.size(); ++b) {
            const auto &one = at(firsts[a]), &other = at(firsts[b]);
            ++report.pairs;
            const double squared = squaredBetween(points[a], points[b]);
            report.near += squared < chord * chord;
            if (squared < nearest[a]) nearest[a] = squared, which[a] = b;
            if (squared < nearest[b]) nearest[b] = squared, which[b] = a;
            report.samePlace += one.place == other.place;
            report.sameClass += one.label >= 0 && one.label == other.label;
        }
    std::set<std::uint32_t> places;
    for (std::size_t a = 0; a < firsts.size(); ++a) {
        places.insert(at(firsts[a]).place);
        ++report.classes[at(firsts[a]).label];
        report.negativeKm.push_back(std::isinf(nearest[a]) ? NAN : kilometres(at(firsts[a]), at(firsts[which[a]])));
    }
    report.places = static_cast<std::int64_t>(places.size());
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

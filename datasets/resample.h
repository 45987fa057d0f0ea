// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace revisit {

/// How many of `count` equal parts of [from, to) each source sample fills: for each part the first sample and the
/// shares of it and those that follow, which sum to 1. Samples outside 0 .. size - 1 are wrapped around, or, with
/// `wrap` false, the nearest one is taken.
struct AreaWeights {
    struct Part {
        std::vector<std::size_t> sample;
        std::vector<double> share;
    };
    std::vector<Part> parts;

    AreaWeights(double from, double to, std::size_t count, std::size_t size, bool wrap = false)
    {
        const double step = (to - from) / static_cast<double>(count);
        const auto last = static_cast<std::ptrdiff_t>(size) - 1;
        for (std::size_t k = 0; k < count; ++k) {
            const double begin = from + step * static_cast<double>(k), end = begin + step;
            Part part;
            for (auto s = static_cast<std::ptrdiff_t>(std::floor(begin)); static_cast<double>(s) < end; ++s) {
                const auto position = static_cast<double>(s);
                const double share = (std::min(end, position + 1) - std::max(begin, position)) / step;
                if (share < 1e-9) continue; // rounding
                const auto n = last + 1;
                part.sample.push_back(
                    static_cast<std::size_t>(wrap ? (s % n + n) % n : std::clamp<std::ptrdiff_t>(s, 0, last)));
                part.share.push_back(share);
            }
            parts.push_back(std::move(part));
        }
    }
};

/// Area averages of one band: `rows` x `columns` parts of a source whose rows are `stride` samples apart. Samples that
/// are not finite or `nodata` are left out, and a part of nothing else is NaN, or `nodata` of whole numbers.
template <class T>
void areaAverage(const T* source, std::size_t stride, const AreaWeights& rows, const AreaWeights& columns, T* target,
                 std::optional<double> nodata = {})
{
    const auto absent = nodata ? static_cast<T>(*nodata) : T(0);
    const auto isThere = [&](T sample) {
        if constexpr (std::is_integral_v<T>)
            return !nodata || sample != absent;
        else
            return std::isfinite(sample);
    };
    std::vector<double> line(columns.parts.size()), seen(line.size());
    for (const auto& row : rows.parts) {
        std::fill(line.begin(), line.end(), 0.0);
        std::fill(seen.begin(), seen.end(), 0.0);
        for (std::size_t r = 0; r < row.sample.size(); ++r) {
            const T* const from = source + row.sample[r] * stride;
            for (std::size_t c = 0; c < line.size(); ++c) {
                const auto& column = columns.parts[c];
                double sum = 0, share = 0;
                for (std::size_t k = 0; k < column.sample.size(); ++k) {
                    const T sample = from[column.sample[k]];
                    if (!isThere(sample)) continue;
                    sum += static_cast<double>(sample) * column.share[k];
                    share += column.share[k];
                }
                line[c] += sum * row.share[r];
                seen[c] += share * row.share[r];
            }
        }
        for (std::size_t c = 0; c < line.size(); ++c) {
            const double mean = seen[c] > 0 ? line[c] / seen[c] : NAN;
            if constexpr (std::is_integral_v<T>)
                *target++ = seen[c] > 0 ? static_cast<T>(std::floor(mean + 0.5)) : absent;
            else
                *target++ = static_cast<T>(mean);
        }
    }
}

} // namespace revisit

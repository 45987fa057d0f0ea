// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
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

/// Area averages of one band: `rows` x `columns` parts of a source whose rows are `stride` samples apart.
template <class T>
void areaAverage(const T* source, std::size_t stride, const AreaWeights& rows, const AreaWeights& columns, T* target)
{
    std::vector<double> line(columns.parts.size());
    for (const auto& row : rows.parts) {
        std::fill(line.begin(), line.end(), 0.0);
        for (std::size_t r = 0; r < row.sample.size(); ++r) {
            const T* const from = source + row.sample[r] * stride;
            for (std::size_t c = 0; c < line.size(); ++c) {
                const auto& column = columns.parts[c];
                double sum = 0;
                for (std::size_t k = 0; k < column.sample.size(); ++k)
                    sum += static_cast<double>(from[column.sample[k]]) * column.share[k];
                line[c] += sum * row.share[r];
            }
        }
        for (const double value : line) {
            if constexpr (std::is_integral_v<T>)
                *target++ = static_cast<T>(value + 0.5);
            else
                *target++ = static_cast<T>(value);
        }
    }
}

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

namespace revisit {

/// Coordinates of points are padded to a multiple of this with points from `farAway` on, each as far from the next,
/// where they neither push nor weigh.
constexpr int64_t pointPadding = 16;
constexpr double farAway = 1e6;

/// Adds to force, by coordinate, the sums over pairs of points of q^2 (y_i - y_j), with q = 1 / (1 + |y_i - y_j|^2),
/// and returns the sum of q over the same pairs, counting both (i, j) and (j, i). The pairs are dealt out to `parts`
/// that are equally much work; this is the work of part `part`. One thread; arrays of `padded` entries.
double repel(const float* x, const float* y, int64_t padded, int64_t part, int64_t parts, float* forceX, float* forceY);
double repel(const double* x, const double* y, int64_t padded, int64_t part, int64_t parts, double* forceX,
             double* forceY);

/// For points first..last - 1 the sums over their neighbours other[e], rows[i] <= e < rows[i + 1], of pq (y_i - y_j) by
/// coordinate, with pq = value[e] / (1 + |y_i - y_j|^2). Rows are of a multiple of `pointPadding` neighbours; those
/// that fill them up have value 0. One thread.
void attract(const float* x, const float* y, const int64_t* rows, const int32_t* other, const float* value,
             int64_t first, int64_t last, float* pullX, float* pullY);
void attract(const double* x, const double* y, const int64_t* rows, const int32_t* other, const double* value,
             int64_t first, int64_t last, double* pullX, double* pullY);

} // namespace revisit

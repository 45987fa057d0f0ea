// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

namespace revisit {

/// Coordinates of points are padded to a multiple of this, at `farAway`, where they neither push nor weigh.
constexpr int64_t pointPadding = 16;
constexpr double farAway = 1e12;

/// For points first..last - 1 (both even; `last` may reach into the padding) sums over all points j: weight = sum q -
/// 1, the 1 being the point itself, and force = sum q^2 (y_i - y_j) by coordinate, with q = 1 / (1 + |y_i - y_j|^2).
/// One thread; arrays of `padded` entries.
void repel(const float* x, const float* y, int64_t padded, int64_t first, int64_t last, float* forceX, float* forceY,
           double* weight);
void repel(const double* x, const double* y, int64_t padded, int64_t first, int64_t last, double* forceX,
           double* forceY, double* weight);

/// For points first..last - 1 the sums over their neighbours other[e], rows[i] <= e < rows[i + 1], of pq (y_i - y_j) by
/// coordinate, with pq = value[e] / (1 + |y_i - y_j|^2). Rows are of a multiple of `pointPadding` neighbours; those
/// that fill them up have value 0. One thread.
void attract(const float* x, const float* y, const int64_t* rows, const int32_t* other, const float* value,
             int64_t first, int64_t last, float* pullX, float* pullY);
void attract(const double* x, const double* y, const int64_t* rows, const int32_t* other, const double* value,
             int64_t first, int64_t last, double* pullX, double* pullY);

} // namespace revisit

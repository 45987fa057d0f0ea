// SPDX-License-Identifier: Apache-2.0
#include "experiments/evaluation/tsnekernel.h"
#include "experiments/clones.h"
#include <cstring>

namespace revisit {
namespace {

template <typename Scalar> struct Lanes {
    static constexpr int count = 64 / sizeof(Scalar);
    using Type __attribute__((vector_size(64))) = Scalar;
};

/// Inlined, so that it is compiled for each clone.
template <typename Scalar>
[[gnu::always_inline]] inline void repelPairs(const Scalar* x, const Scalar* y, int64_t padded, int64_t first,
                                              int64_t last, Scalar* forceX, Scalar* forceY, double* weight)
{
    using Vector = typename Lanes<Scalar>::Type;
    constexpr int lanes = Lanes<Scalar>::count;
    static_assert(pointPadding % lanes == 0);
    for (int64_t i = first; i < last; i += 2) {
        Vector w0{}, w1{}, fx0{}, fx1{}, fy0{}, fy1{};
        for (int64_t j = 0; j < padded; j += lanes) {
            Vector xj, yj;
            std::memcpy(&xj, x + j, sizeof xj);
            std::memcpy(&yj, y + j, sizeof yj);
            const Vector dx0 = x[i] - xj, dy0 = y[i] - yj, dx1 = x[i + 1] - xj, dy1 = y[i + 1] - yj;
            const Vector d0 = Scalar(1) + dx0 * dx0 + dy0 * dy0, d1 = Scalar(1) + dx1 * dx1 + dy1 * dy1;
            const Vector both = Scalar(1) / (d0 * d1); // division is what limits this loop: one for two points
            const Vector q0 = both * d1, q1 = both * d0;
            w0 += q0;
            w1 += q1;
            fx0 += q0 * q0 * dx0;
            fy0 += q0 * q0 * dy0;
            fx1 += q1 * q1 * dx1;
            fy1 += q1 * q1 * dy1;
        }
        weight[i] = weight[i + 1] = -1;
        forceX[i] = forceX[i + 1] = forceY[i] = forceY[i + 1] = 0;
        for (int l = 0; l < lanes; ++l) {
            weight[i] += w0[l];
            weight[i + 1] += w1[l];
            forceX[i] += fx0[l];
            forceX[i + 1] += fx1[l];
            forceY[i] += fy0[l];
            forceY[i + 1] += fy1[l];
        }
    }
}

/// Inlined, as repelPairs.
template <typename Scalar>
[[gnu::always_inline]] inline void attractRows(const Scalar* x, const Scalar* y, const int64_t* rows,
                                               const int32_t* other, const Scalar* value, int64_t first, int64_t last,
                                               Scalar* pullX, Scalar* pullY)
{
    using Vector = typename Lanes<Scalar>::Type;
    constexpr int lanes = Lanes<Scalar>::count;
    for (int64_t i = first; i < last; ++i) {
        Vector fx{}, fy{};
        for (int64_t e = rows[i]; e < rows[i + 1]; e += lanes) {
            Scalar nearX[lanes], nearY[lanes];
            for (int l = 0; l < lanes; ++l) nearX[l] = x[other[e + l]];
            for (int l = 0; l < lanes; ++l) nearY[l] = y[other[e + l]];
            Vector xj, yj, p;
            std::memcpy(&xj, nearX, sizeof xj);
            std::memcpy(&yj, nearY, sizeof yj);
            std::memcpy(&p, value + e, sizeof p);
            const Vector dx = x[i] - xj, dy = y[i] - yj;
            const Vector pq = p / (Scalar(1) + dx * dx + dy * dy);
            fx += pq * dx;
            fy += pq * dy;
        }
        pullX[i] = pullY[i] = 0;
        for (int l = 0; l < lanes; ++l) {
            pullX[i] += fx[l];
            pullY[i] += fy[l];
        }
    }
}

} // namespace

REVISIT_CLONES void repel(const float* x, const float* y, int64_t padded, int64_t first, int64_t last, float* forceX,
                          float* forceY, double* weight)
{
    repelPairs(x, y, padded, first, last, forceX, forceY, weight);
}

REVISIT_CLONES void repel(const double* x, const double* y, int64_t padded, int64_t first, int64_t last, double* forceX,
                          double* forceY, double* weight)
{
    repelPairs(x, y, padded, first, last, forceX, forceY, weight);
}

REVISIT_CLONES void attract(const float* x, const float* y, const int64_t* rows, const int32_t* other,
                            const float* value, int64_t first, int64_t last, float* pullX, float* pullY)
{
    attractRows(x, y, rows, other, value, first, last, pullX, pullY);
}

REVISIT_CLONES void attract(const double* x, const double* y, const int64_t* rows, const int32_t* other,
                            const double* value, int64_t first, int64_t last, double* pullX, double* pullY)
{
    attractRows(x, y, rows, other, value, first, last, pullX, pullY);
}

} // namespace revisit

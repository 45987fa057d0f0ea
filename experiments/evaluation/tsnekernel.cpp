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

/// Inlined, so that it is compiled for each clone. Blocks of as many points as there are lanes: those of one block meet
/// in both orders, those of two blocks once, for both.
template <typename Scalar>
[[gnu::always_inline]] inline double repelBlocks(const Scalar* x, const Scalar* y, int64_t padded, int64_t part,
                                                 int64_t parts, Scalar* forceX, Scalar* forceY)
{
    using Vector = typename Lanes<Scalar>::Type;
    constexpr int lanes = Lanes<Scalar>::count;
    static_assert(pointPadding % lanes == 0);
    double weight = 0;
    for (int64_t block = part * lanes; block < padded; block += parts * lanes) {
        for (int64_t i = block; i < block + lanes; i += 2) {
            Vector w{}, within{}, fx0{}, fx1{}, fy0{}, fy1{};
            for (int64_t j = block; j < padded; j += lanes) {
                Vector xj, yj;
                std::memcpy(&xj, x + j, sizeof xj);
                std::memcpy(&yj, y + j, sizeof yj);
                const Vector dx0 = x[i] - xj, dy0 = y[i] - yj, dx1 = x[i + 1] - xj, dy1 = y[i + 1] - yj;
                const Vector d0 = Scalar(1) + dx0 * dx0 + dy0 * dy0, d1 = Scalar(1) + dx1 * dx1 + dy1 * dy1;
                const Vector both = Scalar(1) / (d0 * d1); // division is slow: one for two points
                const Vector q0 = both * d1, q1 = both * d0, square0 = q0 * q0, square1 = q1 * q1;
                w += q0 + q1;
                fx0 += square0 * dx0;
                fy0 += square0 * dy0;
                fx1 += square1 * dx1;
                fy1 += square1 * dy1;
                if (j == block) {
                    within = w;
                    continue;
                }
                Vector fxj, fyj;
                std::memcpy(&fxj, forceX + j, sizeof fxj);
                std::memcpy(&fyj, forceY + j, sizeof fyj);
                fxj -= square0 * dx0 + square1 * dx1;
                fyj -= square0 * dy0 + square1 * dy1;
                std::memcpy(forceX + j, &fxj, sizeof fxj);
                std::memcpy(forceY + j, &fyj, sizeof fyj);
            }
            for (int l = 0; l < lanes; ++l) {
                weight += 2.0 * w[l] - within[l];
                forceX[i] += fx0[l];
                forceX[i + 1] += fx1[l];
                forceY[i] += fy0[l];
                forceY[i + 1] += fy1[l];
            }
            weight -= 2; // each with itself
        }
    }
    return weight;
}

/// Inlined, as repelBlocks.
template <typename Scalar>
[[gnu::always_inline]] inline void attractRows(const Scalar* x, const Scalar* y, const int64_t* rows,
                                               const int32_t* other, const Scalar* value, int64_t first, int64_t last,
                                               Scalar* pullX, Scalar* pullY)
{
    constexpr int lanes = Lanes<Scalar>::count;
    for (int64_t i = first; i < last; ++i) {
        Scalar fx[lanes]{}, fy[lanes]{};
        for (int64_t e = rows[i]; e < rows[i + 1]; e += lanes) {
            for (int l = 0; l < lanes; ++l) { // a loop, not Vectors: from it compilers make instructions that gather
                const Scalar dx = x[i] - x[other[e + l]], dy = y[i] - y[other[e + l]];
                const Scalar pq = value[e + l] / (1 + dx * dx + dy * dy);
                fx[l] += pq * dx;
                fy[l] += pq * dy;
            }
        }
        pullX[i] = pullY[i] = 0;
        for (int l = 0; l < lanes; ++l) {
            pullX[i] += fx[l];
            pullY[i] += fy[l];
        }
    }
}

} // namespace

REVISIT_CLONES double repel(const float* x, const float* y, int64_t padded, int64_t part, int64_t parts, float* forceX,
                            float* forceY)
{
    return repelBlocks(x, y, padded, part, parts, forceX, forceY);
}

REVISIT_CLONES double repel(const double* x, const double* y, int64_t padded, int64_t part, int64_t parts,
                            double* forceX, double* forceY)
{
    return repelBlocks(x, y, padded, part, parts, forceX, forceY);
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

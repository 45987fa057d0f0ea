// SPDX-License-Identifier: Apache-2.0
#include "experiments/evaluation/lbfgs.h"
#include <algorithm>
#include <cmath>
#include <deque>
#include <numeric>

namespace revisit {
namespace {

using Vector = std::vector<double>;

struct Pair {
    Vector step, change; // of x and of the gradient
    double curvature;    // their product, positive
};

double dot(const Vector& a, const Vector& b) { return std::inner_product(a.begin(), a.end(), b.begin(), 0.0); }

void add(Vector& a, double factor, const Vector& b)
{
    for (size_t i = 0; i < a.size(); ++i) a[i] += factor * b[i];
}

double largest(const Vector& a)
{
    double result = 0;
    for (const double v : a) result = std::max(result, std::abs(v));
    return result;
}

/// The two-loop recursion: minus the approximate inverse Hessian times the gradient.
Vector direction(const Vector& gradient, const std::deque<Pair>& pairs)
{
    Vector d = gradient;
    Vector weight(pairs.size());
    for (size_t i = pairs.size(); i-- > 0;) {
        weight[i] = dot(pairs[i].step, d) / pairs[i].curvature;
        add(d, -weight[i], pairs[i].change);
    }
    const double scale = pairs.empty() ? 1 / std::max(1.0, std::sqrt(dot(gradient, gradient)))
                                       : pairs.back().curvature / dot(pairs.back().change, pairs.back().change);
    for (double& v : d) v *= -scale;
    for (size_t i = 0; i < pairs.size(); ++i)
        add(d, -weight[i] - dot(pairs[i].change, d) / pairs[i].curvature, pairs[i].step);
    return d;
}

} // namespace

Minimum minimise(const SmoothFunction& f, Vector& x, int64_t maxIterations, double tolerance)
{
    constexpr size_t memory = 10;
    constexpr double decrease = 1e-4; // Armijo's condition
    std::deque<Pair> pairs;
    Vector gradient(x.size()), nextGradient(x.size());
    Minimum result;
    result.value = f(x, gradient);
    if (!std::isfinite(result.value)) return result;
    while (!(result.converged = largest(gradient) <= tolerance) && result.iterations < maxIterations) {
        const Vector d = direction(gradient, pairs);
        const double slope = dot(d, gradient);
        double length = 1, value = 0;
        Vector next;
        for (int trial = 0;; ++trial) {
            next = x;
            add(next, length, d);
            value = f(next, nextGradient);
            if (value <= result.value + decrease * length * slope) break;
            // Where values differ by no more than rounding, their slopes tell (approximate Wolfe condition, Hager &
            // Zhang 2005).
            const bool level = value <= result.value + 1e-6 * std::abs(result.value);
            if (level && dot(nextGradient, d) <= (2 * decrease - 1) * slope) break;
            if (trial == 20) return result; // rounding hides any further descent
            // The minimum of the parabola through both values and the slope, if it is neither too near nor too far.
            const double excess = value - result.value - length * slope;
            length *= std::isfinite(excess) ? std::clamp(-slope * length / (2 * excess), 0.1, 0.5) : 0.1;
        }
        Pair pair{next, nextGradient, 0};
        add(pair.step, -1, x);
        add(pair.change, -1, gradient);
        pair.curvature = dot(pair.step, pair.change);
        if (pair.curvature > 1e-10 * dot(pair.change, pair.change)) {
            pairs.push_back(std::move(pair));
            if (pairs.size() > memory) pairs.pop_front();
        }
        x.swap(next);
        gradient.swap(nextGradient);
        result.value = value;
        ++result.iterations;
    }
    return result;
}

} // namespace revisit

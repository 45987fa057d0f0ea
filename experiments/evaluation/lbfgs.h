// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <vector>

namespace revisit {

/// Value at x; writes the gradient, which has x's size.
using SmoothFunction = std::function<double(const std::vector<double>& x, std::vector<double>& gradient)>;

struct Minimum {
    double value = 0;
    int64_t iterations = 0;
    bool converged = false; ///< no entry of the gradient exceeds the tolerance
};

/// Moves x to a minimum of f by L-BFGS (Liu & Nocedal 1989; 10 pairs) with backtracking; f should be convex and bounded
/// below.
Minimum minimise(const SmoothFunction& f, std::vector<double>& x, int64_t maxIterations, double tolerance);

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "experiments/batch.h"
#include "experiments/network.h"

namespace revisit {

/// K directions [K, width]; forward gives the cosine of each row with each of them, [N, K].
std::shared_ptr<Net> prototypes(std::int64_t width, std::int64_t count);
/// The same without gradient for the directions.
at::Tensor scoresOfFrozen(Net& prototypes, const at::Tensor& z);
/// Whether the moment is within the first `share` of its run.
bool isWithin(Moment moment, double share);

} // namespace revisit

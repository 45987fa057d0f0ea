// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/params.h"
#include "experiments/network.h"

namespace revisit {

/// The settings of a predictor, which guesses another view's projection.
struct Predictor {
    std::int64_t width = 256;
    double rate = 10;
    void params(Params& p);
    /// Puts one that ends so, and has the projector's norm, on the head, if there is to be one.
    void build(Networks& nets, Ending ending, const std::string& norm) const;
    /// The factor on the learning rate of one of the networks' weights.
    double rateOf(const std::string& name) const { return name.starts_with("predictor.") ? rate : 1; }
};

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/pack.h"
#include <map>

namespace revisit {

/// What a drawn batch is like. Pairs are of different columns, by their first views: what a contrastive loss takes for
/// negatives.
struct BatchReport {
    std::int64_t pairs = 0;
    std::int64_t near = 0;                      ///< pairs nearer than nearKm, most likely false negatives
    std::int64_t samePlace = 0, sameClass = 0;  ///< pairs; of the same class only where both have one
    std::map<std::int32_t, std::int64_t> dates; ///< looks of all views by their day; Patch::noDay counts those without
    std::map<std::int32_t, std::int64_t> classes; ///< first views by their label; -1 counts those without
    std::int64_t places = 0;                      ///< different ones among the first views
    std::vector<double> positiveKm;   ///< of each further view to the first, column after column; NAN unknown
    std::vector<double> positiveDays; ///< the same in days
    std::vector<double> negativeKm;   ///< of each column to the nearest other; NAN unknown
    /// Another batch on top; `places` becomes their sum.
    void add(const BatchReport& other);
};

/// Of indices as Sampler::draw() gives them.
BatchReport reportOn(const Pack& pack, const std::vector<std::vector<std::int64_t>>& drawn, double nearKm);

} // namespace revisit

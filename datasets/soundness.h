// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/pack.h"

namespace revisit {

/// What the pixels of a patch are like, those of all its layers together.
struct PixelCheck {
    double absent = 0;      ///< share of the samples that say: nothing was seen here
    bool constant = true;   ///< no band has two values
    std::uint64_t hash = 0; ///< equal pixels, equal hash
};
PixelCheck checkPixels(const Pack& pack, std::int64_t i);

/// The factor that tells which share of a patch is under clouds, or -1.
std::int64_t cloudFactor(const PackFormat& format);

/// A sentence where some of the patches of Sentinel-2 seem to carry the 1000 that processing baseline 04.00 adds to
/// every sample, and the bands' offset does not say so; else empty. docs/data.md says how it is told.
std::string unsaidOffset(const Pack& pack);

/// Which patches a run does without.
struct Soundness {
    double mostAbsent = 1, mostClouds = 1;   ///< shares that are still allowed; 1 allows all
    bool constant = true, duplicates = true; ///< whether patches of a single value, and copies of earlier ones, stay
    bool allowsAll() const { return mostAbsent >= 1 && mostClouds >= 1 && constant && duplicates; }
};
/// Indices of the patches that may stay. It reads every pixel unless clouds alone are asked for.
std::vector<std::int64_t> soundPatches(const Pack& pack, const Soundness& soundness, const Progress& progress);

} // namespace revisit

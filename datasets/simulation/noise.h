// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/simulation/grid.h"

namespace revisit::simulation {

/// A pure function of its keys with evenly spread bits (Steele et al. 2014).
constexpr std::uint64_t hash(std::uint64_t a, std::uint64_t b = 0, std::uint64_t c = 0)
{
    for (const std::uint64_t key : {b, c}) {
        a += 0x9e3779b97f4a7c15ull * (key + 1);
        a = (a ^ (a >> 30)) * 0xbf58476d1ce4e5b9ull;
        a = (a ^ (a >> 27)) * 0x94d049bb133111ebull;
        a ^= a >> 31;
    }
    return a;
}

/// The same as a number in [0, 1).
constexpr double chance(std::uint64_t a, std::uint64_t b = 0, std::uint64_t c = 0)
{
    return static_cast<double>(hash(a, b, c) >> 11) * 0x1p-53;
}

/// Adds gradient noise (Perlin 1985, 2002) of about unit deviation times amplitude. It is a function of the place in
/// metres, so that frames of other sizes or steps see the same land; waves shorter than two cells fade away.
void addNoise(Grid& grid, const Frame& frame, double waveM, double amplitude, std::uint64_t key);

/// Octaves of noise, each half as long as the one before and `gain` as strong; the first has waves of waveM.
Grid fractal(const Frame& frame, double waveM, int octaves, double gain, std::uint64_t key);

} // namespace revisit::simulation

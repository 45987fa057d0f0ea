// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <string_view>

namespace revisit {

/// A small generator (SplitMix64, Steele et al. 2014) whose stream is a pure function of what it is made from: every
/// part of a run draws from its own, keyed by (seed, part, counters), so that no draw depends on threads or on what
/// else was drawn.
class Random {
public:
    using result_type = std::uint64_t;
    Random(std::uint64_t seed, std::string_view part, std::uint64_t a = 0, std::uint64_t b = 0) : m_state(seed)
    {
        std::uint64_t name = 0xcbf29ce484222325ull; // FNV-1a
        for (const char c : part) name = (name ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
        for (const std::uint64_t key : {name, a, b}) m_state = mixed(m_state ^ mixed(key + 0x9e3779b97f4a7c15ull));
    }
    static constexpr result_type min() { return 0; }
    static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
    result_type operator()() { return mixed(m_state += 0x9e3779b97f4a7c15ull); }

    /// In [0, 1).
    double uniform() { return static_cast<double>((*this)() >> 11) * 0x1p-53; }
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    /// In 0 .. n-1, n > 0; the bias is below n / 2^64.
    std::uint64_t below(std::uint64_t n)
    {
        __extension__ using Wide = unsigned __int128;
        return static_cast<std::uint64_t>((static_cast<Wide>((*this)()) * n) >> 64);
    }
    bool chance(double probability) { return uniform() < probability; }
    /// Standard normal (Box-Muller, one of the pair).
    double normal()
    {
        const double radius = std::sqrt(-2 * std::log(1 - uniform()));
        return radius * std::cos(2 * std::numbers::pi * uniform());
    }

private:
    static constexpr std::uint64_t mixed(std::uint64_t z)
    {
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
        return z ^ (z >> 31);
    }
    std::uint64_t m_state;
};

} // namespace revisit

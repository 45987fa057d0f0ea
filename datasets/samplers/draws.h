// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/random.h"
#include <unordered_set>
#include <utility>
#include <vector>

namespace revisit {

/// Fisher-Yates.
template <class T> void shuffle(std::vector<T>& list, Random& random)
{
    for (auto left = list.size(); left > 1; --left) std::swap(list[left - 1], list[random.below(left)]);
}

/// `count` different numbers of 0 .. below-1 (Floyd's algorithm, in O(count)), count <= below.
inline std::vector<std::size_t> chosen(std::size_t count, std::size_t below, Random& random)
{
    std::vector<std::size_t> drawn;
    std::unordered_set<std::size_t> taken;
    for (auto last = below - count; last < below; ++last) {
        const auto wish = static_cast<std::size_t>(random.below(last + 1));
        drawn.push_back(taken.insert(wish).second ? wish : (taken.insert(last), last));
    }
    return drawn;
}

} // namespace revisit

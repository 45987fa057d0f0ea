// SPDX-License-Identifier: Apache-2.0
#include "datasets/subset.h"
#include "datasets/base/error.h"
#include "datasets/base/random.h"
#include "datasets/samplers/groups.h"
#include <algorithm>
#include <map>
#include <tuple>

namespace revisit {

std::vector<std::int64_t> trainingSubset(const Pack& pack, std::int64_t places, std::uint64_t seed)
{
    auto patches = pack.indices(Split::Train);
    if (places == 0) return patches;
    auto groups = byPlace(pack, patches);
    if (places > static_cast<std::int64_t>(groups.size()))
        throw Error("training.subset: " + std::to_string(places) + " places are asked for, and " + pack.format().name +
                        " has " + std::to_string(groups.size()) +
                        " for training; ask for at most that many, or 0 for all",
                    "training.subset");

    struct Place {
        std::uint64_t chance; ///< of its first id
        int label;
        const std::vector<std::int64_t>* looks;
    };
    std::vector<Place> all;
    for (const auto& looks : groups) {
        const auto at = [&](std::int64_t i) -> const Patch& { return pack.patches()[static_cast<std::size_t>(i)]; };
        const auto first = *std::min_element(looks.begin(), looks.end(),
                                             [&](std::int64_t a, std::int64_t b) { return at(a).id < at(b).id; });
        all.push_back({Random(seed, "subset of " + at(first).id)(), at(first).label, &looks});
    }
    std::sort(all.begin(), all.end(), [](const Place& a, const Place& b) { return a.chance < b.chance; });

    // One of each class, then another of each, and so on: any beginning of this order is balanced.
    std::map<int, std::int64_t> rounds;
    std::vector<std::tuple<std::int64_t, std::uint64_t, std::size_t>> order; // round, the class's turn in it, place
    for (std::size_t p = 0; p < all.size(); ++p)
        order.emplace_back(rounds[all[p].label]++,
                           Random(seed, "subset's classes", static_cast<std::uint64_t>(all[p].label + 1))(), p);
    std::sort(order.begin(), order.end());

    patches.clear();
    for (std::size_t k = 0; k < static_cast<std::size_t>(places); ++k) {
        const auto& looks = *all[std::get<2>(order[k])].looks;
        patches.insert(patches.end(), looks.begin(), looks.end());
    }
    std::sort(patches.begin(), patches.end());
    return patches;
}

} // namespace revisit

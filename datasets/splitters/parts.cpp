// SPDX-License-Identifier: Apache-2.0
#include "datasets/splitters/parts.h"
#include "datasets/base/random.h"
#include <algorithm>
#include <unordered_map>

namespace revisit {
namespace {

void require(const Pack& pack, bool (Patch::*isKnown)() const, const std::string& what, const std::string& splitter,
             const std::string& instead)
{
    const auto& patches = pack.patches();
    const auto lacking =
        std::find_if_not(patches.begin(), patches.end(), [&](const Patch& patch) { return (patch.*isKnown)(); });
    if (lacking == patches.end()) return;
    const auto count = std::count_if(lacking, patches.end(), [&](const Patch& patch) { return !(patch.*isKnown)(); });
    throw Error("split.name: " + splitter + " needs to know " + what + ", and of " + pack.format().name +
                    " it is not known of " + std::to_string(count) + " of " + std::to_string(pack.size()) +
                    " patches, " + lacking->id + " for one; choose " + instead,
                "split.name");
}

Splits checked(const Pack& pack, Splits splits)
{
    for (const auto part : {Split::Train, Split::Test})
        if (std::find(splits.begin(), splits.end(), part) == splits.end())
            throw Error("split.name: leaves none of the " + std::to_string(pack.size()) + " patches of " +
                            pack.format().name + (part == Split::Test ? " to test" : " to train on") +
                            "; choose another split or other bounds",
                        "split.name");
    return splits;
}

} // namespace

void requirePlaces(const Pack& pack, const std::string& splitter)
{
    require(pack, &Patch::located, "where patches are", splitter, "random, date or season");
}

void requireDates(const Pack& pack, const std::string& splitter)
{
    require(pack, &Patch::dated, "when patches were taken", splitter, "random, or a split by place");
}

Splits splitEach(const Pack& pack, const std::function<bool(const Patch&)>& isTest)
{
    Splits splits;
    for (const auto& patch : pack.patches()) splits.push_back(isTest(patch) ? Split::Test : Split::Train);
    return checked(pack, std::move(splits));
}

Splits splitGroups(const Pack& pack, const std::vector<std::string>& keys, double testShare, std::uint64_t seed)
{
    std::unordered_map<std::string, std::vector<std::size_t>> groups;
    for (std::size_t i = 0; i < keys.size(); ++i) groups[keys[i]].push_back(i);
    std::vector<std::pair<std::uint64_t, const std::string*>> order;
    for (const auto& [key, members] : groups) order.emplace_back(Random(seed, "split of " + key)(), &key);
    std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
        return std::pair(a.first, *a.second) < std::pair(b.first, *b.second);
    });
    Splits splits(keys.size(), Split::Train);
    const double wanted = testShare * static_cast<double>(keys.size());
    double tests = 0;
    for (const auto& [chance, key] : order) {
        const auto& members = groups[*key];
        if (tests + static_cast<double>(members.size()) / 2 > wanted) continue;
        tests += static_cast<double>(members.size());
        for (const auto i : members) splits[i] = Split::Test;
    }
    return checked(pack, std::move(splits));
}

} // namespace revisit

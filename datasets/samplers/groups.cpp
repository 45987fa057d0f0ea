// SPDX-License-Identifier: Apache-2.0
#include "datasets/samplers/groups.h"
#include "datasets/base/error.h"
#include "datasets/globe.h"
#include <algorithm>
#include <map>
#include <optional>

namespace revisit {
namespace {

const Patch& patchOf(const Pack& pack, std::int64_t i) { return pack.patches()[static_cast<std::size_t>(i)]; }

// In the order of their keys; what has no key is left out.
template <class Key> Groups grouped(const std::vector<std::int64_t>& patches, const Key& keyOf)
{
    std::map<std::int64_t, std::vector<std::int64_t>> groups;
    for (const auto i : patches)
        if (const std::optional<std::int64_t> key = keyOf(i)) groups[*key].push_back(i);
    Groups all;
    for (auto& [key, members] : groups) all.push_back(std::move(members));
    return all;
}

// The patches' values at the ends of quantiles, ascending.
std::vector<float> edgesOf(std::vector<float> values, std::int64_t bins)
{
    std::sort(values.begin(), values.end());
    std::vector<float> edges;
    for (std::int64_t b = 1; b < bins; ++b)
        edges.push_back(values[values.size() * static_cast<std::size_t>(b) / static_cast<std::size_t>(bins)]);
    return edges;
}

} // namespace

Groups byPlace(const Pack& pack, const std::vector<std::int64_t>& patches)
{
    return grouped(patches, [&](std::int64_t i) { return std::optional<std::int64_t>(patchOf(pack, i).place); });
}

Groups byClass(const Pack& pack, const std::vector<std::int64_t>& patches, const std::string& instead)
{
    auto groups = grouped(patches, [&](std::int64_t i) {
        const auto label = patchOf(pack, i).label;
        return label < 0 ? std::nullopt : std::optional<std::int64_t>(label);
    });
    if (groups.empty())
        throw Error("sampler.by: the training patches of " + pack.format().name + " have no classes; choose " + instead,
                    "sampler.by");
    return groups;
}

Groups byCell(const Pack& pack, const std::vector<std::int64_t>& patches, double km, const std::string& instead)
{
    const auto side = equalAreaSide(km);
    return grouped(patches, [&](std::int64_t i) {
        const auto& patch = patchOf(pack, i);
        if (!patch.located())
            throw Error("sampler.by: " + pack.format().name + " does not say where its patches are; choose " + instead,
                        "sampler.by");
        return std::optional(equalAreaCell(patch.lon, patch.lat, side));
    });
}

Groups byFactor(const Pack& pack, const std::vector<std::int64_t>& patches, const std::string& name, std::int64_t bins)
{
    const auto f = factorCalled(pack, name);
    const auto values = pack.factor(f);
    std::vector<float> known;
    for (const auto i : patches)
        if (const auto value = values[static_cast<std::size_t>(i)]; !std::isnan(value)) known.push_back(value);
    if (known.empty())
        throw Error("sampler.factor: " + name + " is known of no training patch of " + pack.format().name +
                        "; name another factor",
                    "sampler.factor");
    const auto edges =
        pack.format().factors[f].choices.empty() ? edgesOf(std::move(known), bins) : std::vector<float>();
    return grouped(patches, [&](std::int64_t i) -> std::optional<std::int64_t> {
        const auto value = values[static_cast<std::size_t>(i)];
        if (std::isnan(value)) return {};
        if (!pack.format().factors[f].choices.empty()) return static_cast<std::int64_t>(value);
        return std::upper_bound(edges.begin(), edges.end(), value) - edges.begin();
    });
}

std::size_t factorCalled(const Pack& pack, const std::string& name)
{
    std::vector<std::string> names;
    for (const auto& factor : pack.format().factors) names.push_back(factor.name);
    if (names.empty())
        throw Error("sampler.by: " + pack.format().name +
                        " knows no factors of its patches; choose something else than "
                        "factor",
                    "sampler.by");
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
        throw Error("sampler.factor: " + pack.format().name + " has no factor \"" + name + "\"" +
                        suggestion(name, names),
                    "sampler.factor");
    return static_cast<std::size_t>(found - names.begin());
}

void requirePlaces(const Pack& pack, const std::vector<std::int64_t>& patches, const std::string& sampler,
                   const std::string& instead)
{
    for (const auto i : patches)
        if (!patchOf(pack, i).located())
            throw Error("sampler: " + sampler + " needs to know where patches are, and " + pack.format().name +
                            " does not say; choose " + instead,
                        "sampler.name");
}

void requireDates(const Pack& pack, const std::vector<std::int64_t>& patches, const std::string& sampler,
                  const std::string& instead)
{
    for (const auto i : patches)
        if (!patchOf(pack, i).dated())
            throw Error("sampler: " + sampler + " needs to know when patches were taken, and " + pack.format().name +
                            " does not say; choose " + instead,
                        "sampler.name");
}

} // namespace revisit

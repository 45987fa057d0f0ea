// SPDX-License-Identifier: Apache-2.0
#include "datasets/splits.h"
#include "datasets/base/error.h"
#include "datasets/base/random.h"
#include "datasets/globe.h"
#include <algorithm>
#include <chrono>
#include <unordered_map>

namespace revisit {
namespace {

// Whole groups in an order by chance, as long as they bring the tests nearer to their share. A group's key is all that
// its chance depends on.
Splits drawn(const std::vector<std::string>& keys, double testShare, std::uint64_t seed)
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
    return splits;
}

template <class IsTest> Splits each(const std::vector<Patch>& patches, const IsTest& isTest)
{
    Splits splits;
    for (const auto& patch : patches) splits.push_back(isTest(patch) ? Split::Test : Split::Train);
    return splits;
}

const Patch& located(const Patch& patch)
{
    if (patch.located()) return patch;
    throw Error("split: it is not known where patch " + patch.id + " is; split at random or by time");
}

const Patch& dated(const Patch& patch)
{
    if (patch.dated()) return patch;
    throw Error("split: it is not known when patch " + patch.id + " was taken; split at random or by place");
}

double medianOf(std::vector<double> values)
{
    std::erase_if(values, [](double value) { return std::isnan(value); });
    if (values.empty()) return NAN;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2) return *middle;
    return (*middle + *std::min_element(middle + 1, values.end())) / 2;
}

} // namespace

Splits splitAtRandom(const std::vector<Patch>& patches, double testShare, std::uint64_t seed)
{
    std::unordered_map<std::uint32_t, const std::string*> firstId; // a place's number may depend on the others
    for (const auto& patch : patches) {
        auto& id = firstId[patch.place];
        if (!id || patch.id < *id) id = &patch.id;
    }
    std::vector<std::string> keys;
    for (const auto& patch : patches) keys.push_back(*firstId[patch.place]);
    return drawn(keys, testShare, seed);
}

Splits splitByBlock(const std::vector<Patch>& patches, double blockDeg, double testShare, std::uint64_t seed)
{
    std::vector<std::string> keys;
    for (const auto& patch : patches) {
        const auto block = [&](double fromEdge) {
            return std::to_string(static_cast<std::int64_t>(std::floor(fromEdge / blockDeg)));
        };
        const double east = std::fmod(std::fmod(located(patch).lon + 180, 360) + 360, 360); // 180 is -180
        keys.push_back(block(east) + " " + block(patch.lat + 90));
    }
    return drawn(keys, testShare, seed);
}

Splits splitByRegion(const std::vector<Patch>& patches, double west, double south, double east, double north)
{
    return each(patches, [&](const Patch& patch) {
        const double lon = located(patch).lon;
        const bool between = west <= east ? lon >= west && lon < east : lon >= west || lon < east;
        return between && patch.lat >= south && patch.lat < north;
    });
}

Splits splitByLatitude(const std::vector<Patch>& patches, double south, double north)
{
    return each(patches, [&](const Patch& patch) { return located(patch).lat >= south && patch.lat < north; });
}

Splits splitByDate(const std::vector<Patch>& patches, std::int32_t firstTestDay)
{
    return each(patches, [&](const Patch& patch) { return dated(patch).day >= firstTestDay; });
}

Splits splitBySeason(const std::vector<Patch>& patches, int fromMonth, int toMonth)
{
    return each(patches, [&](const Patch& patch) {
        const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(dated(patch).day))};
        const auto month = static_cast<int>(static_cast<unsigned>(date.month()));
        return fromMonth <= toMonth ? month >= fromMonth && month <= toMonth : month >= fromMonth || month <= toMonth;
    });
}

void trainOnSomething(std::vector<Patch>& patches)
{
    if (std::ranges::none_of(patches, [](const Patch& patch) { return patch.split == Split::Train; }))
        for (auto& patch : patches) patch.split = Split::Train;
}

Leak leakOf(const std::vector<Patch>& patches, const Splits& splits, double patchKm)
{
    std::vector<std::int64_t> training;
    Leak leak;
    for (std::size_t i = 0; i < splits.size(); ++i)
        (splits[i] == Split::Train ? training : leak.tests).push_back(static_cast<std::int64_t>(i));
    const Globe globe(patches, training);
    std::int64_t known = 0, shown = 0;
    for (const auto i : leak.tests) {
        const auto& test = patches[static_cast<std::size_t>(i)];
        double km = NAN, days = NAN;
        if (test.located()) {
            km = globe.nearestKm(test);
            ++known;
            shown += km < patchKm;
            if (km < patchKm && test.dated())
                globe.any(test, patchKm, [&](std::int64_t other) {
                    const auto& look = patches[static_cast<std::size_t>(other)];
                    if (look.dated()) days = std::fmin(days, std::abs(static_cast<double>(look.day) - test.day));
                    return days == 0;
                });
        }
        leak.km.push_back(km);
        leak.days.push_back(days);
    }
    leak.medianKm = medianOf(leak.km);
    leak.medianDays = medianOf(leak.days);
    if (known > 0 && !std::isnan(patchKm)) leak.shownShare = static_cast<double>(shown) / static_cast<double>(known);
    return leak;
}

} // namespace revisit

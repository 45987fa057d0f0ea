// SPDX-License-Identifier: Apache-2.0
#include "datasets/leak.h"
#include "datasets/globe.h"
#include <algorithm>
#include <cstdio>

namespace revisit {
namespace {

constexpr double mostSameGround = 0.02, mostTouching = 0.5; // without a warning

double medianOf(std::vector<double> values)
{
    std::erase_if(values, [](double value) { return std::isnan(value); });
    if (values.empty()) return NAN;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2) return *middle;
    return (*middle + *std::min_element(middle + 1, values.end())) / 2;
}

Json orNull(double value) { return std::isfinite(value) ? Json(value) : Json(); }

} // namespace

double Leak::nearerThan(double limit) const
{
    std::int64_t known = 0, nearer = 0;
    for (const double distance : km) {
        known += !std::isnan(distance);
        nearer += distance < limit;
    }
    return known > 0 && !std::isnan(limit) ? static_cast<double>(nearer) / static_cast<double>(known) : NAN;
}

Json Leak::values() const
{
    Json within = Json::array();
    for (const double limit : {1., 10., 100., 1000.})
        within.push_back({{"km", limit}, {"share", orNull(nearerThan(limit))}});
    return {{"tests", tests.size()},
            {"median_km", orNull(medianKm)},
            {"within", within},
            {"patch_km", orNull(patchKm)},
            {"same_ground", orNull(sameGround())},
            {"touching", orNull(touching())},
            {"median_days", orNull(medianDays)}};
}

std::string Leak::warning() const
{
    char text[400];
    if (sameGround() > mostSameGround)
        std::snprintf(text, sizeof text,
                      "%.0f %% of the test patches show ground that is trained on: their nearest training patch is "
                      "nearer than their side of %.3g km. Part of the accuracy may be memory; choose split.name block, "
                      "region or latitude to test on other ground",
                      100 * sameGround(), patchKm);
    else if (touching() > mostTouching)
        std::snprintf(text, sizeof text,
                      "%.0f %% of the test patches touch ground that is trained on (half of them are nearer to it than "
                      "%.3g km), and neighbours look alike. The accuracy says little about other regions; choose "
                      "split.name block, region or latitude to test on them",
                      100 * touching(), medianKm);
    else
        return {};
    return text;
}

Leak leakOf(const Pack& pack)
{
    const auto& patches = pack.patches();
    Leak leak;
    leak.tests = pack.indices(Split::Test);
    leak.patchKm = static_cast<double>(pack.format().sizePx) * pack.format().gsdM / 1000;
    const double same = sameGroundSides * leak.patchKm;
    const Globe globe(patches, pack.indices(Split::Train));
    for (const auto i : leak.tests) {
        const auto& test = patches[static_cast<std::size_t>(i)];
        double km = NAN, days = NAN;
        if (test.located()) {
            km = globe.nearestKm(test);
            if (km < same && test.dated())
                globe.any(test, same, [&](std::int64_t other) {
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
    return leak;
}

} // namespace revisit

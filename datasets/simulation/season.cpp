// SPDX-License-Identifier: Apache-2.0
#include "datasets/simulation/season.h"
#include "datasets/simulation/noise.h"
#include <iterator>
#include <span>

namespace revisit::simulation {

namespace {

constexpr double kYear = 365;

double wrapped(double days) { return days - kYear * std::floor(days / kYear); }

// How much of its green a climate lets grass have on a day: warmth of the fortnight, rain of two months against what
// such warmth evaporates (after the growing season index of Jolly et al. 2005).
double growth(const Climate& climate, double day)
{
    const double warmth = smoothstep(0, 13, climate.temperatureC(day - 8));
    const double rain = (climate.rainMm(day - 10) + climate.rainMm(day - 45)) / 2;
    return warmth * smoothstep(0.05, 0.75, rain / (18 + 3.2 * std::max(0.0, climate.temperatureC(day - 20))));
}

// Spring is when the mean passes 7 degrees; without a winter, growth starts with the rains.
double onsetOf(const Climate& climate)
{
    const double warmest = climate.lat >= 0 ? 201 : 201 + kYear / 2;
    const double coldest = climate.temperatureC(warmest + kYear / 2);
    if (climate.temperatureC(warmest) < 7) return wrapped(warmest - 30);
    if (coldest < 7) {
        double day = warmest;
        while (climate.temperatureC(day) > 7) day -= 1;
        return wrapped(day);
    }
    // winters mild enough for a spring: crops still follow the sun, a little earlier the milder
    if (climate.temperatureC(warmest) - coldest > 11) return wrapped(warmest - 130 - 3 * (coldest - 7));
    return wrapped(climate.region->rainPeakDay - 75);
}

// Days after the onset, and what a crop is then; calendars after the crop calendars of FAO and USDA for the regions,
// rounded to five days.
struct Calendar {
    Crop crop;
    double sown, full, ripe, harvested; ///< emergence, full cover, begin of ripening, harvest
    double winterCover;                 ///< what stands from emergence until growth sets in 80 days before `full`
    double cover, heightM;              ///< at its fullest
    double stubbleDays;                 ///< before the plough
};
constexpr Calendar kCalendars[] = {
    {Crop::Wheat, -160, 48, 85, 115, .30, .93, .9, 40}, {Crop::Rape, -195, 35, 82, 105, .45, .95, 1.4, 30},
    {Crop::Maize, 35, 90, 145, 172, 0, .93, 2.4, 50},   {Crop::Beet, 30, 85, 190, 200, 0, .92, .5, 0},
    {Crop::Soy, 42, 95, 128, 155, 0, .92, .8, 35},      {Crop::Rice, 35, 90, 125, 155, 0, .90, .9, 60},
    {Crop::Cotton, 35, 105, 165, 205, 0, .82, 1.0, 30}, {Crop::Millet, 25, 80, 110, 140, 0, .68, 1.8, 80},
    {Crop::Cane, -60, 90, 250, 285, .2, .92, 2.8, 20},
};

struct Share {
    Crop crop;
    double share;
};
constexpr Share kCold[] = {{Crop::Forage, .45}, {Crop::Wheat, .35}, {Crop::Rape, .1}, {Crop::Fallow, .1}};
constexpr Share kTemperate[] = {{Crop::Wheat, .36}, {Crop::Maize, .2},   {Crop::Rape, .13},
                                {Crop::Beet, .11},  {Crop::Forage, .14}, {Crop::Fallow, .06}};
constexpr Share kMediterranean[] = {{Crop::Wheat, .5}, {Crop::Fallow, .2}, {Crop::Soy, .15}, {Crop::Forage, .15}};
constexpr Share kSteppe[] = {
    {Crop::Wheat, .3}, {Crop::Maize, .28}, {Crop::Soy, .27}, {Crop::Fallow, .1}, {Crop::Forage, .05}};
constexpr Share kPaddy[] = {{Crop::Rice, .68}, {Crop::Maize, .12}, {Crop::Soy, .1}, {Crop::Beet, .1}};
constexpr Share kMonsoon[] = {
    {Crop::Millet, .3}, {Crop::Maize, .25}, {Crop::Cotton, .2}, {Crop::Soy, .15}, {Crop::Fallow, .1}};
constexpr Share kTropical[] = {
    {Crop::Maize, .35}, {Crop::Cane, .2}, {Crop::Soy, .25}, {Crop::Forage, .1}, {Crop::Fallow, .1}};
constexpr Share kIrrigated[] = {
    {Crop::Wheat, .32}, {Crop::Forage, .25}, {Crop::Cotton, .17}, {Crop::Maize, .16}, {Crop::Fallow, .1}};

// In the order of Farming.
constexpr std::span<const Share> kRotations[] = {kCold,  kTemperate, kMediterranean, kSteppe,
                                                 kPaddy, kMonsoon,   kTropical,      kIrrigated};

// Meadows and clover are cut every six weeks and green up again; weeds follow the grass.
CropState perennial(Crop crop, const Season& season, double shift, bool early)
{
    CropState state;
    const double growing = 0.25 + 0.75 * season.grass;
    double since = std::fmod(wrapped(season.day - season.onset - 50 + shift), 45);
    const bool standing = season.grass > 0.35 && since > 12;
    if (crop == Crop::Fallow) {
        state.green = (0.1 + 0.5 * chance(static_cast<std::uint64_t>(shift + 1000))) * season.grass;
        state.dry = 0.25 * (1 - season.grass);
        state.heightM = 0.2;
        return state;
    }
    if (early && standing) since = 1;
    const double regrown = season.grass > 0.35 ? smoothstep(-6, 26, since) : 1;
    state.green = 0.92 * growing * (0.25 + 0.75 * regrown);
    state.dry = 0.6 * (1 - regrown) + 0.35 * (1 - growing);
    state.heightM = 0.1 + 0.4 * regrown * season.grass;
    return state;
}

} // namespace

Season seasonAt(const Climate& climate, double day)
{
    Season season{};
    season.day = day;
    season.onset = onsetOf(climate);
    season.grass = growth(climate, day);
    const double warm = climate.temperatureC(day), rising = warm - climate.temperatureC(day - 12);
    const double range = std::abs(climate.temperatureC(201) - climate.temperatureC(18));
    const double cold = smoothstep(7, 14, range + (warm < 4 ? 7 : 0)); // without a winter trees heed only drought
    const double warmth = rising > 0 ? smoothstep(6, 13, climate.temperatureC(day - 6)) : smoothstep(5, 11, warm);
    const double drought = smoothstep(0.02, 0.25, growth(climate, day - 15));
    season.leaf = (1 - cold * (1 - warmth)) * (0.35 + 0.65 * std::max(drought, cold));
    season.turning = rising < 0 ? cold * 4 * warmth * (1 - warmth) : 0;
    const double rain = climate.rainMm(day - 6);
    season.wetness = std::clamp(rain / (rain + 25 + 2.5 * std::max(0.0, warm)), 0.03, 0.95);
    return season;
}

Crop cropOf(Farming farming, double draw)
{
    const auto rotation = kRotations[static_cast<std::size_t>(farming)];
    for (const Share& share : rotation)
        if ((draw -= share.share) < 0) return share.crop;
    return rotation.back().crop;
}

CropState cropAt(Crop crop, const Season& season, double shift, bool early)
{
    const auto* found =
        std::find_if(std::begin(kCalendars), std::end(kCalendars), [&](const Calendar& c) { return c.crop == crop; });
    if (found == std::end(kCalendars)) return perennial(crop, season, shift, early);
    const Calendar& c = *found;
    const double length = c.harvested - c.sown;
    double age = wrapped(season.day - season.onset - shift - c.sown); // since emergence
    CropState state;
    if (early && age < length && age > 10) age = length + 1;
    if (age < length) {
        const double rise = c.full - c.sown;
        const double begin = std::max(0.0, rise - (c.winterCover > 0 ? 62 : rise));
        const double young = c.winterCover * smoothstep(0, 50, age);
        const double grown = young + (c.cover - young) * smoothstep(begin, rise, age);
        const double ripe = smoothstep(c.ripe - c.sown, length - 8, age);
        state.green = grown * (1 - ripe);
        state.dry = grown * ripe;
        state.heightM = c.heightM * smoothstep(begin, rise + 10, age);
        if (crop == Crop::Rape)
            state.flower = 0.85 * smoothstep(rise - 14, rise - 4, age) * smoothstep(rise + 24, rise + 12, age);
        if (crop == Crop::Rice) state.flooded = (1 - grown) * smoothstep(rise + 10, rise - 20, age);
    } else {
        const double since = age - length;
        state.dry = since < c.stubbleDays ? 0.55 * (1 - 0.5 * since / c.stubbleDays) : 0;
        state.green = 0.12 * season.grass * smoothstep(15, 60, since); // what was spilt comes up
        if (crop == Crop::Rice) state.flooded = 0.8 * smoothstep(kYear - length - 25, kYear - length - 5, since);
    }
    return state;
}

} // namespace revisit::simulation

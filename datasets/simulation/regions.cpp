// SPDX-License-Identifier: Apache-2.0
#include "datasets/simulation/climate.h"
#include <algorithm>
#include <cmath>
#include <iterator>
#include <numbers>

namespace revisit::simulation {

namespace {

constexpr double kRadians = std::numbers::pi / 180;

// Rounded from what climate and soil atlases say of each region: precipitation and its season after GPCC's and
// WorldClim's maps, soils after the WRB/FAO soil map, parcel sizes after Lesiv et al. (2019) and Fritz et al. (2015),
// aerosol after the MODIS and AERONET climatologies. Boxes lie on land.
// name, west, east, south, north, elevation, relief, rain, peak, seasonality, warmer, continentality, soil, farming,
// wood, ha, elongation, regularity, clay roofs, haze
constexpr Region kRegions[] = {
    {"Normandy",      -0.5, 3,   47.5, 49.5, 120, 14, 720, 330, .15, 3, .62, Soil::Loam, Farming::Temperate,
     Wood::Broadleaf, 5,    1.8, .1,   .5,   .10},
    {"English Midlands", -2.8, 0,   51.3, 53.4, 90, 14, 750, 330, .15, 3.5, .5, Soil::Loam, Farming::Temperate,
     Wood::Broadleaf,    5,    1.5, 0,    .6,   .09},
    {"Bavaria",          10,          12.6, 48.1, 49.4, 440, 18, 850, 190, .3, 1.2, .9, Soil::Loam,
     Farming::Temperate, Wood::Mixed, 2.2,  3,    .1,   .9,  .10},
    {"Lesser Poland",    19.5,        23,  50, 51.6, 220, 14, 640, 190, .4, 1, 1, Soil::Loess,
     Farming::Temperate, Wood::Mixed, 1.2, 7,  .2,   .6,  .13},
    {"Po Plain",      8.6, 11.8, 44.8, 45.4, 40, 2, 850, 300, .15, 3.5, .95, Soil::Loam, Farming::Paddy,
     Wood::Broadleaf, 3,   2.5,  .4,   .95,  .20},
    {"Andalusia",     -5.8, -3.4, 37.3, 38.4, 300, 26, 480, 350, .7, 3, .72, Soil::Terra, Farming::Mediterranean,
     Wood::Evergreen, 5,    1.6,  0,    .9,   .13},
    {"Castile",       -5.4, -2.8, 40.8, 42.3, 820, 14, 430, 320, .3, 2.5, .72, Soil::Calcareous, Farming::Mediterranean,
     Wood::Evergreen, 5,    2,    .05,  .9,   .09},
    {"Ukraine",       30, 36, 47.8, 50.2, 140, 8, 560, 180, .25, 1.2, 1.15, Soil::Chernozem, Farming::Steppe,
     Wood::Broadleaf, 45, 2,  .5,   .3,   .12},
    {"Anatolia",      31.5,          35, 38.3, 39.8, 1000, 30, 380, 100, .45, 3, .9, Soil::Calcareous,
     Farming::Steppe, Wood::Conifer, 3,  2.2,  0,    .8,   .12},
    {"Småland", 13.6,         15.8,          56.8,          58, 190, 12, 700, 230, .3, 3.6,
     .72,       Soil::Podzol, Farming::Cold, Wood::Conifer, 3,  1.5, 0,  .5,  .06},
    {"Finland",     23.5,          29,  61.5, 64, 120, 9,  620, 220, .3, 5, .85, Soil::Podzol,
     Farming::Cold, Wood::Conifer, 2.5, 2,    .1, .2,  .06},
    {"Volga",         44,          49, 52, 55, 150, 10, 520, 190, .3, .5, 1.25, Soil::Chernozem,
     Farming::Steppe, Wood::Mixed, 60, 2,  .5, .2,  .10},
    {"Kazakh Steppe", 64,  72,  51.5, 53.5, 200, 5, 340, 190, .45, 0, 1.4, Soil::Chernozem, Farming::Steppe,
     Wood::Broadleaf, 150, 1.5, .8,   .1,   .10},
    {"Central Yakutia", 124,           132,           61, 63.5, 180, 10, 250, 210, .6, -6, 2.1,
     Soil::Podzol,      Farming::Cold, Wood::Conifer, 10, 1.5,  0,   .1, .07},
    {"Iowa",          -96, -91.5, 41,  43.2, 320, 8, 860, 170, .45, 1, 1.3, Soil::Chernozem, Farming::Steppe,
     Wood::Broadleaf, 30,  1,     .95, .1,   .11},
    {"Saskatchewan",  -108, -103, 50,  52.2, 550, 6, 390, 180, .5, -1, 1.35, Soil::Loam, Farming::Steppe,
     Wood::Broadleaf, 60,   1,    .98, .05,  .08},
    {"High Plains",      -102.5,        -100.2, 36.5, 39.5, 900, 5,  470, 170, .55, 1.5, 1.1, Soil::Loam,
     Farming::Irrigated, Wood::Savanna, 50,     1,    1,    .1,  .08},
    {"New England",      -73,         -71.4, 42.2, 44, 230, 35, 1100, 270, .05, -1, 1.1, Soil::Podzol,
     Farming::Temperate, Wood::Mixed, 3,     1.3,  0,  .05, .09},
    {"Georgia Piedmont", -85,         -82.5, 31.8, 33.8, 180, 12, 1250, 30, .1, 0, .85, Soil::Ferralsol,
     Farming::Monsoon,   Wood::Mixed, 12,    1.3,  .1,   .1,  .13},
    {"Central Valley",   -121.4,        -119.6, 36.2, 38.4, 70, 2,  330, 15, .9, 0, .75, Soil::Loam,
     Farming::Irrigated, Wood::Savanna, 16,     1.2,  .95,  .4, .13},
    {"Oregon",           -123.2,        -122, 43.8, 45.4, 200, 50, 1150, 355, .75, 0, .55, Soil::Podzol,
     Farming::Temperate, Wood::Conifer, 10,   1.3,  .4,   .05, .08},
    {"Bajio",          -102,          -100, 20,  21.4, 1750, 25, 650, 215, .85, 1, .5, Soil::Chernozem,
     Farming::Monsoon, Wood::Savanna, 3,    1.6, .3,   .2,   .13},
    {"Mato Grosso",   -58, -53, -15, -11.5, 380, 8, 1750, 20, .85, 0, .25, Soil::Ferralsol, Farming::Tropical,
     Wood::Evergreen, 120, 1.7, .5,  .6,    .12},
    {"Paraná",         -53.5,           -50, -25.5, -22.5, 550, 18, 1600, 15, .35, -1, .45, Soil::Ferralsol,
     Farming::Monsoon, Wood::Broadleaf, 15,  2,     .2,    .7,  .09},
    {"Amazonia",      -63, -58, -7.5, -4, 90, 8, 2300, 60, .5, 0, .1, Soil::Ferralsol, Farming::Tropical,
     Wood::Evergreen, 15,  2.2, .3,   .5, .15},
    {"Pampas",        -63,           -59, -36.5, -33, 90, 2,  920, 40, .35, 0, .85, Soil::Chernozem,
     Farming::Steppe, Wood::Savanna, 50,  1.4,   .7,  .2, .08},
    {"Chilean Centre",       -72.2,       -71, -37, -34, 200, 25, 800, 175, .85, -.5, .55, Soil::Terra,
     Farming::Mediterranean, Wood::Mixed, 8,   1.5, .2,  .2,  .09},
    {"Sahel",       -3, 4,   12.5, 14.5, 270, 4, 600, 225, 1, 2, .45, Soil::Sand, Farming::Monsoon,
     Wood::Savanna, 1,  1.4, 0,    0,    .38},
    {"Togo Plateau", .8, 1.8, 7, 9.2, 250, 14, 1300, 210, .6, 0, .2, Soil::Ferralsol, Farming::Tropical,
     Wood::Savanna,  .8, 1.4, 0, 0,   .30},
    {"Kenya Highlands", 35, 37, -1, .8, 1900, 40, 1100, 115, .4, 2, .1, Soil::Ferralsol, Farming::Tropical,
     Wood::Evergreen,   .7, 3,  .1, 0,  .12},
    {"Nile Delta",       30.5,          31.8, 30.4, 31.1, 8, 1,  60, 15, .9, 0, .7, Soil::Loam,
     Farming::Irrigated, Wood::Savanna, .6,   4,    .3,   0, .24},
    {"Nubian Desert", 26, 31, 22, 27, 300, 20, 4, 15, .5, 1, .85, Soil::Sand, Farming::Irrigated,
     Wood::Savanna,   50, 1,  1,  0,  .22},
    {"Rub al Khali", 46, 52, 19, 22, 250, 14, 35, 60, .6, 3, .8, Soil::Sand, Farming::Irrigated,
     Wood::Savanna,  45, 1,  .9, 0,  .30},
    {"Highveld", 26, 29.5,        -28.8,           -26.2,         1550, 10,  680, 10, .85,
     3,          .6, Soil::Terra, Farming::Steppe, Wood::Savanna, 25,   1.4, .2,  .1, .12},
    {"Punjab",      74, 76.5, 29.8, 31.6, 230, 1.5, 620, 215, .9, 3.5, .95, Soil::Loess, Farming::Irrigated,
     Wood::Savanna, 1,  1.5,  .7,   .1,   .48},
    {"Deccan",      75,  79,  16, 20, 520, 14, 850, 220, .9, 1, .4, Soil::Chernozem, Farming::Monsoon,
     Wood::Savanna, 1.2, 1.7, .1, .4, .35},
    {"North China Plain", 114.5,           117, 35, 38.5, 40, 1,  580, 205, .9, 1, 1.15, Soil::Loess,
     Farming::Irrigated,  Wood::Broadleaf, .6,  5,  .8,   .4, .55},
    {"Hunan",         111, 113.5, 26.5, 29, 110, 25, 1450, 150, .45, -.5, .95, Soil::Ferralsol, Farming::Paddy,
     Wood::Evergreen, .5,  1.6,   0,    .2, .50},
    {"Gobi",        102, 108, 43, 45, 1200, 14, 130, 205, .9, -1, 1.35, Soil::Gravel, Farming::Irrigated,
     Wood::Savanna, 20,  1.3, .6, 0,  .12},
    {"Honshu", 138.6, 140.6,        35.8,           38,          180, 45,  1500, 220, .35,
     -1,       .95,   Soil::Podzol, Farming::Paddy, Wood::Mixed, .5,  2.5, .6,   .2,  .18},
    {"Java",          109, 112.4, -7.7, -6.9, 120, 18, 2300, 20, .6, 0, .05, Soil::Ferralsol, Farming::Paddy,
     Wood::Evergreen, .4,  2,     .1,   1,    .25},
    {"Riverina",         144.5,         147, -36, -34.5, 120, 2,  420, 190, .2, 0, .85, Soil::Terra,
     Farming::Irrigated, Wood::Savanna, 40,  1.4, .6,    .2,  .07},
    {"Outback",          130,           138, -26, -22, 450, 10, 230, 40, .7, 1, .85, Soil::Terra,
     Farming::Irrigated, Wood::Savanna, 80,  1.2, .3,  0,   .06},
    {"Canterbury",       171.4,         172.6, -44, -43.4, 150, 4,  650, 180, .1, 0, .55, Soil::Loam,
     Farming::Irrigated, Wood::Conifer, 14,    1.4, .7,    .1,  .05},
};

} // namespace

std::int64_t regionCount() { return std::size(kRegions); }
const Region& region(std::int64_t index) { return kRegions[index]; }

std::int64_t nearestRegion(double lon, double lat)
{
    const auto distance = [&](const Region& r) {
        const double middle = (r.west + r.east) / 2, half = (r.east - r.west) / 2;
        const double dLon =
            std::max(0.0, std::abs(std::remainder(lon - middle, 360)) - half) * std::cos(lat * kRadians);
        const double dLat = std::max({0.0, r.south - lat, lat - r.north});
        return std::hypot(dLon, dLat);
    };
    return std::min_element(std::begin(kRegions), std::end(kRegions),
                            [&](const Region& a, const Region& b) { return distance(a) < distance(b); }) -
           std::begin(kRegions);
}

} // namespace revisit::simulation

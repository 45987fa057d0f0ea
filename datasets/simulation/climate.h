// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

namespace revisit::simulation {

/// What grows where people plough.
enum class Farming : std::uint8_t { Cold, Temperate, Mediterranean, Steppe, Paddy, Monsoon, Tropical, Irrigated };
/// What grows where they do not.
enum class Wood : std::uint8_t { Mixed, Broadleaf, Conifer, Evergreen, Savanna };
/// Typical soils, by name; spectra in materials.cpp.
enum class Soil : std::uint8_t { Loam, Chernozem, Podzol, Terra, Ferralsol, Calcareous, Loess, Sand, Gravel };

/// A part of the world with one look; the landscape's data sheet. Sources are in climate.cpp.
struct Region {
    const char* name;
    double west, east, south, north;             ///< degrees, on land
    double elevationM, reliefM;                  ///< of the lowlands; deviation within about 2 km
    double rainMm, rainPeakDay, rainSeasonality; ///< a year's sum, day of the year, 0 (even) .. 1 (one wet season)
    double warmerC, continentality;              ///< against the latitude's mean; 1: amplitude of inland Europe
    Soil soil;
    Farming farming;
    Wood wood;
    double fieldHa, elongation, regularity; ///< of parcels
    double clayRoofs;                       ///< share of tiled roofs
    double haze;                            ///< typical aerosol optical depth at 550 nm
};

/// The regions' number and data.
std::int64_t regionCount();
const Region& region(std::int64_t index);
/// The index of the region that holds a place or lies nearest to it.
std::int64_t nearestRegion(double lon, double lat);

/// A place's mean weather.
struct Climate {
    double lat, elevationM;
    const Region* region;
    /// Mean air temperature of a day of the year, degrees Celsius.
    double temperatureC(double day) const;
    /// Mean precipitation around a day of the year, mm a month.
    double rainMm(double day) const;
    /// Typical snow depth, cm: what falls below zero lies until it melts.
    double snowCm(double day) const;
};

/// Where the sun stands at a day of the year at 10:30 local solar time, when Sentinel-2 and Landsat pass.
struct Sun {
    double elevationDeg; ///< at least 6: at lower suns those satellites take no images
    double azimuthDeg;   ///< clockwise from north
};
Sun sunAt(double lat, double day);

} // namespace revisit::simulation

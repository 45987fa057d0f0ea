// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>

namespace revisit {

/// Images as Sentinel-2's patches are given away: GeoTIFF, 12 bands of 16 bits, pixel after pixel (GDAL's default), not
/// compressed, which is the fastest to read.
struct Tiles {
    static constexpr std::int64_t bands = 12;
    static constexpr double scale = 1e-4; ///< reflectance of a sample
    std::int64_t sidePx;
    std::filesystem::path folder; ///< made if it is not there
};

/// Writes tile-0.tif and so on: smooth land with noise, side by side on the ground.
void writeTiles(const Tiles& tiles, std::int64_t count);

} // namespace revisit

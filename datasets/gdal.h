// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

class GDALDataset;
class OGRCoordinateTransformation;

namespace revisit {

/// GDAL as Revisit uses it, made ready at the first call: no network, no side files, and no other driver in the process
/// than those that Revisit opens files with.
void startGdal();

struct GdalCloser {
    void operator()(GDALDataset* dataset) const;
};

/// What GDAL said last, in a line; `otherwise` when it said nothing.
std::string gdalReason(const std::string& otherwise);

/// The name by which GDAL opens a regular file; Error when it is none, or a name of GDAL's own.
std::string gdalName(const std::filesystem::path& file);

struct TransformCloser {
    void operator()(OGRCoordinateTransformation* transform) const;
};

/// Places in degrees, WGS 84, of points in reference systems of EPSG's list. One thread each.
class Degrees {
public:
    /// Longitude and latitude; nothing where there is no such system, or the point lies outside of it.
    std::optional<std::array<double, 2>> of(int epsg, double x, double y);

private:
    std::map<int, std::unique_ptr<OGRCoordinateTransformation, TransformCloser>> m_known;
};

/// Error unless the virtual raster names images below its own folder only, by plain sources: no raw bands, no pixel
/// functions, no warping, no other virtual raster.
void requireHarmlessVrt(const std::filesystem::path& file);

} // namespace revisit

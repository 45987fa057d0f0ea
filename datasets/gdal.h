// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>

class GDALDataset;

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

/// Error unless the virtual raster names images below its own folder only, by plain sources: no raw bands, no pixel
/// functions, no warping, no other virtual raster.
void requireHarmlessVrt(const std::filesystem::path& file);

} // namespace revisit

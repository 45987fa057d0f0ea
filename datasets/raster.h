// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/pack.h"
#include <optional>

namespace revisit {

/// One open image file (GeoTIFF, JPEG, PNG, JPEG 2000; by their own names netCDF and VRT), read through GDAL. It trusts
/// no file: only these drivers, only regular files, sizes checked before anything is allocated, a truncated image is an
/// Error and never grey. Errors name the file. One handle a thread.
class Raster {
public:
    static constexpr std::int64_t maxSide = 1 << 20, maxBands = 4096;
    static constexpr std::int64_t maxBlockBytes = 256ll << 20, maxFileBytes = 64ll << 30;
    /// Samples read at once: pixels times bands.
    static constexpr std::int64_t maxWindow = 1ll << 28;

    /// `variable`: which one of a netCDF file that holds several.
    explicit Raster(const std::filesystem::path& file, const std::string& variable = {});
    /// An image in memory, which must outlive this; `name` is what errors call it.
    Raster(std::span<const std::byte> bytes, const std::string& name);
    ~Raster();
    Raster(const Raster&) = delete;
    Raster& operator=(const Raster&) = delete;

    /// What kind of file it is ("GeoTIFF"), and where its coordinates are ("EPSG:32631"; empty where it does not say).
    std::string driver() const;
    std::string referenceSystem() const;
    std::int64_t width() const;
    std::int64_t height() const;
    /// The type that read() gives: 8 and 16 bits as they are, all else as 32-bit floating point.
    Sample sample() const;
    /// Without an alpha channel. Names: red, green, blue of three bands of 8 bits; else the file's descriptions where
    /// they differ; else B1, B2, ... Scales and offsets: the file's own, else 1/255 of unsigned 8 bits, 1/10,000 of
    /// unsigned 16 bits (Sentinel-2's), else 1.
    const std::vector<Band>& bands() const;
    /// Whether the file itself gives its bands' names, and a scale or offset.
    bool isNamed() const;
    bool isScaled() const;

    struct Window {
        std::int64_t x = 0, y = 0, width = 0, height = 0;
    };
    /// The window as `columns` x `rows` area averages of what is not nodata, band after band, rows from the top, into
    /// `to`, which has exactly that size. Where all is nodata: NaN of floating point, else the band's nodata.
    void read(const Window& window, std::int64_t columns, std::int64_t rows, std::span<std::byte> to) const;

    struct Place {
        double lon = NAN, lat = NAN; ///< degrees, WGS 84
    };
    /// Where a pixel position lies (0, 0: the upper left corner of the first pixel), if the file says so.
    std::optional<Place> place(double x, double y) const;
    /// Ground sampling distance at the centre in metres, NAN where unknown.
    double gsdM() const;

private:
    struct Open;
    std::unique_ptr<Open> m_open;
};

} // namespace revisit

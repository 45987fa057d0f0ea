// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/gdal.h"
#include "engine/sourcetools.h"
#include <gdal_priv.h>
#include <ogr_spatialref.h>

// Small files of published layouts, every number known.
namespace revisit::testing {

/// What a file is made of: each sample is sample(band, x, y).
struct Made {
    int width, height;
    int bands = 1;
    GDALDataType type = GDT_UInt16;
    double metres = 10;
    const char* driver = "GTiff";
};

/// Writes an image in zone 31 north of UTM, its upper left corner at 500,000 E 5,000,000 N; JPEG 2000 without loss.
inline void writeImage(const std::filesystem::path& file, const Made& made,
                       const std::function<double(int, int, int)>& sample)
{
    startGdal();
    std::filesystem::create_directories(file.parent_path());
    auto& manager = *GetGDALDriverManager();
    const bool copies = made.driver != std::string("GTiff");
    const auto path = copies ? std::string("/vsimem/copied.tif") : file.string();
    std::unique_ptr<GDALDataset, GdalCloser> image(manager.GetDriverByName("GTiff")->Create(
        path.c_str(), made.width, made.height, made.bands, made.type, nullptr));
    QVERIFY(image);
    std::array<double, 6> transform = {500000, made.metres, 0, 5000000, 0, -made.metres};
    OGRSpatialReference system;
    system.importFromEPSG(32631);
    image->SetGeoTransform(transform.data());
    image->SetSpatialRef(&system);
    std::vector<double> row(static_cast<std::size_t>(made.width));
    for (int b = 0; b < made.bands; ++b)
        for (int y = 0; y < made.height; ++y) {
            for (int x = 0; x < made.width; ++x) row[static_cast<std::size_t>(x)] = sample(b, x, y);
            QCOMPARE(image->GetRasterBand(b + 1)->RasterIO(GF_Write, 0, y, made.width, 1, row.data(), made.width, 1,
                                                           GDT_Float64, 0, 0, nullptr),
                     CE_None);
        }
    if (!copies) return;
    image->FlushCache();
    std::array options = {const_cast<char*>("QUALITY=100"), const_cast<char*>("REVERSIBLE=YES"),
                          static_cast<char*>(nullptr)};
    std::unique_ptr<GDALDataset, GdalCloser> copy(
        manager.GetDriverByName(made.driver)
            ->CreateCopy(file.c_str(), image.get(), TRUE, options.data(), nullptr, nullptr));
    QVERIFY(copy);
    copy.reset();
    image.reset();
    VSIUnlink(path.c_str());
}

/// Sample (x, y) of band b of a patch, as it is stored.
template <class T>
T sampleOf(const Pack& pack, std::int64_t patch, std::size_t layer, std::size_t band, std::int64_t x, std::int64_t y)
{
    const auto size = pack.format().sizePx;
    T value;
    std::memcpy(&value,
                pack.record(patch, layer) + (static_cast<std::int64_t>(band) * size * size + y * size + x) *
                                                static_cast<std::int64_t>(sizeof value),
                sizeof value);
    return value;
}

inline std::int64_t indexOf(const Pack& pack, const std::string& id)
{
    const auto found = std::ranges::find(pack.patches(), id, &Patch::id);
    return found == pack.patches().end() ? -1 : found - pack.patches().begin();
}

inline std::vector<std::string> namesOf(const Layer& layer)
{
    std::vector<std::string> names;
    for (const auto& band : layer.bands) names.push_back(band.name);
    return names;
}

} // namespace revisit::testing

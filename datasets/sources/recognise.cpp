// SPDX-License-Identifier: Apache-2.0
#include "datasets/sources/recognise.h"
#include "datasets/base/error.h"
#include "datasets/dataset.h"
#include "datasets/sources/hdf5names.h"
#include "datasets/sources/imagelist.h"
#include "datasets/sources/rasterinfo.h"
#include "datasets/vector.h"
#include <algorithm>
#include <set>

namespace revisit {
namespace {

namespace fs = std::filesystem;

std::string extensionOf(const fs::path& file)
{
    auto extension = file.extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return extension;
}

const std::set<std::string> imageKinds = {".tif", ".tiff", ".jp2", ".nc", ".vrt", ".jpg", ".jpeg", ".png"};
const std::set<std::string> tableKinds = {".csv", ".gpkg", ".geojson", ".shp"};

bool isImageFile(const fs::path& file) { return fs::is_regular_file(file) && imageKinds.count(extensionOf(file)); }

// S2-100K (Klemmer et al. 2023): index.csv of fn, lon, lat beside 12 bands of Sentinel-2 whose names say nothing.
bool isS2100k(const fs::path& folder, const Raster& first)
{
    if (!fs::is_regular_file(folder / "index.csv") || first.isNamed() || first.bands().size() != 12 ||
        first.sample() != Sample::UInt16)
        return false;
    const Vector table(folder / "index.csv");
    return table.column("fn") && table.column("lon") && table.column("lat");
}

// EuroSAT's GeoTIFFs of 13 bands whose names say nothing; B8A is the last of them.
bool isEuroSat(const ImageList& images, const Raster& first)
{
    const std::set<std::string> classes = {"AnnualCrop", "Forest",  "HerbaceousVegetation", "Highway",
                                           "Industrial", "Pasture", "PermanentCrop",        "Residential",
                                           "River",      "SeaLake"};
    return !first.isNamed() && first.bands().size() == 13 && first.sample() == Sample::UInt16 &&
           !images.classes().empty() &&
           std::ranges::all_of(images.classes(), [&](const auto& name) { return classes.contains(name); });
}

// The products of Sentinel-2 that lie in a folder.
std::vector<fs::path> productsIn(const fs::path& folder)
{
    std::vector<fs::path> all;
    std::error_code failed;
    for (const auto& item : fs::directory_iterator(folder, failed))
        if (item.path().extension() == ".SAFE" && isSafe(item.path())) all.push_back(item.path());
    return all;
}

// Of data sets that are known by the names of their files and folders.
std::optional<Json> recognisedLayout(const fs::path& source)
{
    const auto found = [&](const char* name) { return Json{{"name", name}, {"path", source.string()}}; };
    if (isSafe(source)) return found("safe");
    if (isFmow(source)) return found("fmow");
    if (!fs::is_directory(source)) return {};
    if (isBigEarthNet(source)) return found("bigearthnet");
    if (isSeasons(source)) return found("seasons");
    const auto products = productsIn(source);
    if (products.size() > 1)
        throw Error(source.string() + ": holds " + std::to_string(products.size()) +
                    " products of Sentinel-2; choose one of them, as " + products[0].filename().string());
    if (products.size() == 1) return Json{{"name", "safe"}, {"path", products[0].string()}};
    return {};
}

} // namespace

Json recognised(const fs::path& source)
{
    if (const auto packed = recognisedHdf5(source)) return *packed;
    if (const auto layout = recognisedLayout(source)) return *layout;
    Json found = {{"name", "folder"}, {"path", source.string()}};
    if (extensionOf(source) == ".pack") found["name"] = "pack";
    if (tableKinds.count(extensionOf(source)))
        throw Error(source.string() + ": is a table without images; name it as the table of a folder of images "
                                      "(dataset.table)");
    if (isImageFile(source)) found["name"] = isCropHarvest(Raster(source)) ? "cropharvest" : "scene";
    if (!fs::is_directory(source) && extensionOf(source) != ".zip") return found;
    const ImageList images(source);
    images.open(0, [&](const Raster& first) {
        if (isCropHarvest(first) && fs::is_directory(source))
            found["name"] = "cropharvest";
        else if (isEuroSat(images, first))
            found["sensor"] = "sentinel-2-l1c", found["bands"] = "B01,B02,B03,B04,B05,B06,B07,B08,B09,B10,B11,B12,B8A";
        else if (isS2100k(source, first))
            found["sensor"] = "sentinel-2-l2a";
    });
    return found;
}

std::optional<Json> inspected(const fs::path& source, const Progress& progress)
{
    if (!fs::is_regular_file(source) || recognisedLayout(source)) return {};
    if (tableKinds.count(extensionOf(source))) return vectorInfo(Vector(source));
    if (!isImageFile(source)) return {};
    const Raster image(source);
    if (isCropHarvest(image)) return {};
    return rasterInfo(image, progress);
}

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "datasets/gdal.h"
#include "datasets/base/error.h"
#include "datasets/base/files.h"
#include <array>
#include <cpl_minixml.h>
#include <fstream>
#include <gdal_frmts.h>
#include <gdal_priv.h>
#include <memory>
#include <mutex>
#include <ogr_spatialref.h>
#include <ogrsf_frmts.h>
#include <set>

namespace revisit {
namespace {

namespace fs = std::filesystem;

struct TreeCloser {
    void operator()(CPLXMLNode* node) const { CPLDestroyXMLNode(node); }
};

// What a virtual raster may be made of; all else could name addresses, run functions or open other files.
const std::set<std::string> plainElements = {
    "VRTDataset", "SRS",          "GeoTransform",  "Metadata",       "MDI",         "VRTRasterBand",    "Description",
    "UnitType",   "Offset",       "Scale",         "ColorInterp",    "NoDataValue", "HideNoDataValue",  "CategoryNames",
    "Category",   "SimpleSource", "ComplexSource", "SourceFilename", "SourceBand",  "SourceProperties", "SrcRect",
    "DstRect",    "NODATA",       "ScaleOffset",   "ScaleRatio",     "BlockXSize",  "BlockYSize",       "OverviewList",
    "ColorTable", "Entry",        "Histograms",    "MaskBand"};

void checkSource(const fs::path& vrt, const CPLXMLNode* element)
{
    const std::string named = CPLGetXMLValue(element, "", "");
    const bool relative = std::string(CPLGetXMLValue(element, "relativeToVRT", "0")) == "1";
    std::error_code failed;
    const auto folder = fs::weakly_canonical(fs::absolute(vrt).parent_path(), failed);
    const auto source = fs::weakly_canonical(relative ? folder / named : fs::path(named), failed);
    const auto inside = source.lexically_relative(folder);
    if (failed || inside.empty() || *inside.begin() == ".." || !fs::is_regular_file(source, failed))
        throw Error(vrt.string() + ": names " + named.substr(0, 200) +
                    ", which is no file below its folder; make it again beside its images");
    std::string begin(4096, '\0');
    std::ifstream(source, std::ios::binary).read(begin.data(), static_cast<std::streamsize>(begin.size()));
    if (begin.find("<VRT") != std::string::npos)
        throw Error(vrt.string() + ": names another virtual raster, " + named.substr(0, 200) +
                    "; make it of images (gdal_translate)");
}

void checkElement(const fs::path& vrt, const CPLXMLNode* node)
{
    for (; node; node = node->psNext) {
        if (node->eType == CXT_Attribute && std::string(node->pszValue) == "subClass")
            throw Error(vrt.string() + ": has bands of the kind " + CPLGetXMLValue(node, nullptr, "?") +
                        "; save it as a GeoTIFF (gdal_translate)");
        if (node->eType != CXT_Element) continue;
        const std::string name = node->pszValue;
        if (name.front() == '?') continue;
        if (!plainElements.count(name))
            throw Error(vrt.string() + ": has an element " + name.substr(0, 100) +
                        ", which Revisit does not open; save it as a GeoTIFF (gdal_translate)");
        if (name == "SourceFilename") checkSource(vrt, node);
        checkElement(vrt, node->psChild);
    }
}

} // namespace

void startGdal()
{
    static std::once_flag once;
    std::call_once(once, [] {
        CPLSetErrorHandler(CPLQuietErrorHandler); // what GDAL has to say goes into our errors
        for (const auto& [key, value] : std::initializer_list<std::array<const char*, 2>>{
                 {"GDAL_ERROR_ON_LIBJPEG_WARNING", "TRUE"},
                 {"GDAL_DISABLE_READDIR_ON_OPEN", "EMPTY_DIR"},
                 {"GDAL_PAM_ENABLED", "NO"},
                 {"OGR_SQLITE_LOAD_EXTENSIONS", "NO"},
             })
            CPLSetConfigOption(key, value);
        OSRSetPROJEnableNetwork(0);
        GDALSetCacheMax64(512ll << 20);
        GDALRegister_GTiff();
        GDALRegister_JPEG();
        GDALRegister_PNG();
        GDALRegister_JP2OpenJPEG();
        GDALRegister_netCDF();
        GDALRegister_VRT();
        RegisterOGRCSV();
        RegisterOGRGeoJSON();
        RegisterOGRGeoPackage();
        RegisterOGRShape();
    });
}

void GdalCloser::operator()(GDALDataset* dataset) const { GDALClose(dataset); }

std::string gdalReason(const std::string& otherwise)
{
    std::string said = CPLGetLastErrorMsg();
    if (const auto line = said.find('\n'); line != std::string::npos) said.resize(line);
    if (said.size() > 200) said.resize(200);
    return said.empty() ? otherwise : said;
}

std::string gdalName(const fs::path& file)
{
    requireRegularFile(file);
    const auto path = fs::absolute(file).lexically_normal().string();
    if (path.rfind("/vsi", 0) == 0) throw Error(file.string() + ": is a name of GDAL's, not of a file");
    return path;
}

void TransformCloser::operator()(OGRCoordinateTransformation* transform) const
{
    OGRCoordinateTransformation::DestroyCT(transform);
}

std::optional<std::array<double, 2>> Degrees::of(int epsg, double x, double y)
{
    startGdal();
    const auto [known, isNew] = m_known.try_emplace(epsg);
    if (isNew) {
        OGRSpatialReference own, degrees;
        if (own.importFromEPSG(epsg) != OGRERR_NONE) return {};
        degrees.SetWellKnownGeogCS("WGS84");
        degrees.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
        own.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
        known->second.reset(OGRCreateCoordinateTransformation(&own, &degrees));
    }
    if (!known->second || !known->second->Transform(1, &x, &y)) return {};
    if (!(std::abs(x) <= 180) || !(std::abs(y) <= 90)) return {};
    return std::array{x, y};
}

void requireHarmlessVrt(const fs::path& file)
{
    const auto text = readFile(file, 16 << 20);
    const std::unique_ptr<CPLXMLNode, TreeCloser> tree(CPLParseXMLString(text.c_str()));
    if (!tree) throw Error(file.string() + ": is no virtual raster (" + gdalReason("no XML") + ")");
    checkElement(file, tree.get());
}

} // namespace revisit

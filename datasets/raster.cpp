// SPDX-License-Identifier: Apache-2.0
#include "datasets/raster.h"
#include "datasets/base/error.h"
#include "datasets/gdal.h"
#include "datasets/resample.h"
#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstring>
#include <gdal_priv.h>
#include <limits>
#include <numbers>
#include <ogr_spatialref.h>
#include <set>
#include <utility>

namespace revisit {
namespace {

const std::vector<const char*> images = {"GTiff", "JPEG", "PNG", "JP2OpenJPEG"};
constexpr const char* readable = "no image that Revisit reads: GeoTIFF, JPEG, PNG, JPEG 2000, netCDF, VRT";

struct Destroyer {
    void operator()(OGRCoordinateTransformation* it) const { OGRCoordinateTransformation::DestroyCT(it); }
};

// Whether a sample of this type can have this value: files declare -9999 of unsigned numbers too.
bool canBe(double value, Sample type)
{
    const auto within = [&](double low, double high) {
        return value >= low && value <= high && value == std::floor(value);
    };
    switch (type) {
    case Sample::UInt8: return within(0, 255);
    case Sample::UInt16: return within(0, 65535);
    case Sample::Int16: return within(-32768, 32767);
    case Sample::Float32: break;
    }
    return true;
}

double degreesToM(double degrees)
{
    return degrees * std::numbers::pi / 180 * 6371008.8; // mean radius of the earth
}

// Hears, for as long as it lives, what GDAL only warns of: a part of a TIFF that is not there is otherwise read as if
// it had never been meant to be, or as zeros.
class MissingParts {
public:
    MissingParts() { CPLPushErrorHandlerEx(hear, this); }
    ~MissingParts() { CPLPopErrorHandler(); }
    MissingParts(const MissingParts&) = delete;
    MissingParts& operator=(const MissingParts&) = delete;
    bool any() const { return m_any; }

private:
    static void hear(CPLErr, CPLErrorNum, const char* said)
    {
        for (const char* const part : {"IO error during reading of", "Incorrect count for"})
            if (std::strstr(said, part)) static_cast<MissingParts*>(CPLGetErrorHandlerUserData())->m_any = true;
    }
    bool m_any = false;
};

} // namespace

struct Raster::Open {
    std::string name, memory; // memory: its name in GDAL's file system in memory, if it is there
    std::unique_ptr<GDALDataset, GdalCloser> dataset;
    std::vector<GDALRasterBand*> bands;
    std::vector<Band> described;
    bool named = false, scaled = false;
    Sample sample = Sample::UInt8;
    std::array<double, 6> transform{};
    std::unique_ptr<OGRCoordinateTransformation, Destroyer> toDegrees;
    bool located = false; // whether toDegrees is as it stays: it takes longer to make than a small image to read

    ~Open()
    {
        toDegrees.reset();
        dataset.reset();
        if (!memory.empty()) VSIUnlink(memory.c_str());
    }
    [[noreturn]] void refuse(const std::string& what) const { throw Error(name + ": " + what); }
    [[noreturn]] void refuseDamaged() const
    {
        refuse("is damaged or cut short (" + gdalReason(readable) + "); download or copy it again");
    }
    void open(const std::string& path, const std::vector<const char*>& drivers);
    template <class T>
    void read(const Window& window, std::int64_t columns, std::int64_t rows, std::span<std::byte> to,
              GDALDataType type) const;
    std::vector<std::string> variables() const;
    void check();
    void describe();
    /// From the file's own system to degrees; null where it has none.
    OGRCoordinateTransformation* locate();
};

void Raster::Open::open(const std::string& path, const std::vector<const char*>& drivers)
{
    auto list = drivers;
    list.push_back(nullptr);
    CPLErrorReset();
    const MissingParts missing;
    dataset.reset(GDALDataset::Open(path.c_str(), GDAL_OF_RASTER | GDAL_OF_READONLY, list.data()));
    if (!dataset) refuse("cannot be read as an image (" + gdalReason(readable) + ")");
    if (dataset->GetRasterCount() == 0 && !variables().empty()) {
        std::string names;
        for (const auto& one : variables()) names += (names.empty() ? "" : ", ") + one;
        refuse("holds several variables (" + names + "); name one of them");
    }
    check();
    describe();
    if (missing.any()) refuseDamaged();
}

// Of a netCDF file that holds several: NETCDF:"/path/to/file.nc":temperature
std::vector<std::string> Raster::Open::variables() const
{
    std::vector<std::string> names;
    for (char** item = dataset->GetMetadata("SUBDATASETS"); item && *item; ++item) {
        const std::string text = *item;
        if (const auto key = text.find("_NAME="); key != std::string::npos && text.find('"') != std::string::npos)
            names.push_back(text.substr(text.rfind(':') + 1));
    }
    return names;
}

void Raster::Open::check()
{
    const std::int64_t width = dataset->GetRasterXSize(), height = dataset->GetRasterYSize();
    const std::int64_t count = dataset->GetRasterCount();
    const auto size = std::to_string(width) + " x " + std::to_string(height) + " pixels";
    if (width < 1 || height < 1 || count < 1) refuse("holds no pixels");
    if (width > maxSide || height > maxSide)
        refuse("declares " + size + "; the most that Revisit opens is " + std::to_string(maxSide) + " on a side");
    if (count > maxBands)
        refuse("declares " + std::to_string(count) + " bands; the most that Revisit opens is " +
               std::to_string(maxBands));
    const char* const interleave = dataset->GetMetadataItem("INTERLEAVE", "IMAGE_STRUCTURE");
    const bool together = interleave && std::string(interleave) == "PIXEL"; // then a block is decoded for all bands
    for (int b = 1; b <= count; ++b) {
        auto* const band = dataset->GetRasterBand(b);
        const auto type = band->GetRasterDataType();
        const std::int64_t bytes = GDALGetDataTypeSizeBytes(type);
        int blockWidth = 0, blockHeight = 0;
        band->GetBlockSize(&blockWidth, &blockHeight);
        // at most 2^62 * 16 * 4096 without the checks above, so in floating point
        const double block =
            static_cast<double>(blockWidth) * blockHeight * static_cast<double>(bytes * (together ? count : 1));
        if (block > static_cast<double>(maxBlockBytes))
            refuse("declares " + size + " in blocks of " + std::to_string(blockWidth) + " x " +
                   std::to_string(blockHeight) + ", which are more than 256 MiB; save it in smaller tiles");
        if (static_cast<double>(width * height) * static_cast<double>(bytes * count) >
            static_cast<double>(maxFileBytes))
            refuse("declares " + size + ", more than 64 GiB; cut it into smaller images");
        if (GDALDataTypeIsComplex(type)) refuse("holds complex numbers; save their magnitude");
        if (band->GetColorTable()) refuse("has a colour table; save it as RGB");
        if (band->GetColorInterpretation() != GCI_AlphaBand) bands.push_back(band);
    }
    if (bands.empty()) refuse("holds nothing but an alpha channel");
    const auto type = bands.front()->GetRasterDataType();
    for (auto* band : bands)
        if (band->GetRasterDataType() != type) refuse("has bands of different types; save them as one type");
    sample = type == GDT_Byte     ? Sample::UInt8
             : type == GDT_UInt16 ? Sample::UInt16
             : type == GDT_Int16  ? Sample::Int16
                                  : Sample::Float32;
}

void Raster::Open::describe()
{
    std::set<std::string> different;
    for (auto* band : bands) different.insert(band->GetDescription());
    named = different.size() == bands.size() && !different.count("");
    static constexpr const char* colours[] = {"red", "green", "blue"};
    const bool display = bands.size() == 3 && sample == Sample::UInt8;
    for (std::size_t b = 0; b < bands.size(); ++b) {
        Band band;
        band.name = display ? colours[b] : named ? bands[b]->GetDescription() : "B" + std::to_string(b + 1);
        if (display) band.common = band.name;
        band.unit = bands[b]->GetUnitType();
        band.scale = bands[b]->GetScale();
        band.offset = bands[b]->GetOffset();
        if (!(band.scale > 0) || !std::isfinite(band.scale)) refuse("has a scale that is not above 0");
        if (!std::isfinite(band.offset)) refuse("has an offset that is no number");
        if (band.scale != 1 || band.offset != 0)
            scaled = true;
        else
            band.scale = sample == Sample::UInt8 ? 1.0 / 255 : sample == Sample::UInt16 ? 1e-4 : 1;
        int has = 0;
        const double nodata = bands[b]->GetNoDataValue(&has);
        if (has && canBe(nodata, sample)) band.nodata = nodata;
        described.push_back(band);
    }
}

OGRCoordinateTransformation* Raster::Open::locate()
{
    if (std::exchange(located, true)) return toDegrees.get();
    const auto* const system = dataset->GetSpatialRef();
    if (!system || dataset->GetGeoTransform(transform.data()) != CE_None) return nullptr;
    for (const double number : transform)
        if (!std::isfinite(number)) return nullptr;
    if (!system->IsProjected() && !system->IsGeographic()) return nullptr;
    OGRSpatialReference degrees, own(*system);
    degrees.SetWellKnownGeogCS("WGS84");
    degrees.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
    own.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
    toDegrees.reset(OGRCreateCoordinateTransformation(&own, &degrees));
    return toDegrees.get();
}

Raster::Raster(const std::filesystem::path& file, const std::string& variable) : m_open(std::make_unique<Open>())
{
    startGdal();
    m_open->name = file.string();
    auto path = gdalName(file);
    if (file.extension() == ".vrt") {
        requireHarmlessVrt(file);
        m_open->open(path, {"VRT"});
        return;
    }
    const bool cube = file.extension() == ".nc";
    if (!variable.empty() &&
        (!cube || path.find('"') != std::string::npos || variable.find_first_of("\":/") < variable.size()))
        m_open->refuse("has no variable " + variable);
    if (!variable.empty()) path = "NETCDF:\"" + path + "\":" + variable;
    m_open->open(path, cube ? std::vector{"netCDF"} : images);
}

Raster::Raster(std::span<const std::byte> bytes, const std::string& name) : m_open(std::make_unique<Open>())
{
    startGdal();
    static std::atomic<std::uint64_t> count = 0;
    m_open->name = name;
    m_open->memory = "/vsimem/revisit/" + std::to_string(++count);
    auto* const data = reinterpret_cast<GByte*>(const_cast<std::byte*>(bytes.data())); // only read, as it is opened
    auto* const file = VSIFileFromMemBuffer(m_open->memory.c_str(), data, bytes.size(), FALSE);
    if (!file) m_open->refuse("cannot be read from memory");
    VSIFCloseL(file);
    m_open->open(m_open->memory, images);
}

Raster::~Raster() = default;

std::int64_t Raster::width() const { return m_open->dataset->GetRasterXSize(); }

std::int64_t Raster::height() const { return m_open->dataset->GetRasterYSize(); }

Sample Raster::sample() const { return m_open->sample; }

const std::vector<Band>& Raster::bands() const { return m_open->described; }

bool Raster::isNamed() const { return m_open->named; }

bool Raster::isScaled() const { return m_open->scaled; }

void Raster::read(const Window& window, std::int64_t columns, std::int64_t rows, std::span<std::byte> to) const
{
    const auto outside = [](std::int64_t from, std::int64_t length, std::int64_t size) {
        return from < 0 || length < 1 || from > size || length > size - from;
    };
    if (outside(window.x, window.width, width()) || outside(window.y, window.height, height()))
        m_open->refuse("has no such window");
    const std::int64_t pixels = window.width * window.height; // below 2^40
    const auto count = static_cast<std::int64_t>(bands().size());
    if (pixels > maxWindow / count)
        m_open->refuse("is " + std::to_string(window.width) + " x " + std::to_string(window.height) + " pixels of " +
                       std::to_string(count) + " bands, too much for one patch; cut it into smaller images");
    switch (sample()) {
    case Sample::UInt8: return m_open->read<std::uint8_t>(window, columns, rows, to, GDT_Byte);
    case Sample::UInt16: return m_open->read<std::uint16_t>(window, columns, rows, to, GDT_UInt16);
    case Sample::Int16: return m_open->read<std::int16_t>(window, columns, rows, to, GDT_Int16);
    case Sample::Float32: return m_open->read<float>(window, columns, rows, to, GDT_Float32);
    }
}

template <class T>
void Raster::Open::read(const Window& window, std::int64_t columns, std::int64_t rows, std::span<std::byte> to,
                        GDALDataType type) const
{
    const auto pixels = static_cast<std::size_t>(window.width * window.height);
    // of as many bands at once as `into` has room for
    const auto take = [&](T* into, std::size_t first, std::size_t count) {
        std::vector<int> numbers;
        for (auto b = first; b < first + count; ++b) numbers.push_back(bands[b]->GetBand());
        const auto width = static_cast<int>(window.width), height = static_cast<int>(window.height);
        CPLErrorReset();
        const MissingParts missing;
        const auto result =
            dataset->RasterIO(GF_Read, static_cast<int>(window.x), static_cast<int>(window.y), width, height, into,
                              width, height, type, static_cast<int>(count), numbers.data(), 0, 0, 0, nullptr);
        if (result != CE_None || missing.any()) refuseDamaged();
        if constexpr (std::is_floating_point_v<T>)
            for (auto b = first; b < first + count; ++b, into += pixels)
                if (const auto& nodata = described[b].nodata; nodata && !std::isnan(*nodata))
                    std::replace(into, into + pixels, static_cast<T>(*nodata), std::numeric_limits<T>::quiet_NaN());
    };
    auto* target = reinterpret_cast<T*>(to.data());
    if (columns == window.width && rows == window.height) return take(target, 0, bands.size());
    std::vector<T> full(pixels);
    const AreaWeights down(0, static_cast<double>(window.height), static_cast<std::size_t>(rows),
                           static_cast<std::size_t>(window.height));
    const AreaWeights across(0, static_cast<double>(window.width), static_cast<std::size_t>(columns),
                             static_cast<std::size_t>(window.width));
    for (std::size_t b = 0; b < bands.size(); ++b, target += columns * rows) {
        take(full.data(), b, 1);
        areaAverage(full.data(), static_cast<std::size_t>(window.width), down, across, target, described[b].nodata);
    }
}

std::string Raster::driver() const { return m_open->dataset->GetDriver()->GetMetadataItem(GDAL_DMD_LONGNAME); }

std::string Raster::referenceSystem() const
{
    const auto* const system = m_open->dataset->GetSpatialRef();
    if (!system) return {};
    const auto* const authority = system->GetAuthorityName(nullptr);
    const auto* const code = system->GetAuthorityCode(nullptr);
    return authority && code ? std::string(authority) + ":" + code : std::string(system->GetName());
}

std::optional<Raster::Place> Raster::place(double x, double y) const
{
    auto* const toDegrees = m_open->locate();
    if (!toDegrees) return {};
    const auto& t = m_open->transform;
    double lon = t[0] + x * t[1] + y * t[2], lat = t[3] + x * t[4] + y * t[5];
    if (!toDegrees->Transform(1, &lon, &lat)) return {};
    if (!(std::abs(lon) <= 180) || !(std::abs(lat) <= 90)) return {};
    return Place{lon, lat};
}

double Raster::gsdM() const
{
    if (!m_open->locate()) return NAN;
    const auto& t = m_open->transform;
    const double pixel = std::sqrt(std::abs(t[1] * t[5] - t[2] * t[4])); // in the units of its reference system
    const auto* const system = m_open->dataset->GetSpatialRef();
    if (system->IsProjected()) return pixel * system->GetLinearUnits(nullptr);
    const auto centre = place(static_cast<double>(width()) / 2, static_cast<double>(height()) / 2);
    if (!centre) return NAN;
    return degreesToM(pixel) * std::sqrt(std::cos(centre->lat * std::numbers::pi / 180));
}

} // namespace revisit

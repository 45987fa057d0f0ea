// SPDX-License-Identifier: Apache-2.0
#include "datasets/raster.h"
#include "datasets/base/error.h"
#include "datasets/base/files.h"
#include "datasets/resample.h"
#include <array>
#include <atomic>
#include <gdal_frmts.h>
#include <gdal_priv.h>
#include <mutex>
#include <numbers>
#include <ogr_spatialref.h>
#include <set>

namespace revisit {
namespace {

// Only these four drivers exist in this process: no VRT that names other files, no MEM that names addresses, no
// network.
void startGdal()
{
    static std::once_flag once;
    std::call_once(once, [] {
        CPLSetErrorHandler(CPLQuietErrorHandler); // what GDAL has to say goes into our errors
        for (const auto& [key, value] : std::initializer_list<std::array<const char*, 2>>{
                 {"GDAL_ERROR_ON_LIBJPEG_WARNING", "TRUE"},
                 {"GDAL_DISABLE_READDIR_ON_OPEN", "EMPTY_DIR"},
                 {"GDAL_PAM_ENABLED", "NO"},
             })
            CPLSetConfigOption(key, value);
        OSRSetPROJEnableNetwork(0);
        GDALSetCacheMax64(512ll << 20);
        GDALRegister_GTiff();
        GDALRegister_JPEG();
        GDALRegister_PNG();
        GDALRegister_JP2OpenJPEG();
    });
}

std::string reason()
{
    std::string said = CPLGetLastErrorMsg();
    if (const auto line = said.find('\n'); line != std::string::npos) said.resize(line);
    if (said.size() > 200) said.resize(200);
    return said.empty() ? "no image that Revisit reads: GeoTIFF, JPEG, PNG, JPEG 2000" : said;
}

struct Closer {
    void operator()(GDALDataset* dataset) const { GDALClose(dataset); }
};
struct Destroyer {
    void operator()(OGRCoordinateTransformation* it) const { OGRCoordinateTransformation::DestroyCT(it); }
};

double degreesToM(double degrees)
{
    return degrees * std::numbers::pi / 180 * 6371008.8; // mean radius of the earth
}

} // namespace

struct Raster::Open {
    std::string name, memory; // memory: its name in GDAL's file system in memory, if it is there
    std::unique_ptr<GDALDataset, Closer> dataset;
    std::vector<GDALRasterBand*> bands;
    Sample sample = Sample::UInt8;
    double scale = 1;
    std::array<double, 6> transform{};
    std::unique_ptr<OGRCoordinateTransformation, Destroyer> toDegrees;

    ~Open()
    {
        toDegrees.reset();
        dataset.reset();
        if (!memory.empty()) VSIUnlink(memory.c_str());
    }
    [[noreturn]] void refuse(const std::string& what) const { throw Error(name + ": " + what); }
    void open(const std::string& path)
    {
        static constexpr const char* drivers[] = {"GTiff", "JPEG", "PNG", "JP2OpenJPEG", nullptr};
        CPLErrorReset();
        dataset.reset(GDALDataset::Open(path.c_str(), GDAL_OF_RASTER | GDAL_OF_READONLY, drivers));
        if (!dataset) refuse("cannot be read as an image (" + reason() + ")");
        check();
        locate();
    }
    void check();
    void locate();
};

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
        if (band->GetOffset() != 0) refuse("has an offset of its values; unscale it (gdal_translate -unscale)");
        if (band->GetColorInterpretation() != GCI_AlphaBand) bands.push_back(band);
    }
    if (bands.empty()) refuse("holds nothing but an alpha channel");
    const auto type = bands.front()->GetRasterDataType();
    sample = type == GDT_Byte ? Sample::UInt8 : type == GDT_UInt16 ? Sample::UInt16 : Sample::Float32;
    scale = bands.front()->GetScale();
    for (auto* band : bands) {
        if (band->GetRasterDataType() != type) refuse("has bands of different types; save them as one type");
        if (band->GetScale() != scale) refuse("has bands of different scales; unscale them");
    }
    if (!(scale > 0) || !std::isfinite(scale)) refuse("has a scale that is not above 0");
    if (scale == 1 && sample != Sample::Float32) scale = sample == Sample::UInt8 ? 1.0 / 255 : 1e-4;
}

void Raster::Open::locate()
{
    const auto* const system = dataset->GetSpatialRef();
    if (!system || dataset->GetGeoTransform(transform.data()) != CE_None) return;
    for (const double number : transform)
        if (!std::isfinite(number)) return;
    if (!system->IsProjected() && !system->IsGeographic()) return;
    OGRSpatialReference degrees, own(*system);
    degrees.SetWellKnownGeogCS("WGS84");
    degrees.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
    own.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
    toDegrees.reset(OGRCreateCoordinateTransformation(&own, &degrees));
}

Raster::Raster(const std::filesystem::path& file) : m_open(std::make_unique<Open>())
{
    startGdal();
    m_open->name = file.string();
    requireRegularFile(file);
    const auto path = std::filesystem::absolute(file).lexically_normal().string();
    if (path.rfind("/vsi", 0) == 0) m_open->refuse("is a name of GDAL's, not of a file");
    m_open->open(path);
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
    m_open->open(m_open->memory);
}

Raster::~Raster() = default;

std::int64_t Raster::width() const { return m_open->dataset->GetRasterXSize(); }

std::int64_t Raster::height() const { return m_open->dataset->GetRasterYSize(); }

std::int64_t Raster::bands() const { return static_cast<std::int64_t>(m_open->bands.size()); }

Sample Raster::sample() const { return m_open->sample; }

double Raster::scale() const { return m_open->scale; }

std::vector<std::string> Raster::bandNames() const
{
    if (bands() == 3 && sample() == Sample::UInt8) return {"red", "green", "blue"};
    std::vector<std::string> described, numbered;
    for (auto* band : m_open->bands) {
        described.emplace_back(band->GetDescription());
        numbered.push_back("B" + std::to_string(numbered.size() + 1));
    }
    const std::set<std::string> different(described.begin(), described.end());
    return different.size() == described.size() && !different.count("") ? described : numbered;
}

void Raster::read(const Window& window, std::int64_t columns, std::int64_t rows, std::span<std::byte> to) const
{
    const auto outside = [](std::int64_t from, std::int64_t length, std::int64_t size) {
        return from < 0 || length < 1 || from > size || length > size - from;
    };
    if (outside(window.x, window.width, width()) || outside(window.y, window.height, height()))
        m_open->refuse("has no such window");
    const std::int64_t pixels = window.width * window.height; // below 2^40
    if (pixels > maxWindow / bands())
        m_open->refuse("is " + std::to_string(window.width) + " x " + std::to_string(window.height) + " pixels of " +
                       std::to_string(bands()) + " bands, too much for one patch; cut it into smaller images");
    const auto sampleBytes = static_cast<std::int64_t>(bytesOf(sample()));
    const auto type = sample() == Sample::UInt8 ? GDT_Byte : sample() == Sample::UInt16 ? GDT_UInt16 : GDT_Float32;
    const bool whole = columns == window.width && rows == window.height;
    std::vector<std::byte> full(whole ? 0 : static_cast<std::size_t>(pixels * sampleBytes));
    const AreaWeights down(0, static_cast<double>(window.height), static_cast<std::size_t>(rows),
                           static_cast<std::size_t>(window.height));
    const AreaWeights across(0, static_cast<double>(window.width), static_cast<std::size_t>(columns),
                             static_cast<std::size_t>(window.width));
    auto* target = to.data();
    for (auto* band : m_open->bands) {
        auto* const into = whole ? target : full.data();
        CPLErrorReset();
        const auto result =
            band->RasterIO(GF_Read, static_cast<int>(window.x), static_cast<int>(window.y),
                           static_cast<int>(window.width), static_cast<int>(window.height), into,
                           static_cast<int>(window.width), static_cast<int>(window.height), type, 0, 0, nullptr);
        if (result != CE_None) m_open->refuse("is damaged or cut short (" + reason() + "); download or copy it again");
        const auto average = [&](auto* samples) {
            using T = std::remove_pointer_t<decltype(samples)>;
            areaAverage(samples, static_cast<std::size_t>(window.width), down, across, reinterpret_cast<T*>(target));
        };
        if (!whole) {
            if (sample() == Sample::UInt8)
                average(reinterpret_cast<std::uint8_t*>(into));
            else if (sample() == Sample::UInt16)
                average(reinterpret_cast<std::uint16_t*>(into));
            else
                average(reinterpret_cast<float*>(into));
        }
        target += columns * rows * sampleBytes;
    }
}

std::optional<Raster::Place> Raster::place(double x, double y) const
{
    if (!m_open->toDegrees) return {};
    const auto& t = m_open->transform;
    double lon = t[0] + x * t[1] + y * t[2], lat = t[3] + x * t[4] + y * t[5];
    if (!m_open->toDegrees->Transform(1, &lon, &lat)) return {};
    if (!(std::abs(lon) <= 180) || !(std::abs(lat) <= 90)) return {};
    return Place{lon, lat};
}

double Raster::gsdM() const
{
    if (!m_open->toDegrees) return NAN;
    const auto& t = m_open->transform;
    const double pixel = std::sqrt(std::abs(t[1] * t[5] - t[2] * t[4])); // in the units of its reference system
    const auto* const system = m_open->dataset->GetSpatialRef();
    if (system->IsProjected()) return pixel * system->GetLinearUnits(nullptr);
    const auto centre = place(static_cast<double>(width()) / 2, static_cast<double>(height()) / 2);
    if (!centre) return NAN;
    return degreesToM(pixel) * std::sqrt(std::cos(centre->lat * std::numbers::pi / 180));
}

} // namespace revisit

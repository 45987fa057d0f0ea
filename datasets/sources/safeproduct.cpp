// SPDX-License-Identifier: Apache-2.0
#include "datasets/sources/safeproduct.h"
#include "datasets/archive.h"
#include "datasets/base/error.h"
#include "datasets/base/files.h"
#include "datasets/sources/imagetable.h"
#include "datasets/sources/recognise.h"
#include "datasets/xml.h"
#include <algorithm>
#include <set>

namespace revisit {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t maxXmlBytes = 16 << 20;

bool isMetadata(const std::string& path)
{
    const auto name = path.substr(path.rfind('/') + 1);
    return name == "MTD_MSIL1C.xml" || name == "MTD_MSIL2A.xml";
}

// The folder, where its XML file was pointed at.
fs::path sourceOf(const fs::path& source) { return isMetadata(source.string()) ? source.parent_path() : source; }

double numberIn(const std::string& text, const std::string& where)
{
    std::size_t used = 0;
    double number = NAN;
    try {
        number = std::stod(text, &used);
    } catch (const std::exception&) {
        used = 0;
    }
    if (used == 0 || !std::isfinite(number))
        throw Error(where + " is no number (" + text.substr(0, 40) + "); fetch the product again");
    return number;
}

} // namespace

SafeProduct::SafeProduct(const fs::path& source)
    : m_source(fs::absolute(sourceOf(source) / fs::path()).parent_path()),
      m_isZip(fs::is_regular_file(m_source))
{
    list();
    const auto found = std::ranges::find_if(m_entries, [](const Entry& entry) { return isMetadata(entry.path); });
    if (found == m_entries.end())
        throw Error(m_source.string() +
                    ": has no MTD_MSIL1C.xml or MTD_MSIL2A.xml, which every Sentinel-2 product has; "
                    "fetch it again");
    m_sensor = found->path.ends_with("L1C.xml") ? "sentinel-2-l1c" : "sentinel-2-l2a";
    const auto file = (m_source / found->path).string();
    findBands();
    describe(read(*found), file);
    m_bytes.resize(m_images.size());
    m_once = std::vector<std::once_flag>(m_images.size());
}

void SafeProduct::list()
{
    if (m_isZip) {
        for (const auto& item : Archive(m_source).items()) m_entries.push_back({item.name, item.index});
    } else {
        std::error_code failed;
        for (const auto& item : fs::recursive_directory_iterator(m_source, failed))
            if (item.is_regular_file(failed))
                m_entries.push_back({item.path().lexically_relative(m_source).generic_string(), 0});
        if (failed) throw Error(m_source.string() + ": " + failed.message());
    }
    std::ranges::sort(m_entries, {}, &Entry::path);
    m_name = m_source.stem().string();
    if (m_name.ends_with(".SAFE")) m_name.resize(m_name.size() - 5);
}

std::string SafeProduct::read(const Entry& entry) const
{
    if (!m_isZip) return readFile(m_source / entry.path, maxXmlBytes);
    const auto bytes = Archive(m_source).read({entry.path, entry.index, 0});
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// T31UFS_20200101T105441_B02.jp2 of Level-1C, R10m/T31UFS_20200101T105441_B02_10m.jp2 of Level-2A.
void SafeProduct::findBands()
{
    std::set<std::string> granules;
    for (const auto& entry : m_entries)
        if (const auto at = entry.path.find("GRANULE/"); at != std::string::npos && entry.path.ends_with(".jp2"))
            granules.insert(entry.path.substr(0, entry.path.find('/', at + 8)));
    if (granules.size() > 1)
        throw Error(m_source.string() + ": has " + std::to_string(granules.size()) +
                    " granules, as products had before December 2016; cut it into one product for each");
    for (const auto& band : sensorCalled(m_sensor)->bands) {
        const auto isBand = [&](const Entry& entry, const std::string& resolution) {
            return entry.path.find("/IMG_DATA/") != std::string::npos &&
                   entry.path.ends_with("_" + band.name + resolution + ".jp2");
        };
        auto found = m_entries.end();
        for (const auto* const resolution : {"", "_10m", "_20m", "_60m"})
            if (found == m_entries.end())
                found = std::ranges::find_if(m_entries, [&](const Entry& entry) { return isBand(entry, resolution); });
        if (found == m_entries.end())
            throw Error(m_source.string() + ": has no image of band " + band.name + " (GRANULE/.../IMG_DATA/..._" +
                        band.name + ".jp2); fetch the product again");
        m_images.push_back(*found);
        m_bands.push_back(band);
    }
}

void SafeProduct::describe(const std::string& metadata, const std::string& file)
{
    auto texts = xmlTexts(metadata, file);
    const bool surface = m_sensor == "sentinel-2-l2a";
    const std::string quantification = surface ? "BOA_QUANTIFICATION_VALUE" : "QUANTIFICATION_VALUE";
    if (texts[quantification].empty())
        throw Error(file + ": has no " + quantification + ", by which its numbers become reflectance; fetch it again");
    const double divisor = numberIn(texts[quantification][0].text, file + ": " + quantification);
    if (!(divisor > 0)) throw Error(file + ": " + quantification + " is not above 0; fetch the product again");
    for (auto& band : m_bands) band.scale = 1 / divisor, band.offset = 0;
    // since baseline 04.00; bands are numbered from 0 in the order of their names in Level-1C, which has B10 too
    const auto& numbered = sensorCalled("sentinel-2-l1c")->bands;
    const std::string addOffset = surface ? "BOA_ADD_OFFSET" : "RADIO_ADD_OFFSET";
    for (auto& element : texts[addOffset]) {
        const auto number = numberIn(element.attributes["band_id"], file + ": the band_id of " + addOffset);
        if (!(number >= 0) || number >= static_cast<double>(numbered.size()))
            throw Error(file + ": " + addOffset + " is of a band " + element.attributes["band_id"] +
                        ", which there is not; fetch the product again");
        const auto& name = numbered[static_cast<std::size_t>(number)].name;
        for (auto& band : m_bands)
            if (band.name == name) band.offset = numberIn(element.text, file + ": " + addOffset) / divisor;
    }
    for (std::size_t i = 0; i < std::min(texts["SPECIAL_VALUE_TEXT"].size(), texts["SPECIAL_VALUE_INDEX"].size()); ++i)
        if (texts["SPECIAL_VALUE_TEXT"][i].text == "NODATA")
            for (auto& band : m_bands)
                band.nodata =
                    numberIn(texts["SPECIAL_VALUE_INDEX"][i].text, file + ": the SPECIAL_VALUE_INDEX of NODATA");
    for (const auto* const tag : {"DATATAKE_SENSING_START", "PRODUCT_START_TIME"})
        if (!texts[tag].empty())
            if (const auto day = dayIn(texts[tag][0].text)) {
                m_day = *day;
                return;
            }
    throw Error(file + ": has no date (DATATAKE_SENSING_START); fetch the product again");
}

std::unique_ptr<Raster> SafeProduct::open(std::size_t b) const
{
    if (!m_isZip) return std::make_unique<Raster>(m_source / m_images[b].path);
    std::call_once(m_once[b], [&] { m_bytes[b] = Archive(m_source).read({m_images[b].path, m_images[b].index, 0}); });
    return std::make_unique<Raster>(m_bytes[b], (m_source / m_images[b].path).string());
}

Fingerprint SafeProduct::fingerprint() const
{
    Fingerprint key;
    key.add("safe");
    if (m_isZip) return key.addFile(m_source);
    for (const auto& entry : m_entries)
        if (entry.path.ends_with(".jp2") || isMetadata(entry.path)) key.addFile(m_source / entry.path);
    return key;
}

bool isSafe(const fs::path& source)
{
    const auto folder = sourceOf(source);
    if (fs::is_directory(folder))
        return fs::is_regular_file(folder / "MTD_MSIL1C.xml") || fs::is_regular_file(folder / "MTD_MSIL2A.xml") ||
               fs::absolute(folder / fs::path()).parent_path().extension() == ".SAFE";
    const auto name = folder.filename().string();
    return name.ends_with(".zip") && (name.find("_MSIL1C_") != std::string::npos ||
                                      name.find("_MSIL2A_") != std::string::npos || name.ends_with(".SAFE.zip"));
}

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "datasets/hdf5.h"
#include "datasets/sources/confined.h"
#include "datasets/sources/hdf5names.h"
#include "datasets/sources/mmearthtables.h"
#include <algorithm>
#include <cstring>

namespace revisit {
namespace {

namespace fs = std::filesystem;

// A layer, which is some or all bands of one of the file's data sets.
struct Modality {
    const char *dataset, *layer, *sensor;
    std::vector<std::string> types;
    Sample sample;
    std::size_t first, of; // its first band there, of how many
    std::vector<Band> bands;
};

Band band(const char* name, const char* unit, double nodata)
{
    Band made;
    made.name = name;
    made.unit = unit;
    made.gsdM = 10;
    made.nodata = nodata;
    return made;
}

// Bands as the catalogue has them, by the file's names.
std::vector<Band> bandsOf(const char* sensor, const std::vector<const char*>& names)
{
    std::vector<Band> bands;
    for (const auto* const name : names) bands.push_back(*sensorCalled(sensor)->band(name));
    return bands;
}

std::vector<Modality> modalities()
{
    const auto optical =
        bandsOf("sentinel-2-l1c", {"B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8A", "B8", "B9", "B10", "B11", "B12"});
    const auto radar = bandsOf("sentinel-1", {"VV", "VH", "HH", "HV"});
    auto cover = bandsOf("worldcover", {"Map"});
    cover[0].nodata = 255;
    return {
        {"sentinel2", "sentinel-2", "", {"uint16"}, Sample::UInt16, 0, 13, optical},
        {"sentinel1", "sentinel-1-ascending", "sentinel-1", {"float32"}, Sample::Float32, 0, 8, radar},
        {"sentinel1", "sentinel-1-descending", "sentinel-1", {"float32"}, Sample::Float32, 4, 8, radar},
        {"aster", "dem", "dem", {"int16"}, Sample::Int16, 0, 2, bandsOf("dem", {"elevation", "slope"})},
        {"canopy_height_eth",
         "canopy-height",
         "",
         {"int8", "uint8"},
         Sample::Int16,
         0,
         2,
         {band("height", "m", 255), band("height_deviation", "m", 255)}},
        {"esa_worldcover", "worldcover", "worldcover", {"uint8"}, Sample::UInt8, 0, 1, cover},
        {"dynamic_world", "dynamic-world", "", {"uint8"}, Sample::UInt8, 0, 1, {band("landcover", "class", 0)}},
        {"sentinel2_scl", "scene-classification", "", {"uint8"}, Sample::UInt8, 0, 1, {band("SCL", "class", 255)}},
        {"sentinel2_cloudmask", "cloud-mask", "", {"uint16"}, Sample::UInt16, 0, 1, {band("QA60", "bits", 65535)}},
        {"sentinel2_cloudprod",
         "cloud-probability",
         "",
         {"uint16"},
         Sample::UInt16,
         0,
         1,
         {band("MSK_CLDPRB", "%", 65535)}},
    };
}

class MMEarth final : public Confined {
public:
    About about() const override
    {
        return {"MMEarth",
                "HDF5 file of tiles of Sentinel-2 with radar, elevation, canopy height and land cover, places, dates "
                "and climate.",
                "Nedungadi et al. 2024, MMEarth (CC BY 4.0)."};
    }
    void params(Params& p) override
    {
        p("path", m_path, "The .h5 file, or its folder; its _splits.json and _tile_info.json lie beside it.").path();
        p("modalities", m_modalities,
          "Which of its layers are packed, as layers are called, between commas; empty: all, which is three times the "
          "room of the file.")
            .advanced();
    }
    void check() const override
    {
        if (m_path.empty()) throw Error("dataset.path: choose MMEarth's .h5 file or its folder", "dataset.path");
        if (!fs::exists(m_path)) throw Error("dataset.path: there is no file or folder " + m_path, "dataset.path");
        if (mmearthFile(m_path).empty())
            throw Error("dataset.path: " + m_path + " holds no .h5 file with _splits.json or _tile_info.json beside it",
                        "dataset.path");
        chosen();
    }
    void pack(const fs::path& file, const Progress& progress, const Touch& touch) const override;

protected:
    const char* name() const override { return "mmearth"; }
    fs::path source() const override { return mmearthFile(m_path); }
    std::vector<fs::path> files() const override
    {
        std::vector<fs::path> all = {source()};
        for (const auto& table : {beside("_splits.json"), beside("_tile_info.json")})
            if (fs::is_regular_file(table)) all.push_back(table);
        return all;
    }

private:
    fs::path beside(const char* what) const { return source().parent_path() / (source().stem().string() + what); }
    std::vector<Modality> chosen() const;
    std::string m_path, m_modalities;
};

std::vector<Modality> MMEarth::chosen() const
{
    auto all = modalities();
    if (m_modalities.empty()) return all;
    std::vector<std::string> names;
    for (const auto& one : all) names.emplace_back(one.layer);
    std::vector<Modality> some;
    for (std::size_t from = 0; from <= m_modalities.size();) {
        const auto comma = std::min(m_modalities.find(',', from), m_modalities.size());
        const auto wanted = m_modalities.substr(from, comma - from);
        const auto found = std::ranges::find(names, wanted);
        if (found == names.end())
            throw Error("dataset.modalities: MMEarth has no layer \"" + wanted + "\"" + suggestion(wanted, names),
                        "dataset.modalities");
        some.push_back(all[static_cast<std::size_t>(found - names.begin())]);
        from = comma + 1;
    }
    return some;
}

void MMEarth::pack(const fs::path& file, const Progress& progress, const Touch& touch) const
{
    const Hdf5 tiles(source(), touch);
    const auto metadata = tiles.array("metadata").require({}, {"records"});
    PackContents contents;
    auto& format = contents.format;
    format.name = "MMEarth";
    format.gsdM = 10;
    format.attribution = "MMEarth (Nedungadi et al. 2024), CC BY 4.0; contains modified Copernicus data.";
    std::vector<Modality> kinds;
    std::vector<Hdf5::Array> arrays;
    for (auto& kind : chosen()) {
        if (!tiles.has(kind.dataset) && (m_modalities.empty() && kind.dataset != std::string("sentinel2"))) continue;
        const auto array = tiles.array(kind.dataset);
        const auto side = format.sizePx;
        array.require({static_cast<std::int64_t>(kind.of), side, side}, kind.types);
        format.sizePx = array.shape()[1];
        array.require({static_cast<std::int64_t>(kind.of), format.sizePx, format.sizePx}, kind.types);
        if (array.rows() != metadata.rows())
            throw Error(source().string() + ": " + kind.dataset + " has " + std::to_string(array.rows()) +
                        " rows, and metadata " + std::to_string(metadata.rows()) + "; fetch the file again");
        if (array.type() == "int8") // in which 255 is -1
            for (auto& band : kind.bands) band.nodata = -1;
        format.layers.push_back({kind.layer, kind.sensor, kind.sample, kind.bands});
        kinds.push_back(kind);
        arrays.push_back(array);
    }
    progress(0, "Reading the tables of " + source().filename().string());
    const auto rows = addTiles(contents, tiles, metadata, source(), beside("_splits.json"), beside("_tile_info.json"));
    writePack(
        file, contents,
        [&](std::size_t layer, std::int64_t number, std::span<std::byte> record) {
            const auto row = rows[static_cast<std::size_t>(number)];
            const auto& kind = kinds[layer];
            const auto values = kind.of * static_cast<std::size_t>(format.sizePx * format.sizePx);
            const auto readAs = [&]<class T>(std::vector<T> all) {
                arrays[layer].read(row, std::span(all));
                if constexpr (std::is_floating_point_v<T>)
                    for (T& value : all)
                        if (!std::isfinite(value)) value = NAN; // -inf where there was no orbit
                std::memcpy(record.data(), all.data() + kind.first * (values / kind.of), record.size());
            };
            if (kind.sample == Sample::Float32) readAs(std::vector<float>(values));
            if (kind.sample == Sample::UInt16) readAs(std::vector<std::uint16_t>(values));
            if (kind.sample == Sample::Int16) readAs(std::vector<std::int16_t>(values));
            if (kind.sample == Sample::UInt8) readAs(std::vector<std::uint8_t>(values));
        },
        progress);
}

} // namespace

std::unique_ptr<Dataset> makeMMEarth();
std::unique_ptr<Dataset> makeMMEarth() { return std::make_unique<MMEarth>(); }

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "datasets/hdf5.h"
#include "datasets/sources/confined.h"
#include "datasets/sources/hdf5names.h"
#include "datasets/sources/imagetable.h"
#include "datasets/vector.h"
#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>
#include <set>

namespace revisit {
namespace {

namespace fs = std::filesystem;

constexpr int steps = 12, stepDays = 30; // a step's numbers cover 30 days; the last ends on the label's last day
constexpr std::size_t columns = 18;

// A layer: the columns from `first` on. What does not change over the year has a record a place.
struct Part {
    const char *name, *sensor;
    std::size_t first;
    std::vector<const char*> bands;
    bool everyStep = true;
};
const std::vector<Part>& parts()
{
    static const std::vector<Part> all = {
        {"sentinel-2-l1c", "sentinel-2-l1c", 2, {"B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B9", "B11", "B12"}},
        {"sentinel-1", "sentinel-1", 0, {"VV", "VH"}},
        {"era5-land", "era5-land", 13, {"temperature_2m", "total_precipitation"}},
        {"dem", "dem", 15, {"elevation", "slope"}, false},
        {"ndvi", "", 17, {"NDVI"}},
    };
    return all;
}

Layer layerFor(const Part& part)
{
    Layer layer{part.name, part.sensor, Sample::Float32, {}};
    const auto* const sensor = sensorCalled(part.sensor);
    for (const auto* const name : part.bands) {
        layer.bands.push_back(sensor ? static_cast<const Band&>(*sensor->band(name)) : Band{.name = name});
        layer.bands.back().nodata.reset(); // of floating point, where NaN says it
    }
    return layer;
}

class CropHarvestFeatures final : public Confined {
public:
    About about() const override
    {
        return {"CropHarvest features",
                "HDF5 files of twelve months of Sentinel-2, Sentinel-1 and climate of one pixel each, with elevation; "
                "labels.geojson says what grows there.",
                "Tseng et al. 2021, CropHarvest (CC BY-SA 4.0); features of its release."};
    }
    void params(Params& p) override
    {
        p("path", m_path,
          "The folder of features/arrays and labels.geojson, features/arrays itself, or one of its files.")
            .path();
    }
    void check() const override
    {
        if (m_path.empty()) throw Error("dataset.path: choose the folder of features/arrays", "dataset.path");
        if (!fs::exists(m_path)) throw Error("dataset.path: there is no file or folder " + m_path, "dataset.path");
    }
    void pack(const fs::path& file, const Progress& progress, const Touch& touch) const override;

protected:
    const char* name() const override { return "cropharvest-features"; }
    fs::path source() const override { return m_path; }
    std::vector<fs::path> files() const override;

private:
    std::vector<fs::path> arrays() const;
    fs::path labelsFile() const;
    std::string m_path;
};

std::vector<fs::path> CropHarvestFeatures::arrays() const
{
    auto all = cropHarvestArrays(m_path);
    if (all.empty())
        throw Error("dataset.path: " + m_path + " holds no files like 17_togo.h5, nor does features/arrays in it",
                    "dataset.path");
    return all;
}

std::vector<fs::path> CropHarvestFeatures::files() const
{
    auto all = arrays();
    if (const auto labels = labelsFile(); !labels.empty()) all.push_back(labels);
    return all;
}

// Beside features, as it is published, or nearer.
fs::path CropHarvestFeatures::labelsFile() const
{
    auto folder = fs::absolute(arrays().front()).parent_path();
    for (int up = 0; up < 3; ++up, folder = folder.parent_path())
        if (fs::is_regular_file(folder / "labels.geojson")) return folder / "labels.geojson";
    return {};
}

// labels.geojson, by the names of the arrays.
class Labels {
public:
    explicit Labels(const fs::path& file) : m_table(file)
    {
        const auto* const index = m_table.column("index");
        const auto* const dataset = m_table.column("dataset");
        if (!index || !dataset)
            throw Error(file.string() +
                        ": has no properties index and dataset; fetch CropHarvest's labels.geojson again");
        for (std::size_t row = 0; row < static_cast<std::size_t>(m_table.rows()); ++row)
            m_rows.emplace(text("index", row) + "_" + text("dataset", row), row);
    }
    /// "crop" and "no crop" where nothing more is known.
    std::vector<std::string> classes() const
    {
        std::set<std::string> named;
        for (const auto& [name, row] : m_rows)
            if (const auto label = text("label", row); !label.empty()) named.insert(label);
        std::vector<std::string> all = {"no crop", "crop"};
        for (const auto& name : named)
            if (std::ranges::find(all, name) == all.end()) all.push_back(name);
        return all;
    }
    /// What is known of the array of this name; the day is the last of its last step.
    void describe(const std::string& name, const std::vector<std::string>& classes, Patch& patch, float& crop) const
    {
        const auto found = m_rows.find(name);
        if (found == m_rows.end()) return;
        const auto row = found->second;
        patch.lon = number("lon", row), patch.lat = number("lat", row);
        if (!patch.located()) patch.lon = m_table.lon()[row], patch.lat = m_table.lat()[row];
        const auto isCrop = text("is_crop", row);
        if (isCrop == "0" || isCrop == "1") crop = isCrop == "1" ? 1.f : 0.f;
        const auto label = text("label", row);
        const auto called = !label.empty() ? label : isCrop == "1" ? "crop" : isCrop == "0" ? "no crop" : "";
        if (const auto at = std::ranges::find(classes, called); at != classes.end())
            patch.label = static_cast<int>(at - classes.begin());
        if (const auto day = dayIn(text("export_end_date", row))) patch.day = *day;
        const auto test = text("is_test", row);
        if (test == "1" || test == "True" || test == "true") patch.split = Split::Test;
    }

private:
    double number(const char* name, std::size_t row) const
    {
        const auto* const column = m_table.column(name);
        return column && column->isNumber ? column->numbers[row] : NAN;
    }
    std::string text(const char* name, std::size_t row) const
    {
        const auto* const column = m_table.column(name);
        if (!column) return {};
        if (!column->isNumber) return column->texts[row];
        const auto value = column->numbers[row];
        return std::abs(value) < 1e15 ? std::to_string(std::llround(value)) : "";
    }
    Vector m_table;
    std::map<std::string, std::size_t> m_rows;
};

// The numbers of one file; the one read last is kept, since its months come one after another.
class Arrays {
public:
    Arrays(std::vector<fs::path> files, Touch touch) : m_files(std::move(files)), m_touch(std::move(touch)) {}
    std::vector<float> read(std::size_t file)
    {
        const std::lock_guard lock(m_mutex);
        if (file == m_which) return m_values;
        const Hdf5 opened(m_files[file], m_touch);
        const auto array = opened.array("array").require({columns}, {"float64", "float32"});
        if (array.rows() != steps)
            throw Error(m_files[file].string() + ": array has " + std::to_string(array.rows()) +
                        " rows, and should have one for each of twelve months; fetch it again");
        m_which = m_files.size(); // nothing, should reading fail
        m_values.resize(steps * columns);
        array.read(0, std::span(m_values));
        for (auto& value : m_values)
            if (!std::isfinite(value)) value = NAN;
        m_which = file;
        return m_values;
    }

private:
    std::vector<fs::path> m_files;
    Touch m_touch;
    std::mutex m_mutex;
    std::size_t m_which = m_files.size();
    std::vector<float> m_values;
};

void CropHarvestFeatures::pack(const fs::path& file, const Progress& progress, const Touch& touch) const
{
    const auto all = arrays();
    std::optional<Labels> labels;
    progress(0, "Reading the labels of CropHarvest");
    if (const auto table = labelsFile(); !table.empty()) labels.emplace(table);
    PackContents contents;
    auto& format = contents.format;
    format.name = "CropHarvest features";
    format.sizePx = 1;
    format.gsdM = 10;
    format.attribution = "CropHarvest (Tseng et al. 2021), CC BY-SA 4.0; contains modified Copernicus data.";
    for (const auto& part : parts()) format.layers.push_back(layerFor(part));
    if (labels) {
        format.classes = labels->classes();
        format.factors = {{"is_crop", "", 0, {"no", "yes"}}};
        contents.factors.resize(1);
    }
    contents.records.resize(parts().size());
    for (std::size_t f = 0; f < all.size(); ++f) {
        const auto name = all[f].stem().string();
        Patch patch;
        float crop = NAN;
        if (labels) labels->describe(name, format.classes, patch, crop);
        patch.place = static_cast<std::uint32_t>(f);
        const auto lastDay = patch.day;
        for (int step = 0; step < steps; ++step) {
            patch.id = name + "/" + std::to_string(step + 1);
            if (lastDay != Patch::noDay) patch.day = lastDay - (steps - 1 - step) * stepDays - stepDays / 2;
            contents.patches.push_back(patch);
            if (labels) contents.factors[0].push_back(crop);
            for (std::size_t l = 0; l < parts().size(); ++l)
                contents.records[l].push_back(
                    static_cast<std::uint32_t>(parts()[l].everyStep ? f * steps + static_cast<std::size_t>(step) : f));
        }
    }
    trainOnSomething(contents.patches);
    Arrays arrays(all, touch);
    writePack(
        file, contents,
        [&](std::size_t l, std::int64_t number, std::span<std::byte> record) {
            const auto& part = parts()[l];
            const auto n = static_cast<std::size_t>(number);
            const auto values = arrays.read(part.everyStep ? n / steps : n);
            std::memcpy(record.data(), &values[(part.everyStep ? n % steps : 0) * columns + part.first], record.size());
        },
        progress);
}

} // namespace

std::unique_ptr<Dataset> makeCropHarvestFeatures();
std::unique_ptr<Dataset> makeCropHarvestFeatures() { return std::make_unique<CropHarvestFeatures>(); }

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "datasets/base/error.h"
#include "datasets/base/parallel.h"
#include "datasets/dataset.h"
#include "datasets/sources/bandfiles.h"
#include "datasets/sources/cached.h"
#include "datasets/sources/imagetable.h"
#include "datasets/sources/recognise.h"
#include "datasets/vector.h"
#include <algorithm>
#include <array>
#include <cstring>

namespace revisit {
namespace {

namespace fs = std::filesystem;

// The nomenclature of 19, and the codes of CORINE Land Cover that the reference maps have for each.
struct Class {
    const char* name;
    std::vector<int> codes;
};
const std::vector<Class> classes = {
    {"Urban fabric", {111, 112}},
    {"Industrial or commercial units", {121}},
    {"Arable land", {211, 212, 213}},
    {"Permanent crops", {221, 222, 223, 241}},
    {"Pastures", {231}},
    {"Complex cultivation patterns", {242}},
    {"Land principally occupied by agriculture, with significant areas of natural vegetation", {243}},
    {"Agro-forestry areas", {244}},
    {"Broad-leaved forest", {311}},
    {"Coniferous forest", {312}},
    {"Mixed forest", {313}},
    {"Natural grassland and sparsely vegetated areas", {321, 333}},
    {"Moors, heathland and sclerophyllous vegetation", {322, 323}},
    {"Transitional woodland, shrub", {324}},
    {"Beaches, dunes, sands", {331}},
    {"Inland wetlands", {411, 412}},
    {"Coastal wetlands", {421, 422}},
    {"Inland waters", {511, 512}},
    {"Marine waters", {521, 522, 523}}};
using Labels = std::array<bool, 19>;

const std::vector<std::string> opticalBands = {"B01", "B02", "B03", "B04", "B05", "B06",
                                               "B07", "B08", "B8A", "B09", "B11", "B12"};
const std::vector<std::string> radarBands = {"VV", "VH"};

// "S2A_MSIL2A_20170613T101031_N9999_R022_T33UUP_26_57" lies in a folder without its last two parts.
fs::path folderOf(const std::string& patch, int parts)
{
    auto scene = patch;
    for (; parts > 0 && scene.find('_') != std::string::npos; --parts) scene.resize(scene.rfind('_'));
    return fs::path(scene) / patch;
}

// "['Arable land' 'Mixed forest']", however it is written: names hold commas, and none is a part of another.
Labels labelsIn(const std::string& text, const std::string& where)
{
    Labels labels{};
    auto rest = text;
    for (std::size_t c = 0; c < classes.size(); ++c)
        if (const auto at = rest.find(classes[c].name); at != std::string::npos) {
            labels[c] = true;
            rest.erase(at, std::strlen(classes[c].name));
        }
    if (std::ranges::any_of(rest, [](unsigned char c) { return std::isalnum(c); }))
        throw Error(where + ": its labels (" + text.substr(0, 200) + ") are not all of BigEarthNet's 19 classes");
    return labels;
}

struct Row {
    std::string optical, radar; // names of patches; empty where they are not there
};

class BigEarthNet final : public Dataset {
public:
    About about() const override
    {
        return {"BigEarthNet v2",
                "Sentinel-2 and Sentinel-1 patches of 1.2 km with all their classes of CORINE Land Cover and maps.",
                "Clasen et al. 2025, reBEN (CDLA-Permissive 1.0)."};
    }
    void params(Params& p) override
    {
        p("path", m_path, "The folder of BigEarthNet-S2, BigEarthNet-S1 and Reference_Maps, or one of the first two.")
            .path();
        p("table", m_table, "metadata.parquet as CSV; empty takes metadata.csv in or beside the folder.")
            .path()
            .advanced();
    }
    void check() const override
    {
        if (m_path.empty()) throw Error("dataset.path: choose the folder of BigEarthNet-S2", "dataset.path");
        if (!fs::is_directory(m_path)) throw Error("dataset.path: there is no folder " + m_path, "dataset.path");
        if (!isBigEarthNet(m_path))
            throw Error("dataset.path: " + m_path + " holds no folder BigEarthNet-S2 or BigEarthNet-S1",
                        "dataset.path");
        requireTable();
    }
    std::shared_ptr<Pack> open(const fs::path& cache, const Progress& progress) override;

private:
    fs::path root() const
    {
        const auto own = fs::absolute(m_path / fs::path()).parent_path();
        return own.filename().string().starts_with("BigEarthNet-S") ? own.parent_path() : own;
    }
    fs::path tableFile() const { return m_table.empty() ? root() / "metadata.csv" : fs::path(m_table); }
    void requireTable() const;
    fs::path fileOf(const Row& row, bool radar, const std::string& what) const
    {
        const auto& patch = radar ? row.radar : row.optical;
        return root() / (radar ? "BigEarthNet-S1" : "BigEarthNet-S2") / folderOf(patch, radar ? 3 : 2) /
               (patch + "_" + what + ".tif");
    }
    fs::path mapOf(const Row& row) const
    {
        return root() / "Reference_Maps" / folderOf(row.optical, 2) / (row.optical + "_reference_map.tif");
    }
    bool hasMap(const Row& row) const { return !row.optical.empty() && fs::is_regular_file(mapOf(row)); }
    std::vector<Row> rowsIn(PackContents& contents, std::vector<Labels>& labels) const;
    void label(PackContents& contents, const std::vector<Row>& rows, const std::vector<Labels>& labels,
               const Progress& progress) const;
    std::string m_path, m_table;
};

void BigEarthNet::requireTable() const
{
    if (fs::is_regular_file(tableFile())) return;
    if (!fs::is_regular_file(root() / "metadata.parquet"))
        throw Error("dataset.path: " + root().string() +
                        " holds no metadata.csv, which has the labels and splits; fetch metadata.parquet and write it "
                        "as metadata.csv",
                    "dataset.path");
    throw Error(
        "dataset.path: " + (root() / "metadata.parquet").string() +
            " is in a format that Revisit does not read; write it once as CSV beside it: python3 -c \"import "
            "pandas; pandas.read_parquet('metadata.parquet').to_csv('metadata.csv', index=False)\" (with pandas "
            "and pyarrow)",
        "dataset.path");
}

// The rows of the table whose images are there.
std::vector<Row> BigEarthNet::rowsIn(PackContents& contents, std::vector<Labels>& labels) const
{
    const Vector table(tableFile());
    const auto column = [&](const char* name) -> const std::vector<std::string>& {
        const auto* const found = table.column(name);
        if (!found || found->isNumber)
            throw Error(tableFile().string() + ": has no column " + name +
                        "; write it anew from BigEarthNet's metadata.parquet");
        return found->texts;
    };
    const auto &optical = column("patch_id"), &radar = column("s1_name"), &named = column("labels"),
               &split = column("split");
    const auto* const country = table.column("country");
    const bool hasCountry = country && !country->isNumber;
    std::vector<std::string> countries;
    if (hasCountry) {
        countries = country->texts;
        std::ranges::sort(countries);
        countries.erase(std::unique(countries.begin(), countries.end()), countries.end());
    }
    for (const auto& one : classes) {
        contents.format.classes.emplace_back(one.name);
        contents.format.factors.push_back({one.name, "", 0, {"no", "yes"}});
    }
    if (hasCountry) contents.format.factors.push_back({"country", "", 0, countries});
    contents.factors.resize(contents.format.factors.size());

    std::vector<Row> rows;
    for (std::size_t i = 0; i < optical.size(); ++i) {
        const auto where = tableFile().string() + ": row " + std::to_string(i + 1);
        Row row{plainName(optical[i], where), radar[i].empty() ? "" : plainName(radar[i], where)};
        if (!fs::is_directory(fileOf(row, false, "").parent_path())) row.optical.clear();
        if (row.radar.empty() || !fs::is_directory(fileOf(row, true, "").parent_path())) row.radar.clear();
        if (row.optical.empty() && row.radar.empty()) continue;
        Patch patch;
        patch.id = optical[i];
        patch.place = static_cast<std::uint32_t>(rows.size());
        patch.split = split[i] == "train" ? Split::Train : Split::Test;
        patch.day = dayInName(row.optical.empty() ? radar[i] : optical[i]).value_or(Patch::noDay);
        contents.patches.push_back(std::move(patch));
        labels.push_back(labelsIn(named[i], where));
        for (std::size_t c = 0; c < classes.size(); ++c) contents.factors[c].push_back(labels.back()[c] ? 1.f : 0.f);
        if (hasCountry)
            contents.factors.back().push_back(
                static_cast<float>(std::ranges::lower_bound(countries, country->texts[i]) - countries.begin()));
        rows.push_back(std::move(row));
    }
    if (rows.empty())
        throw Error(tableFile().string() + ": none of its " + std::to_string(optical.size()) +
                    " patches lies in BigEarthNet-S2 or BigEarthNet-S1 beside it; unpack the archives there");
    return rows;
}

// A patch's place, and as its only label the class that covers most of its map; without a map, its first class.
void BigEarthNet::label(PackContents& contents, const std::vector<Row>& rows, const std::vector<Labels>& labels,
                        const Progress& progress) const
{
    const auto size = contents.format.sizePx;
    parallelFor(
        static_cast<std::int64_t>(rows.size()),
        [&](std::int64_t n) {
            const auto i = static_cast<std::size_t>(n);
            std::array<std::int64_t, 19> pixels{};
            if (hasMap(rows[i])) {
                const auto map = mapOf(rows[i]);
                std::vector<std::uint16_t> codes(static_cast<std::size_t>(size * size));
                const Raster image(map);
                if (image.sample() != Sample::UInt16 || image.bands().size() != 1)
                    throw Error(map.string() + ": is no map of 16-bit codes; fetch it again");
                image.read(squareOf(image), size, size, std::as_writable_bytes(std::span(codes)));
                for (std::size_t c = 0; c < classes.size(); ++c)
                    for (const int code : classes[c].codes) pixels[c] += std::ranges::count(codes, code);
            }
            auto& label = contents.patches[i].label;
            for (int c = 0; c < 19; ++c) {
                const auto at = static_cast<std::size_t>(c);
                if (labels[i][at] && (label < 0 || pixels[at] > pixels[static_cast<std::size_t>(label)])) label = c;
            }
        },
        [&](std::int64_t done) {
            return progress(0, "Reading maps: " + std::to_string(done) + " of " + std::to_string(rows.size()));
        });
    locate(
        contents.patches,
        [&](std::size_t i) {
            return rows[i].optical.empty() ? fileOf(rows[i], true, "VV") : fileOf(rows[i], false, "B02");
        },
        progress);
}

std::shared_ptr<Pack> BigEarthNet::open(const fs::path& cache, const Progress& progress)
{
    check();
    Fingerprint key;
    key.add("bigearthnet").add(root().string()).addFile(tableFile());
    PackContents contents;
    std::vector<Labels> labels;
    progress(0, "Reading the table of BigEarthNet");
    const auto rows = rowsIn(contents, labels);
    for (const auto& row : rows) {
        for (const bool radar : {false, true})
            if (!(radar ? row.radar : row.optical).empty()) key.addFile(fileOf(row, radar, "").parent_path());
        if (hasMap(row)) key.addFile(mapOf(row));
    }
    return cachedPack(cache, "BigEarthNet", key, [&](const fs::path& file) {
        auto& format = contents.format;
        format.name = "BigEarthNet v2";
        format.attribution = "BigEarthNet v2.0 (reBEN, Clasen et al. 2025), CDLA-Permissive 1.0; contains modified "
                             "Copernicus Sentinel data.";
        // of each layer, the row of each record
        std::vector<std::vector<std::size_t>> shown;
        const auto add = [&](const auto& isThere, const auto& layerOf) {
            std::vector<std::uint32_t> numbers;
            std::vector<std::size_t> those;
            for (std::size_t i = 0; i < rows.size(); ++i) {
                numbers.push_back(isThere(rows[i]) ? static_cast<std::uint32_t>(those.size()) : Pack::noRecord);
                if (isThere(rows[i])) those.push_back(i);
            }
            if (those.empty()) return;
            format.layers.push_back(layerOf(rows[those[0]]));
            contents.records.push_back(std::move(numbers));
            shown.push_back(std::move(those));
        };
        const auto layerFor = [&](const char* sensor, const std::vector<std::string>& bands, bool radar) {
            return [&, sensor, radar](const Row& row) {
                return layerOfFiles(
                    sensor, bands, [&](std::size_t b) { return fileOf(row, radar, bands[b]); }, format.sizePx,
                    format.gsdM);
            };
        };
        add([](const Row& row) { return !row.optical.empty(); }, layerFor("sentinel-2-l2a", opticalBands, false));
        add([](const Row& row) { return !row.radar.empty(); }, layerFor("sentinel-1", radarBands, true));
        add([&](const Row& row) { return hasMap(row); },
            [&](const Row&) {
                Band code;
                code.name = "CLC";
                code.gsdM = 10;
                code.unit = "class";
                return Layer{"reference-map", "", Sample::UInt16, {code}};
            });
        trainOnSomething(contents.patches);
        label(contents, rows, labels, progress);
        writePack(
            file, contents,
            [&](std::size_t l, std::int64_t number, std::span<std::byte> record) {
                const auto& row = rows[shown[l][static_cast<std::size_t>(number)]];
                const auto& layer = format.layers[l];
                readBandFiles(
                    layer,
                    [&](std::size_t b) {
                        return layer.name == "reference-map"
                                   ? mapOf(row)
                                   : fileOf(row, layer.sensor == "sentinel-1", layer.bands[b].name);
                    },
                    format.sizePx, record);
            },
            progress);
    });
}

} // namespace

bool isBigEarthNet(const fs::path& folder)
{
    const auto own = fs::absolute(folder / fs::path()).parent_path();
    return fs::is_directory(folder / "BigEarthNet-S2") || fs::is_directory(folder / "BigEarthNet-S1") ||
           own.filename() == "BigEarthNet-S2" || own.filename() == "BigEarthNet-S1";
}

std::unique_ptr<Dataset> makeBigEarthNet();
std::unique_ptr<Dataset> makeBigEarthNet() { return std::make_unique<BigEarthNet>(); }

} // namespace revisit

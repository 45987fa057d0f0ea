// SPDX-License-Identifier: Apache-2.0
#include "datasets/base/error.h"
#include "datasets/dataset.h"
#include "datasets/sources/bandfiles.h"
#include "datasets/sources/bandsof.h"
#include "datasets/sources/cached.h"
#include "datasets/sources/imagetable.h"
#include "datasets/sources/recognise.h"
#include "datasets/vector.h"
#include <algorithm>
#include <fstream>
#include <map>

namespace revisit {
namespace {

namespace fs = std::filesystem;

// The published tables, and what the folder of the images of each may be called.
struct Part {
    const char* table;
    std::vector<std::string> folders;
};
const std::vector<Part> parts = {{"train.csv", {"train"}}, {"val.csv", {"val"}}, {"test_gt.csv", {"test_gt", "test"}}};

// Beside the tables, or in the folder of the archive's name beside them.
fs::path imagesOf(const fs::path& root, const Part& part)
{
    for (const auto& folder : part.folders)
        for (const auto& images : {root / "fmow-sentinel" / folder, root / folder})
            if (fs::is_directory(images)) return images;
    return root / part.folders[0];
}

std::string textAt(const Vector::Column& column, std::size_t row)
{
    return column.isNumber ? std::to_string(std::llround(column.numbers[row])) : column.texts[row];
}

// The middle of "POLYGON ((lon lat, lon lat, ...))"; nothing where that is not what it says.
std::optional<Raster::Place> middleOf(const std::string& polygon)
{
    auto from = polygon.find_last_of('(');
    if (from == std::string::npos) return {};
    double west = INFINITY, east = -INFINITY, south = INFINITY, north = -INFINITY;
    for (; from < polygon.size() && polygon[from] != ')'; from = polygon.find_first_of(",)", from + 1)) {
        double lon = NAN, lat = NAN;
        if (std::sscanf(polygon.c_str() + from + 1, "%lf %lf", &lon, &lat) != 2) return {};
        west = std::min(west, lon), east = std::max(east, lon);
        south = std::min(south, lat), north = std::max(north, lat);
    }
    if (!(west >= -180) || !(east <= 180) || !(south >= -90) || !(north <= 90)) return {};
    return Raster::Place{(west + east) / 2, (south + north) / 2};
}

class Fmow final : public Dataset {
public:
    About about() const override
    {
        return {
            "fMoW-Sentinel",
            "Sentinel-2 composites of the places of Functional Map of the World, many dates of each, in 62 classes.",
            "Cong et al. 2022, SatMAE; Christie et al. 2018, Functional Map of the World."};
    }
    void params(Params& p) override
    {
        p("path", m_path,
          "The folder of train.csv, val.csv and test_gt.csv with the images in train, val and test_gt, or one of these "
          "tables.")
            .path();
        p("size_px", m_sizePx,
          "Width and height of a patch; images, which differ in size, are cut square and averaged.")
            .range(8, 1024)
            .unit("px");
    }
    void check() const override
    {
        if (m_path.empty()) throw Error("dataset.path: choose the folder of fMoW-Sentinel's train.csv", "dataset.path");
        if (!fs::exists(m_path)) throw Error("dataset.path: there is no file or folder " + m_path, "dataset.path");
        if (tables().empty())
            throw Error("dataset.path: " + m_path + " holds no train.csv, val.csv or test_gt.csv", "dataset.path");
    }
    std::shared_ptr<Pack> open(const fs::path& cache, const Progress& progress) override;

private:
    fs::path root() const { return fs::is_directory(m_path) ? fs::path(m_path) : fs::path(m_path).parent_path(); }
    std::vector<Part> tables() const
    {
        std::vector<Part> all;
        for (const auto& part : parts)
            if ((fs::is_directory(m_path) || fs::path(m_path).filename() == part.table) &&
                fs::is_regular_file(root() / part.table))
                all.push_back(part);
        return all;
    }
    std::vector<fs::path> addPart(const Part& part, PackContents& contents,
                                  std::map<std::string, std::uint32_t>& places) const;
    std::string m_path;
    std::int64_t m_sizePx = 96; // as SatMAE's
};

// The images of a table's rows that are there.
std::vector<fs::path> Fmow::addPart(const Part& part, PackContents& contents,
                                    std::map<std::string, std::uint32_t>& places) const
{
    const auto file = root() / part.table;
    const Vector table(file);
    const auto column = [&](const char* name) -> const Vector::Column& {
        if (const auto* const found = table.column(name)) return *found;
        throw Error(file.string() + ": has no column " + name + "; fetch fMoW-Sentinel's table again");
    };
    const auto &category = column("category"), &location = column("location_id"), &image = column("image_id"),
               &time = column("timestamp");
    const auto* const polygon = table.column("polygon");
    const auto folder = imagesOf(root(), part);
    std::vector<fs::path> images;
    for (std::size_t row = 0; row < static_cast<std::size_t>(table.rows()); ++row) {
        const auto where = file.string() + ": row " + std::to_string(row + 1);
        const auto called = plainName(textAt(category, row), where), place = called + "_" + textAt(location, row),
                   id = place + "_" + textAt(image, row);
        auto path = folder / called / place / (id + ".tif");
        if (!fs::is_regular_file(path)) continue;
        Patch patch;
        patch.id = part.folders[0] + "/" + id;
        patch.place =
            places.try_emplace(part.folders[0] + "/" + place, static_cast<std::uint32_t>(places.size())).first->second;
        patch.split = part.folders[0] == "train" ? Split::Train : Split::Test;
        const auto day = dayIn(textAt(time, row));
        if (!day) throw Error(where + ": " + textAt(time, row).substr(0, 100) + " is no timestamp; fetch it again");
        patch.day = *day;
        if (polygon && !polygon->isNumber)
            if (const auto middle = middleOf(polygon->texts[row])) patch.lon = middle->lon, patch.lat = middle->lat;
        auto& names = contents.format.classes;
        patch.label = static_cast<int>(std::ranges::find(names, called) - names.begin());
        if (patch.label == static_cast<int>(names.size())) names.push_back(called);
        contents.patches.push_back(std::move(patch));
        images.push_back(std::move(path));
    }
    return images;
}

// Classes in the order of their names, as fMoW has them.
void sortClasses(PackContents& contents)
{
    const auto found = contents.format.classes;
    auto& names = contents.format.classes;
    std::ranges::sort(names);
    for (auto& patch : contents.patches)
        patch.label = static_cast<int>(std::ranges::lower_bound(names, found[static_cast<std::size_t>(patch.label)]) -
                                       names.begin());
}

std::shared_ptr<Pack> Fmow::open(const fs::path& cache, const Progress& progress)
{
    check();
    Fingerprint key;
    key.add("fmow").add(m_sizePx);
    PackContents contents;
    std::map<std::string, std::uint32_t> places;
    std::vector<fs::path> images;
    for (const auto& part : tables()) {
        if (!progress(0, "Reading " + std::string(part.table))) throw Cancelled();
        key.addFile(root() / part.table);
        for (auto& image : addPart(part, contents, places)) images.push_back(std::move(image));
    }
    if (images.empty())
        throw Error("dataset.path: none of the images that the tables of " + m_path +
                        " name lies beside them (train/airport/airport_0/airport_0_6.tif); unpack the archive there",
                    "dataset.path");
    for (const auto& image : images) key.addFile(image);
    sortClasses(contents);
    trainOnSomething(contents.patches);
    return cachedPack(cache, "fMoW-Sentinel", key, [&](const fs::path& file) {
        const auto layerOfImage = [](const Raster& image, const fs::path& path) {
            return layerOf(image, "sentinel-2-l1c", path.string());
        };
        auto& format = contents.format;
        format.name = "fMoW-Sentinel";
        format.sizePx = m_sizePx;
        format.attribution =
            "fMoW-Sentinel (Cong et al. 2022), places of fMoW (Christie et al. 2018); contains modified "
            "Copernicus Sentinel data.";
        const Raster first(images[0]);
        format.layers = {layerOfImage(first, images[0])};
        writePack(
            file, contents,
            [&](std::size_t, std::int64_t number, std::span<std::byte> record) {
                const auto& path = images[static_cast<std::size_t>(number)];
                const Raster image(path);
                if (layerOfImage(image, path).sample != format.layers[0].sample)
                    throw Error(path.string() + ": its numbers are " + nameOf(image.sample()) +
                                ", and those of the first image " + nameOf(format.layers[0].sample) +
                                "; all must agree: convert it or take it out");
                image.read(squareOf(image), m_sizePx, m_sizePx, record);
            },
            progress);
    });
}

} // namespace

bool isFmow(const fs::path& source)
{
    const auto isTable = [](const fs::path& file) { // by its first line: of 700,000 rows all are read when it is opened
        std::string header;
        if (!fs::is_regular_file(file)) return false;
        std::ifstream in(file, std::ios::binary);
        header.resize(4096);
        header.resize(static_cast<std::size_t>(in.read(header.data(), 4096).gcount()));
        header.resize(std::min(header.find('\n'), header.size()));
        return header.find("category") != std::string::npos && header.find("location_id") != std::string::npos &&
               header.find("image_id") != std::string::npos;
    };
    for (const auto& part : parts) {
        if (source.filename() == part.table && isTable(source)) return true;
        if (fs::is_regular_file(source / part.table)) return isTable(source / part.table);
    }
    return false;
}

std::unique_ptr<Dataset> makeFmow();
std::unique_ptr<Dataset> makeFmow() { return std::make_unique<Fmow>(); }

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "datasets/archive.h"
#include "datasets/base/parallel.h"
#include "datasets/base/random.h"
#include "datasets/dataset.h"
#include "datasets/raster.h"
#include "datasets/sources/bandfiles.h"
#include "datasets/sources/bandsof.h"
#include "datasets/sources/cached.h"
#include "datasets/sources/imagelist.h"
#include "datasets/sources/imagetable.h"
#include "datasets/sources/splitlists.h"
#include <algorithm>

namespace revisit {
namespace {

namespace fs = std::filesystem;

class Folder final : public Dataset {
public:
    About about() const override
    {
        return {"Folder of images",
                "JPEG, PNG, GeoTIFF or JPEG 2000 files in a folder or zip; with a folder per class they have labels.",
                "Your own images; their source and licence are yours to name."};
    }
    void params(Params& p) override
    {
        p("path", m_path, "The folder or zip file; a folder per class in it gives labels, no folders no labels.")
            .path();
        p("size_px", m_sizePx, "Width and height of a patch; images of another size are cut square and averaged.")
            .range(8, 1024)
            .unit("px")
            .automatic(0);
        p("sensor", m_sensor,
          "What took the images, a name of the catalogue (docs/sensors.md); empty: the names of their bands tell.");
        p("bands", m_bands,
          "The sensor's bands that the images have, in their order, between commas, where that is not the catalogue's.")
            .advanced();
        p("table", m_table,
          "A CSV, GeoPackage, GeoJSON or Shapefile with a row for each image (file, and as far as known lon, lat, "
          "date, "
          "class, place, split; other numbers become factors); empty takes index.csv if the folder has one.")
            .path()
            .advanced();
        p("lists", m_lists,
          "Which lists of file names tell training from test images, as eurosat for eurosat-train.txt, eurosat-val.txt "
          "and eurosat-test.txt in or beside the folder; empty: those that name its images. Images in none are left "
          "out.")
            .advanced();
    }
    void check() const override
    {
        if (m_path.empty())
            throw Error("dataset.path: choose a folder of images, or a zip file of one", "dataset.path");
        std::error_code failed;
        if (!fs::exists(m_path, failed))
            throw Error("dataset.path: " + m_path + (failed ? " cannot be read: " + failed.message() : " is not there"),
                        "dataset.path");
    }
    std::shared_ptr<Pack> open(const fs::path& cache, const Progress& progress) override;

private:
    fs::path tableFile() const;
    std::string m_path, m_sensor, m_bands, m_table, m_lists;
    std::int64_t m_sizePx = 0; ///< 0: the first image's
};

using LayerOf = std::function<Layer(const Raster&, const std::string&)>; // of an image and its name

PackFormat formatOf(const ImageList& images, std::int64_t sizePx, const LayerOf& describe)
{
    PackFormat format;
    const auto name = fs::path(images.name()).stem().string();
    images.open(0, [&](const Raster& first) {
        const auto side = squareOf(first).width;
        format.name = name;
        format.sizePx = sizePx ? sizePx : side;
        format.gsdM = first.gsdM() * static_cast<double>(side) / static_cast<double>(format.sizePx);
        format.layers = {describe(first, images.fullName(0))};
    });
    if (format.sizePx > 1024)
        throw Error("dataset.size_px: the images of " + name + " are " + std::to_string(format.sizePx) +
                        " pixels wide, a patch has at most 1024: set dataset.size_px, or cut them into smaller images",
                    "dataset.size_px");
    format.classes = images.classes();
    format.attribution = "Images of " + images.name() + ".";
    return format;
}

// From the id alone, so that a patch stays where it is when others come and go.
Split splitOf(const std::string& id) { return Random(0, id).chance(0.2) ? Split::Test : Split::Train; }

std::vector<Patch> patchesOf(const ImageList& images, const SplitLists& lists, const Progress& progress)
{
    std::vector<Patch> patches(images.items().size());
    const auto count = static_cast<std::int64_t>(patches.size());
    parallelFor(
        count,
        [&](std::int64_t i) {
            const auto& item = images.items()[static_cast<std::size_t>(i)];
            auto& patch = patches[static_cast<std::size_t>(i)];
            patch.id = item.id;
            patch.place = static_cast<std::uint32_t>(i);
            patch.label = item.label;
            patch.split = lists.of(item.id).value_or(splitOf(item.id));
            if (!item.mayHavePlace) return;
            images.open(i, [&](const Raster& image) {
                const auto centre =
                    image.place(static_cast<double>(image.width()) / 2, static_cast<double>(image.height()) / 2);
                if (centre) patch.lon = centre->lon, patch.lat = centre->lat;
            });
        },
        [&](std::int64_t done) {
            return progress(0,
                            "Locating " + images.name() + ": " + std::to_string(done) + " of " + std::to_string(count));
        });
    return patches;
}

void fill(const ImageList& images, const PackFormat& format, const LayerOf& describe, std::int64_t i,
          std::span<std::byte> record)
{
    images.open(i, [&](const Raster& image) {
        const auto& layer = format.layers.front();
        const auto own = describe(image, images.fullName(i));
        const auto alike = [](const Band& a, const Band& b) {
            return a.name == b.name && a.scale == b.scale && a.offset == b.offset && a.nodata == b.nodata;
        };
        if (own.sample != layer.sample || !std::ranges::equal(own.bands, layer.bands, alike))
            throw Error(images.fullName(i) + ": has other bands or another type of sample (" +
                        std::to_string(image.bands().size()) + " bands) than the first image, " + images.fullName(0) +
                        " (" + std::to_string(layer.bands.size()) +
                        " bands); all must agree: convert it or take it out");
        image.read(squareOf(image), format.sizePx, format.sizePx, record);
    });
}

std::shared_ptr<Pack> Folder::open(const fs::path& cache, const Progress& progress)
{
    check();
    ImageList images(m_path);
    const SplitLists lists(m_path, m_lists, images);
    if (!lists.empty()) images.keep([&](const ImageList::Item& item) { return lists.of(item.id).has_value(); });
    const auto table = tableFile();
    auto key = images.fingerprint();
    key.add(m_sizePx).add(m_sensor).add(m_bands);
    for (const auto& list : lists.files()) key.addFile(list);
    if (!table.empty()) key.addFile(table);
    return cachedPack(cache, fs::path(images.name()).stem().string(), key, [&](const fs::path& file) {
        const LayerOf layer = [&](const Raster& image, const std::string& name) {
            return layerOf(image, m_sensor, name, m_bands);
        };
        PackContents contents{formatOf(images, m_sizePx, layer), patchesOf(images, lists, progress), {}, {}};
        if (!table.empty()) join(contents, images, table);
        const auto& format = contents.format;
        writePack(
            file, contents,
            [&](std::size_t, std::int64_t i, std::span<std::byte> record) { fill(images, format, layer, i, record); },
            progress);
    });
}

fs::path Folder::tableFile() const
{
    if (!m_table.empty()) return m_table;
    const auto beside = fs::path(m_path) / "index.csv";
    std::error_code none;
    return fs::is_regular_file(beside, none) ? beside : fs::path();
}

} // namespace

std::unique_ptr<Dataset> makeFolder();
std::unique_ptr<Dataset> makeFolder() { return std::make_unique<Folder>(); }

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "datasets/base/parallel.h"
#include "datasets/base/random.h"
#include "datasets/dataset.h"
#include "datasets/raster.h"
#include "datasets/sources/bandsof.h"
#include "datasets/sources/cached.h"
#include "datasets/sources/rasterpool.h"
#include <algorithm>
#include <cstring>
#include <numeric>

namespace revisit {
namespace {

namespace fs = std::filesystem;

class Scene final : public Dataset {
public:
    About about() const override
    {
        return {"Scene", "One large image, GeoTIFF, JPEG 2000, netCDF or VRT, cut into patches on a grid.",
                "Your own image; its source and licence are yours to name."};
    }
    void params(Params& p) override
    {
        p("path", m_path, "The image file that is cut into patches.").path();
        p("variable", m_variable, "Which variable of a netCDF file that holds several.").advanced();
        p("sensor", m_sensor,
          "What took it, a name of the catalogue (docs/sensors.md); empty: the names of its bands tell.");
        p("size_px", m_sizePx, "Width and height of a patch.").range(8, 1024).unit("px");
        p("overlap", m_overlap, "Share of its width that a patch has in common with the next.").range(0, 0.9);
        p("least_data", m_leastData, "A patch with a smaller share of pixels that have data is left out.").range(0, 1);
    }
    void check() const override
    {
        if (m_path.empty()) throw Error("dataset.path: choose an image", "dataset.path");
        if (!fs::is_regular_file(m_path)) throw Error("dataset.path: there is no file " + m_path, "dataset.path");
    }
    std::shared_ptr<Pack> open(const fs::path& cache, const Progress& progress) override;

private:
    static constexpr std::int64_t maxPatches = 5'000'000;
    struct Tile {
        std::int64_t row, column, x, y;
    };
    std::vector<Tile> grid(const Raster& image) const;
    std::vector<Tile> withData(const std::vector<Tile>& all, const Layer& layer, RasterPool& pool,
                               const Progress& progress) const;
    void read(RasterPool& pool, const Tile& tile, std::span<std::byte> record) const
    {
        pool.with([&](const Raster& image) {
            image.read({tile.x, tile.y, m_sizePx, m_sizePx}, m_sizePx, m_sizePx, record);
        });
    }
    std::string m_path, m_variable, m_sensor;
    std::int64_t m_sizePx = 64;
    double m_overlap = 0, m_leastData = 0.9;
};

// Whole blocks of 4 x 4 patches are tests, a fifth of them, and what lies on the edge of one is nothing, so that no
// test is seen in training. A single block is for training.
class Blocks {
public:
    Blocks(const Raster& image, std::int64_t sizePx)
        : m_sidePx(4 * sizePx),
          m_across((image.width() + m_sidePx - 1) / m_sidePx)
    {
        const auto count = m_across * ((image.height() + m_sidePx - 1) / m_sidePx);
        std::vector<std::int64_t> order(static_cast<std::size_t>(count));
        std::iota(order.begin(), order.end(), 0);
        std::ranges::sort(order, {},
                          [](std::int64_t block) { return Random(0, "scene", static_cast<std::uint64_t>(block))(); });
        m_isTest.resize(order.size());
        const auto tests = count < 2 ? 0 : std::max<std::int64_t>(1, std::llround(0.2 * static_cast<double>(count)));
        for (std::int64_t k = 0; k < tests; ++k)
            m_isTest[static_cast<std::size_t>(order[static_cast<std::size_t>(k)])] = true;
    }
    /// Nothing for a patch that lies in blocks of both kinds.
    std::optional<Split> splitOf(std::int64_t x, std::int64_t y, std::int64_t sizePx) const
    {
        int tests = 0;
        for (const auto dx : {std::int64_t(0), sizePx - 1})
            for (const auto dy : {std::int64_t(0), sizePx - 1})
                tests += m_isTest[static_cast<std::size_t>((y + dy) / m_sidePx * m_across + (x + dx) / m_sidePx)];
        if (tests != 0 && tests != 4) return {};
        return tests ? Split::Test : Split::Train;
    }

private:
    std::int64_t m_sidePx, m_across;
    std::vector<bool> m_isTest;
};

std::vector<Scene::Tile> Scene::grid(const Raster& image) const
{
    const auto step = std::max<std::int64_t>(1, std::llround(static_cast<double>(m_sizePx) * (1 - m_overlap)));
    if (image.width() < m_sizePx || image.height() < m_sizePx)
        throw Error("dataset.size_px: " + m_path + " has " + std::to_string(image.width()) + " x " +
                        std::to_string(image.height()) + " pixels, less than one patch; choose smaller ones",
                    "dataset.size_px");
    const auto along = [&](std::int64_t pixels) { return (pixels - m_sizePx) / step + 1; };
    if (const auto patches = along(image.width()) * along(image.height()); patches > maxPatches)
        throw Error("dataset.size_px: " + m_path + " has " + std::to_string(image.width()) + " x " +
                        std::to_string(image.height()) + " pixels, which makes " + std::to_string(patches) +
                        " patches, more than " + std::to_string(maxPatches) +
                        "; choose larger ones, less overlap, or a part of the image",
                    "dataset.size_px");
    std::vector<Tile> tiles;
    for (std::int64_t row = 0, y = 0; y + m_sizePx <= image.height(); ++row, y += step)
        for (std::int64_t column = 0, x = 0; x + m_sizePx <= image.width(); ++column, x += step)
            tiles.push_back({row, column, x, y});
    return tiles;
}

// The share of all bands' pixels of a record that has data.
double shareWithData(const Layer& layer, std::span<const std::byte> record)
{
    const auto bytes = bytesOf(layer.sample), plane = record.size() / layer.bands.size();
    std::size_t there = 0;
    for (std::size_t b = 0; b < layer.bands.size(); ++b)
        for (std::size_t k = b * plane; k < (b + 1) * plane; k += bytes) {
            const auto* const at = record.data() + k;
            const auto sample = [&]<class T>(T value) {
                std::memcpy(&value, at, sizeof value);
                return static_cast<double>(value);
            };
            const double value = layer.sample == Sample::UInt8    ? sample(std::uint8_t())
                                 : layer.sample == Sample::UInt16 ? sample(std::uint16_t())
                                 : layer.sample == Sample::Int16  ? sample(std::int16_t())
                                                                  : sample(float());
            there += std::isfinite(value) && layer.bands[b].nodata != value;
        }
    return static_cast<double>(there * bytes) / static_cast<double>(record.size());
}

std::vector<Scene::Tile> Scene::withData(const std::vector<Tile>& all, const Layer& layer, RasterPool& pool,
                                         const Progress& progress) const
{
    const auto full = [&](const Band& band) { return layer.sample != Sample::Float32 && !band.nodata; };
    if (m_leastData == 0 || std::all_of(layer.bands.begin(), layer.bands.end(), full)) return all;
    std::vector<char> good(all.size());
    parallelFor(
        static_cast<std::int64_t>(all.size()),
        [&](std::int64_t i) {
            std::vector<std::byte> record(layer.bands.size() * static_cast<std::size_t>(m_sizePx * m_sizePx) *
                                          bytesOf(layer.sample));
            read(pool, all[static_cast<std::size_t>(i)], record);
            good[static_cast<std::size_t>(i)] = shareWithData(layer, record) >= m_leastData;
        },
        [&](std::int64_t done) {
            return progress(0, "Looking for data: " + std::to_string(done) + " of " + std::to_string(all.size()));
        });
    std::vector<Tile> kept;
    for (std::size_t i = 0; i < all.size(); ++i)
        if (good[i]) kept.push_back(all[i]);
    if (kept.empty())
        throw Error("dataset.least_data: no patch of " + m_path + " has so much data; lower it", "dataset.least_data");
    return kept;
}

std::shared_ptr<Pack> Scene::open(const fs::path& cache, const Progress& progress)
{
    check();
    const auto name = fs::path(m_path).filename().string();
    auto key = Fingerprint();
    key.add("scene").addFile(m_path).add(m_variable).add(m_sensor).add(m_sizePx);
    key.add(std::to_string(m_overlap)).add(std::to_string(m_leastData));
    return cachedPack(cache, fs::path(m_path).stem().string(), key, [&](const fs::path& file) {
        PackContents contents;
        const Raster image(m_path, m_variable);
        RasterPool pool(m_path, m_variable);
        auto& format = contents.format;
        format.name = fs::path(m_path).stem().string();
        format.sizePx = m_sizePx;
        format.gsdM = image.gsdM();
        format.layers = {layerOf(image, m_sensor, name)};
        format.attribution = "Cut from " + name + ".";
        std::vector<Tile> tiles;
        const Blocks blocks(image, m_sizePx);
        for (const auto& tile : withData(grid(image), format.layers[0], pool, progress)) {
            const auto split = blocks.splitOf(tile.x, tile.y, m_sizePx);
            if (!split) continue;
            Patch patch;
            patch.id = "r" + std::to_string(tile.row) + "c" + std::to_string(tile.column);
            const auto middle = static_cast<double>(m_sizePx) / 2;
            if (const auto at = image.place(static_cast<double>(tile.x) + middle, static_cast<double>(tile.y) + middle))
                patch.lon = at->lon, patch.lat = at->lat;
            patch.split = *split;
            patch.place = static_cast<std::uint32_t>(tiles.size());
            contents.patches.push_back(patch);
            tiles.push_back(tile);
        }
        writePack(
            file, contents,
            [&](std::size_t, std::int64_t i, std::span<std::byte> record) {
                read(pool, tiles[static_cast<std::size_t>(i)], record);
            },
            progress);
    });
}

} // namespace

std::unique_ptr<Dataset> makeScene();
std::unique_ptr<Dataset> makeScene() { return std::make_unique<Scene>(); }

} // namespace revisit

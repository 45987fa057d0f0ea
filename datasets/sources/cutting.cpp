// SPDX-License-Identifier: Apache-2.0
#include "datasets/sources/cutting.h"
#include "datasets/base/error.h"
#include "datasets/base/parallel.h"
#include "datasets/base/random.h"
#include <algorithm>
#include <cstring>
#include <numeric>

namespace revisit {
namespace {

// Whole blocks of 4 x 4 patches are tests, a fifth of them, and what lies on the edge of one is nothing, so that no
// test is seen in training. A single block is for training.
class Blocks {
public:
    Blocks(std::int64_t width, std::int64_t height, std::int64_t sizePx)
        : m_sidePx(4 * sizePx),
          m_across((width + m_sidePx - 1) / m_sidePx)
    {
        const auto count = m_across * ((height + m_sidePx - 1) / m_sidePx);
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

} // namespace

void Cutting::params(Params& p)
{
    p("size_px", m_sizePx, "Width and height of a patch.").range(8, 1024).unit("px");
    p("overlap", m_overlap, "Share of its width that a patch has in common with the next.").range(0, 0.9);
    p("least_data", m_leastData, "A patch with a smaller share of pixels that have data is left out.").range(0, 1);
}

void Cutting::addTo(Fingerprint& key) const
{
    key.add(m_sizePx).add(std::to_string(m_overlap)).add(std::to_string(m_leastData));
}

std::vector<Cutting::Tile> Cutting::grid(const Image& image) const
{
    const auto step = std::max<std::int64_t>(1, std::llround(static_cast<double>(m_sizePx) * (1 - m_overlap)));
    if (image.width < m_sizePx || image.height < m_sizePx)
        throw Error("dataset.size_px: " + image.name + " has " + std::to_string(image.width) + " x " +
                        std::to_string(image.height) + " pixels, less than one patch; choose smaller ones",
                    "dataset.size_px");
    const auto along = [&](std::int64_t pixels) { return (pixels - m_sizePx) / step + 1; };
    if (const auto patches = along(image.width) * along(image.height); patches > maxPatches)
        throw Error("dataset.size_px: " + image.name + " has " + std::to_string(image.width) + " x " +
                        std::to_string(image.height) + " pixels, which makes " + std::to_string(patches) +
                        " patches, more than " + std::to_string(maxPatches) +
                        "; choose larger ones, less overlap, or a part of the image",
                    "dataset.size_px");
    std::vector<Tile> tiles;
    for (std::int64_t row = 0, y = 0; y + m_sizePx <= image.height; ++row, y += step)
        for (std::int64_t column = 0, x = 0; x + m_sizePx <= image.width; ++column, x += step)
            tiles.push_back({row, column, x, y});
    return tiles;
}

std::vector<Cutting::Tile> Cutting::withData(const std::vector<Tile>& all, const Layer& layer, const Image& image,
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
            image.read(all[static_cast<std::size_t>(i)], record);
            good[static_cast<std::size_t>(i)] = shareWithData(layer, record) >= m_leastData;
        },
        [&](std::int64_t done) {
            return progress(0, "Looking for data: " + std::to_string(done) + " of " + std::to_string(all.size()));
        });
    std::vector<Tile> kept;
    for (std::size_t i = 0; i < all.size(); ++i)
        if (good[i]) kept.push_back(all[i]);
    if (kept.empty())
        throw Error("dataset.least_data: no patch of " + image.name + " has so much data; lower it",
                    "dataset.least_data");
    return kept;
}

void Cutting::write(const std::filesystem::path& pack, PackFormat format, const Image& image,
                    const Progress& progress) const
{
    PackContents contents;
    contents.format = std::move(format);
    contents.format.sizePx = m_sizePx;
    std::vector<Tile> tiles;
    const Blocks blocks(image.width, image.height, m_sizePx);
    for (const auto& tile : withData(grid(image), contents.format.layers[0], image, progress)) {
        const auto split = blocks.splitOf(tile.x, tile.y, m_sizePx);
        if (!split) continue;
        Patch patch;
        patch.id = "r" + std::to_string(tile.row) + "c" + std::to_string(tile.column);
        const auto middle = static_cast<double>(m_sizePx) / 2;
        if (const auto at = image.place(static_cast<double>(tile.x) + middle, static_cast<double>(tile.y) + middle))
            patch.lon = at->lon, patch.lat = at->lat;
        patch.split = *split;
        patch.place = static_cast<std::uint32_t>(tiles.size());
        patch.day = image.day;
        contents.patches.push_back(patch);
        tiles.push_back(tile);
    }
    writePack(
        pack, contents,
        [&](std::size_t, std::int64_t i, std::span<std::byte> record) {
            image.read(tiles[static_cast<std::size_t>(i)], record);
        },
        progress);
}

} // namespace revisit

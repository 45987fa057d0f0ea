// SPDX-License-Identifier: Apache-2.0
#include "experiments/bench/tiles.h"
#include "datasets/base/files.h"
#include "datasets/base/parallel.h"
#include "datasets/base/random.h"
#include <cerrno>
#include <cmath>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace revisit {
namespace {

template <class T> std::string bytesOf(const std::vector<T>& values)
{
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

// TIFF 6.0, section 2: an entry of the directory; types 3, 4 and 12 are numbers of 16 and 32 bits and double.
struct Entry {
    std::uint16_t type;
    std::uint32_t count;
    std::string bytes;
};
Entry shorts(const std::vector<std::uint16_t>& all)
{
    return {3, static_cast<std::uint32_t>(all.size()), bytesOf(all)};
}
Entry number(std::uint32_t value) { return {4, 1, bytesOf<std::uint32_t>({value})}; }
Entry doubles(const std::vector<double>& all) { return {12, static_cast<std::uint32_t>(all.size()), bytesOf(all)}; }

// One strip of samples after the 8 bytes of the head, then the directory, then what does not fit into it.
std::string tiff(const std::map<std::uint16_t, Entry>& entries, const std::string& strip)
{
    const auto directoryAt = static_cast<std::uint32_t>(8 + strip.size());
    auto farAt = directoryAt + 2 + static_cast<std::uint32_t>(entries.size()) * 12 + 4;
    auto directory = bytesOf<std::uint16_t>({static_cast<std::uint16_t>(entries.size())});
    std::string far;
    for (const auto& [tag, entry] : entries) {
        auto value = entry.bytes;
        if (value.size() > 4) {
            far += value;
            value = bytesOf<std::uint32_t>({farAt});
            farAt += static_cast<std::uint32_t>(entry.bytes.size());
        }
        value.resize(4);
        directory += bytesOf<std::uint16_t>({tag, entry.type}) + bytesOf<std::uint32_t>({entry.count}) + value;
    }
    return "II*" + std::string(1, '\0') + bytesOf<std::uint32_t>({directoryAt}) + strip + directory +
           std::string(4, '\0') + far;
}

std::string tile(std::int64_t sidePx, std::int64_t index, std::int64_t columns)
{
    constexpr auto bands = static_cast<std::size_t>(Tiles::bands);
    Random random(0, "tiles", static_cast<std::uint64_t>(index));
    const auto side = static_cast<std::size_t>(sidePx);
    std::vector<std::uint16_t> samples(side * side * bands);
    const double phase = random.uniform(0, 6);
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const auto pixel = static_cast<double>(i / bands);
        const double land = 2000 + 1000 * std::sin(pixel / 500 + phase) + 100 * static_cast<double>(i % bands);
        samples[i] = static_cast<std::uint16_t>(land + static_cast<double>(random.below(256)));
    }
    const auto strip = bytesOf(samples);
    const auto px = static_cast<std::uint32_t>(sidePx);
    const double east = 500000 + static_cast<double>(index % columns * sidePx * 10),
                 north = 5000000 - static_cast<double>(index / columns * sidePx * 10);
    return tiff({{256, number(px)}, // wide, and high
                 {257, number(px)},
                 {258, shorts(std::vector<std::uint16_t>(bands, 16))},
                 {259, shorts({1})}, // not compressed, grey and eleven more
                 {262, shorts({1})},
                 {273, number(8)},
                 {277, shorts({Tiles::bands})},
                 {278, number(px)},
                 {279, number(static_cast<std::uint32_t>(strip.size()))},
                 {284, shorts({1})},
                 {338, shorts(std::vector<std::uint16_t>(bands - 1, 0))},
                 {33550, doubles({10, 10, 0})}, // GeoTIFF: 10 m, zone 31 north of UTM
                 {33922, doubles({0, 0, 0, east, north, 0})},
                 {34735, shorts({1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, 32631})}},
                strip);
}

} // namespace

void writeTiles(const Tiles& tiles, std::int64_t count)
{
    std::filesystem::create_directories(tiles.folder);
    const auto columns = static_cast<std::int64_t>(std::ceil(std::sqrt(static_cast<double>(count))));
    parallelFor(
        count,
        [&](std::int64_t i) {
            const auto file = tiles.folder / ("tile-" + std::to_string(i) + ".tif");
            const auto bytes = tile(tiles.sidePx, i, columns);
            if (!std::ofstream(file, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size())))
                failWriting(file, errno);
        },
        [](std::int64_t) { return true; });
}

} // namespace revisit

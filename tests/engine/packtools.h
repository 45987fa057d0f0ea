// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/packlayout.h"
#include "engine/datatools.h"
#include <cstring>

// A small pack whose every byte is known.
namespace revisit::testing {

inline constexpr int count = 40;

inline PackFormat smallFormat(Sample sample = Sample::UInt8,
                              const std::vector<std::string>& bands = {"red", "green", "blue"}, double scale = 0.5)
{
    PackFormat format;
    format.name = "Small";
    format.sizePx = 8;
    format.gsdM = 10;
    format.layers = {{"rgb", "", sample, {}}};
    for (const auto& name : bands) format.layers[0].bands.push_back({.name = name, .scale = scale});
    format.classes = {"Land", "Sea"};
    format.attribution = "Made up.";
    return format;
}

inline std::vector<Patch> smallPatches()
{
    std::vector<Patch> patches;
    for (int i = 0; i < count; ++i)
        patches.push_back({"é" + std::to_string(i), i * 4.5, i * 2.0 - 40, i % 3 - 1,
                           i % 5 ? Split::Train : Split::Test, i * 91 - 400, static_cast<std::uint32_t>(i / 2)});
    patches[7].lon = patches[7].lat = NAN;
    return patches;
}

// Sample k of record i: known, and of each type.
template <class T> void fillRecord(std::size_t, std::int64_t i, std::span<std::byte> record)
{
    for (std::size_t k = 0; k < record.size() / sizeof(T); ++k) {
        const auto value = static_cast<T>((static_cast<std::size_t>(i) * 7 + k * 3) % 200);
        std::memcpy(record.data() + k * sizeof(T), &value, sizeof(T));
    }
}

inline void writeSmall(const std::filesystem::path& file, unsigned threads = 0)
{
    writePack(file, {smallFormat(), smallPatches(), {}, {}}, fillRecord<std::uint8_t>, goOn, threads);
}

/// The pack's bytes with the checksum made right again: what a forger would write.
inline std::string forged(std::string bytes)
{
    packlayout::Preamble p;
    std::memcpy(&p, bytes.data(), sizeof p);
    if (p.recordsAt > packlayout::crcFrom && p.recordsAt <= bytes.size())
        p.crc = crc32({reinterpret_cast<const std::byte*>(bytes.data()) + packlayout::crcFrom,
                       p.recordsAt - packlayout::crcFrom});
    return bytes.replace(0, sizeof p, reinterpret_cast<const char*>(&p), sizeof p);
}

} // namespace revisit::testing

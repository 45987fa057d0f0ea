// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/pack.h"
#include <bit>
#include <cstdint>
#include <optional>
#include <string_view>

// What the reader and the writer of packs share; docs/pack.md describes it for people.
namespace revisit::packlayout {

static_assert(std::endian::native == std::endian::little, "packs are little-endian, and read as they lie");

inline constexpr std::array<char, 8> magic = {'R', 'E', 'V', 'I', 'S', 'I', 'T', 'P'};
inline constexpr std::uint32_t version = 2;
inline constexpr std::uint64_t alignment = 64;
inline constexpr std::uint64_t maxHeaderBytes = 16 << 20;
inline constexpr std::uint64_t maxSide = 1 << 16, maxBands = 4096, maxLayers = 64, maxFactors = 1024;

/// The first 64 bytes of the file.
struct Preamble {
    std::array<char, 8> magic;
    std::uint32_t version;
    std::uint32_t crc; ///< CRC-32 of bytes 16 to recordsAt
    std::uint64_t headerBytes, metadataBytes, patches, recordsAt, fileBytes, reserved;
};
static_assert(sizeof(Preamble) == 64);
inline constexpr std::uint64_t crcFrom = 16;

/// What the JSON of the header holds: the format, and how many records each layer has.
struct Header {
    PackFormat format;
    std::vector<std::uint64_t> records;
};
std::string textOf(const Header& header);
/// Error, naming `file`, where the text is no header or makes no sense.
Header headerIn(std::string_view text, const std::filesystem::path& file);

/// What the metadata hold of the patches; the statistics stand before it.
struct Table {
    std::vector<Patch> patches;
    std::vector<std::vector<std::uint32_t>> records; ///< [layers][patches]
    std::vector<std::vector<float>> factors;         ///< [factors][patches]
};
inline constexpr std::uint64_t statisticsBytes = sizeof(BandStatistics); ///< of a band: 6 doubles
static_assert(statisticsBytes == 48);
/// Bytes of a table without its ids, over 2^63 as nothing.
std::optional<std::uint64_t> tableBytes(const Header& header, std::uint64_t patches);
std::vector<std::byte> bytesOf(const Table& table);
/// Reads `bytes`, of which there are at least tableBytes(); Error, naming `file`, where they make no sense.
Table tableIn(std::span<const std::byte> bytes, std::uint64_t patches, const Header& header,
              const std::filesystem::path& file);

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& what);
[[noreturn]] void damaged(const std::filesystem::path& file, const std::string& what);

/// a * b + c, or nothing where that is over 2^63: every size in a header goes through here.
inline std::optional<std::uint64_t> checked(std::uint64_t a, std::uint64_t b, std::uint64_t c)
{
    std::uint64_t product = 0, sum = 0;
    if (__builtin_mul_overflow(a, b, &product) || __builtin_add_overflow(product, c, &sum) || sum >> 63) return {};
    return sum;
}

constexpr std::uint64_t aligned(std::uint64_t bytes) { return (bytes + alignment - 1) / alignment * alignment; }

/// Bytes from one record of a layer to the next.
inline std::uint64_t strideOf(const PackFormat& format, std::size_t layer)
{
    return aligned(format.recordBytes(layer));
}

/// Where each layer's records begin, and then where the file ends; nothing where that is over 2^63.
std::optional<std::vector<std::uint64_t>> offsets(const Header& header, std::uint64_t recordsAt);

} // namespace revisit::packlayout

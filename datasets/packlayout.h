// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <bit>
#include <cstdint>
#include <optional>

// What the reader and the writer of packs share; docs/pack.md describes it for people.
namespace revisit::packlayout {

static_assert(std::endian::native == std::endian::little, "packs are little-endian, and read as they lie");

inline constexpr std::array<char, 8> magic = {'R', 'E', 'V', 'I', 'S', 'I', 'T', 'P'};
inline constexpr std::uint32_t version = 1;
inline constexpr std::uint64_t alignment = 64;
inline constexpr std::uint64_t maxHeaderBytes = 16 << 20;
inline constexpr std::uint64_t maxSide = 1 << 16, maxBands = 4096;

/// The first 64 bytes of the file.
struct Preamble {
    std::array<char, 8> magic;
    std::uint32_t version;
    std::uint32_t crc; ///< CRC-32 of bytes 16 to recordsAt
    std::uint64_t headerBytes, metadataBytes, patches, recordsAt, stride, fileBytes;
};
static_assert(sizeof(Preamble) == 64);
inline constexpr std::uint64_t crcFrom = 16;

/// Statistics (mean, deviation, low, high: 4 doubles a band), then per patch longitude and latitude (doubles), label
/// (int32), split (uint8), then patches + 1 offsets (uint32) into the ids, which come last.
constexpr std::uint64_t metadataBytes(std::uint64_t bands, std::uint64_t patches, std::uint64_t idBytes)
{
    return bands * 32 + patches * (8 + 8 + 4 + 1) + (patches + 1) * 4 + idBytes;
}

/// a * b + c, or nothing where that is over 2^63: every size in a header goes through here.
inline std::optional<std::uint64_t> checked(std::uint64_t a, std::uint64_t b, std::uint64_t c)
{
    std::uint64_t product = 0, sum = 0;
    if (__builtin_mul_overflow(a, b, &product) || __builtin_add_overflow(product, c, &sum) || sum >> 63) return {};
    return sum;
}

constexpr std::uint64_t aligned(std::uint64_t bytes) { return (bytes + alignment - 1) / alignment * alignment; }

} // namespace revisit::packlayout

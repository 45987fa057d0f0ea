// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace revisit {

/// CRC-32 as in zip and PNG (polynomial 0xedb88320); `before` is the sum of what came before these bytes.
inline std::uint32_t crc32(std::span<const std::byte> bytes, std::uint32_t before = 0)
{
    static constexpr auto table = [] {
        std::array<std::uint32_t, 256> entries{};
        for (std::uint32_t i = 0; i < 256; ++i) {
            entries[i] = i;
            for (int bit = 0; bit < 8; ++bit) entries[i] = (entries[i] >> 1) ^ ((entries[i] & 1) ? 0xedb88320u : 0u);
        }
        return entries;
    }();
    std::uint32_t sum = ~before;
    for (const auto byte : bytes) sum = table[(sum ^ static_cast<std::uint8_t>(byte)) & 0xff] ^ (sum >> 8);
    return ~sum;
}

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace revisit {

/// Of a safetensors file; none that anyone writes is as long.
constexpr std::size_t longestTensorHeader = 16 << 20;

/// One entry of a safetensors file's header.
struct TensorEntry {
    std::string type;
    std::vector<std::int64_t> shape;
    std::size_t begin = 0, end = 0; ///< bytes after the header
};

/// The header of a file of `fileBytes` that begins with `head` (8 bytes of length and at least the header). Throws
/// Error with `name`.
std::map<std::string, TensorEntry> readTensorHeader(std::span<const std::byte> head, std::size_t fileBytes,
                                                    const std::string& name);

} // namespace revisit

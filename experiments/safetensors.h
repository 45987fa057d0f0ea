// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>
#include <filesystem>
#include <map>
#include <span>
#include <string>

namespace revisit {

/// Named tensors: weights, buffers, an optimiser's state.
using State = std::map<std::string, at::Tensor>;

/// Writes the tensors, synced to disk; Error when it cannot. The format is huggingface/safetensors'.
void writeTensors(const std::filesystem::path& file, const State& tensors);

/// All tensors of a file, on the CPU. Error, naming the file and the lie, when it is not whole and consistent: nothing
/// is allocated before its header has been held against the file's size.
State readTensors(const std::filesystem::path& file);

/// One entry of a header.
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

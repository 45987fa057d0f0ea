// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>
#include <filesystem>
#include <map>
#include <string>

namespace revisit {

/// Named tensors: weights, buffers, an optimiser's state.
using State = std::map<std::string, at::Tensor>;

/// Writes the tensors, synced to disk; Error when it cannot. The format is huggingface/safetensors'.
void writeTensors(const std::filesystem::path& file, const State& tensors);

/// All tensors of a file, on the CPU. Error, naming the file and the lie, when it is not whole and consistent: nothing
/// is allocated before its header has been held against the file's size.
State readTensors(const std::filesystem::path& file);

} // namespace revisit

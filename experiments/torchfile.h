// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "experiments/safetensors.h"

namespace revisit {

/// All tensors in a file of torch.save (PyTorch 1.6 and later), on the CPU, by their place in its dicts. Nothing in it
/// is executed, and nothing is allocated before it has been held against the file's size. Error, naming the file and
/// what is wrong.
State readTorchFile(const std::filesystem::path& file);

} // namespace revisit

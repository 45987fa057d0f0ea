// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "experiments/objective.h"
#include <filesystem>

namespace revisit {

/// The tensors of a safetensors file as `objective`, which run.json calls `name`, takes them; z and goals collect
/// gradients. Error, naming file, tensor, what it is and what it should be, where they do not fit (docs/loss.md).
Embeddings embeddingsOf(const std::filesystem::path& file, Objective& objective, const std::string& name);

} // namespace revisit

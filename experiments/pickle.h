// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <c10/core/ScalarType.h>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace revisit {

/// A tensor in a pickle: a window on a storage, whose bytes lie elsewhere.
struct PickledTensor {
    std::string storage;
    c10::ScalarType type{};
    std::int64_t values = 0, offset = 0; ///< that the storage has, and before the tensor's first
    std::vector<std::int64_t> shape, strides;
};

/// The tensors in a pickle that torch.save wrote, by their place in its dicts ("state_dict.conv1.weight"), each held
/// against its storage's declared size. Nothing in the pickle is executed: of its globals only those that a state dict
/// needs are known, and any other is an Error that names it. Errors begin with `name`.
std::map<std::string, PickledTensor> readPickle(std::string_view bytes, const std::string& name);

} // namespace revisit

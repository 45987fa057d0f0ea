// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/error.h"
#include <filesystem>

namespace revisit {

/// Error, naming it, when this is not a regular file: a device or a pipe could be read for ever.
inline void requireRegularFile(const std::filesystem::path& file)
{
    std::error_code error;
    const auto status = std::filesystem::status(file, error);
    if (status.type() == std::filesystem::file_type::not_found) throw Error(file.string() + ": there is no such file");
    if (status.type() == std::filesystem::file_type::none) throw Error(file.string() + ": " + error.message());
    if (!std::filesystem::is_regular_file(status)) throw Error(file.string() + ": is not a regular file");
}

} // namespace revisit

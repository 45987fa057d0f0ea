// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/params.h"
#include <filesystem>
#include <optional>
#include <vector>

// Layouts of HDF5 files by their names alone, so that none has to be opened to tell what it is.
namespace revisit {

/// training.h5, validation.h5 and testing.h5, as far as they are there, in a folder or beside one of them (or of their
/// _geo.h5); any other file by itself.
std::vector<std::filesystem::path> so2satFiles(const std::filesystem::path& source);

/// The file X.h5 with X_splits.json or X_tile_info.json beside it, in a folder; any file is itself. Empty: there is
/// none.
std::filesystem::path mmearthFile(const std::filesystem::path& source);

/// Files like 17_togo.h5, in natural order: those of a folder, or of arrays or features/arrays in it; any file by
/// itself.
std::vector<std::filesystem::path> cropHarvestArrays(const std::filesystem::path& source);

/// What data set of HDF5 files this is; nothing where it is none. Error for an HDF5 file by whose name nothing is
/// known, and for what is called .h5 and is something else.
std::optional<Json> recognisedHdf5(const std::filesystem::path& source);

} // namespace revisit

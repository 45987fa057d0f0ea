// SPDX-License-Identifier: Apache-2.0
#include "datasets/sources/hdf5names.h"
#include "datasets/base/error.h"
#include "datasets/sources/imagelist.h"
#include <algorithm>
#include <fstream>

namespace revisit {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> parts = {"training", "validation", "testing"};

// 17_togo-eval.h5
bool isCropHarvestArray(const fs::path& file)
{
    const auto stem = file.stem().string();
    const auto digits = stem.find_first_not_of("0123456789");
    return file.extension() == ".h5" && digits != 0 && digits != std::string::npos && stem[digits] == '_';
}

bool hasSignature(const fs::path& file)
{
    const std::string signature = "\x89HDF\r\n\x1a\n";
    std::ifstream in(file, std::ios::binary);
    for (const std::streamoff at : {0, 512, 1024, 2048}) { // where a program's own block may stand before it
        std::string begin(signature.size(), '\0');
        if (in.seekg(at).read(begin.data(), static_cast<std::streamsize>(begin.size())) && begin == signature)
            return true;
    }
    return false;
}

bool isMmearth(const fs::path& file)
{
    const auto beside = [&](const char* what) {
        return fs::is_regular_file(file.parent_path() / (file.stem().string() + what));
    };
    return file.extension() == ".h5" && (beside("_splits.json") || beside("_tile_info.json"));
}

template <class Is> fs::path firstIn(const fs::path& folder, const Is& is)
{
    std::error_code failed;
    fs::path first;
    for (const auto& item : fs::directory_iterator(folder, failed))
        if (is(item.path()) && (first.empty() || item.path() < first)) first = item.path();
    return first;
}

} // namespace

std::vector<fs::path> so2satFiles(const fs::path& source)
{
    auto stem = source.stem().string();
    if (stem.ends_with("_geo")) stem.resize(stem.size() - 4);
    const bool isFolder = fs::is_directory(source);
    if (!isFolder && std::ranges::find(parts, stem) == parts.end()) return {source};
    std::vector<fs::path> all;
    for (const auto& part : parts) {
        const auto file = (isFolder ? source : source.parent_path()) / (part + ".h5");
        if (fs::is_regular_file(file)) all.push_back(file);
    }
    return all;
}

fs::path mmearthFile(const fs::path& source) { return fs::is_directory(source) ? firstIn(source, isMmearth) : source; }

std::vector<fs::path> cropHarvestArrays(const fs::path& source)
{
    if (!fs::is_directory(source)) return {source};
    std::vector<fs::path> all;
    for (const auto& folder : {source / "features" / "arrays", source / "arrays", source}) {
        std::error_code failed;
        for (const auto& item : fs::directory_iterator(folder, failed))
            if (isCropHarvestArray(item.path())) all.push_back(item.path());
        if (!all.empty()) break;
    }
    std::ranges::sort(all, [](const fs::path& a, const fs::path& b) { return naturalLess(a.string(), b.string()); });
    return all;
}

std::optional<Json> recognisedHdf5(const fs::path& source)
{
    const auto found = [&](const char* name) { return Json{{"name", name}, {"path", source.string()}}; };
    if (fs::is_directory(source)) {
        if (!so2satFiles(source).empty()) return found("so2sat");
        if (!mmearthFile(source).empty()) return found("mmearth");
        for (const auto& folder : {source / "features" / "arrays", source / "arrays", source})
            if (!firstIn(folder, isCropHarvestArray).empty()) return found("cropharvest-features");
        return {};
    }
    if (!fs::is_regular_file(source)) return {};
    const auto extension = source.extension();
    if (!hasSignature(source)) {
        if (extension != ".h5" && extension != ".hdf5") return {};
        throw Error(source.string() + ": is called " + extension.string() +
                    ", but does not begin as an HDF5 file does; fetch it again, or unpack it first");
    }
    if (extension == ".nc") return {}; // netCDF, which lies in HDF5
    const auto stem = source.stem().string();
    for (const auto& part : parts)
        if (stem == part || stem == part + "_geo") return found("so2sat");
    if (isMmearth(source)) return found("mmearth");
    if (isCropHarvestArray(source)) return found("cropharvest-features");
    throw Error(source.string() +
                ": is an HDF5 file, and its name does not tell which data set it is of; "
                "revisit-engine data show so2sat --set path=FILE opens it as one of So2Sat, and mmearth and "
                "cropharvest-features likewise");
}

} // namespace revisit

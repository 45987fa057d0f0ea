// SPDX-License-Identifier: Apache-2.0
#include "datasets/dataset.h"
#include <algorithm>
#include <array>
#include <cstdlib>

namespace revisit {

std::unique_ptr<Dataset> makePackFile();
std::unique_ptr<Dataset> makeSimulated();
#ifdef REVISIT_RASTER
std::unique_ptr<Dataset> makePlanet();
std::unique_ptr<Dataset> makeFolder();
std::unique_ptr<Dataset> makeScene();
std::unique_ptr<Dataset> makeCropHarvest();
std::unique_ptr<Dataset> makeCropHarvestFeatures();
std::unique_ptr<Dataset> makeMMEarth();
std::unique_ptr<Dataset> makeSo2Sat();
std::unique_ptr<Dataset> makeSafe();
std::unique_ptr<Dataset> makeBigEarthNet();
std::unique_ptr<Dataset> makeFmow();
std::unique_ptr<Dataset> makeSeasons();
#endif

const std::vector<Entry<Dataset>>& datasets()
{
    static const std::vector<Entry<Dataset>> list = {
#ifdef REVISIT_RASTER
        {"planet", makePlanet},
        {"folder", makeFolder},
        {"scene", makeScene},
        {"safe", makeSafe},
        {"seasons", makeSeasons},
        {"bigearthnet", makeBigEarthNet},
        {"fmow", makeFmow},
        {"cropharvest", makeCropHarvest},
        {"so2sat", makeSo2Sat},
        {"mmearth", makeMMEarth},
        {"cropharvest-features", makeCropHarvestFeatures},
#endif
        {"simulated", makeSimulated},
        {"pack", makePackFile},
    };
    return list;
}

std::unique_ptr<Dataset> make(const std::vector<Entry<Dataset>>& list, const std::string& name, const std::string& key)
{
#ifndef REVISIT_RASTER
    static constexpr std::array foreign = {"planet",
                                           "folder",
                                           "scene",
                                           "safe",
                                           "seasons",
                                           "bigearthnet",
                                           "fmow",
                                           "cropharvest",
                                           "so2sat",
                                           "mmearth",
                                           "cropharvest-features"};
    if (std::find(foreign.begin(), foreign.end(), name) != foreign.end())
        throw Error(key + ": this engine was built without GDAL and cannot read \"" + name +
                        "\"; make a pack of it with revisit-engine data pack on another machine, and choose \"pack\"",
                    key);
#endif
    return make<Dataset>(list, name, key);
}

#ifndef REVISIT_RASTER
Json recognised(const std::filesystem::path& source)
{
    if (source.extension() != ".pack")
        throw Error(source.string() + ": this engine was built without GDAL and opens packs alone; make one of it with "
                                      "revisit-engine data pack on another machine");
    return {{"name", "pack"}, {"path", source.string()}};
}

std::optional<Json> inspected(const std::filesystem::path&, const Progress&) { return {}; }
#endif

std::filesystem::path cacheFolder()
{
    const auto variable = [](const char* name) {
        const char* const value = std::getenv(name);
        return std::filesystem::path(value ? value : "");
    };
    if (const auto own = variable("REVISIT_CACHE"); !own.empty()) return own;
    if (const auto caches = variable("XDG_CACHE_HOME"); caches.is_absolute()) return caches / "revisit";
    const auto home = variable("HOME");
    if (home.empty()) throw Error("there is no place for packs: set REVISIT_CACHE to a folder");
    return home / ".cache" / "revisit";
}

} // namespace revisit

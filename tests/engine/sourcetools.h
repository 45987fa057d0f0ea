// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/dataset.h"
#include "engine/datatools.h"
#include <cstring>

// What tests of sources need: the real data, if they are there, and images that know where they are.
namespace revisit::testing {

inline std::filesystem::path dataFolder()
{
    const auto own = qEnvironmentVariable("REVISIT_DATA");
    return own.isEmpty() ? std::filesystem::path(REVISIT_SOURCE) / "../shared/data"
                         : std::filesystem::path(own.toStdString());
}

#define NEED(file)                                                                                                     \
    if (!std::filesystem::exists(file))                                                                                \
    QSKIP(("skipped: " + (file).string() + " is not there; name its folder in REVISIT_DATA").c_str())

inline std::shared_ptr<Pack> opened(const std::string& name, const Json& params, const std::filesystem::path& cache)
{
    auto dataset = make(datasets(), name, "dataset.name");
    dataset->read(params, "dataset", name);
    return dataset->open(cache, goOn);
}

/// Zone 31 north of UTM, 10 m, upper left corner at 500,000 E 5,000,000 N.
inline Tags located(Tags tags)
{
    tags[33550] = list<double>(12, {10, 10, 0});
    tags[33922] = list<double>(12, {0, 0, 0, 500000, 5000000, 0});
    tags[34735] = list<std::uint16_t>(3, {1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, 32631});
    return tags;
}

struct Image {
    std::uint32_t width, height;
    std::vector<std::string> names; ///< its bands' descriptions; empty texts give none
    std::string nodata;
};

/// A GeoTIFF whose band b has sample(b, x, y) at a pixel: uint16, or float32.
template <class T> std::string geotiff(const Image& image, const std::function<T(std::size_t, int, int)>& sample)
{
    std::string strip, names = "<GDALMetadata>";
    for (int y = 0; y < int(image.height); ++y)
        for (int x = 0; x < int(image.width); ++x)
            for (std::size_t b = 0; b < image.names.size(); ++b) strip += raw(sample(b, x, y));
    for (std::size_t b = 0; b < image.names.size(); ++b)
        if (!image.names[b].empty())
            names += "<Item name=\"DESCRIPTION\" sample=\"" + std::to_string(b) + "\" role=\"description\">" +
                     image.names[b] + "</Item>";
    const auto text = [](const std::string& bytes) {
        return Tag{2, static_cast<std::uint32_t>(bytes.size() + 1), bytes + '\0'};
    };
    auto tags = located(plainTags(image.width, image.height, static_cast<std::uint16_t>(image.names.size()),
                                  sizeof(T) * 8, static_cast<std::uint32_t>(strip.size())));
    tags[262] = word(1);
    if (std::is_floating_point_v<T>) tags[339] = list(3, std::vector<std::uint16_t>(image.names.size(), 3));
    tags[42112] = text(names + "</GDALMetadata>");
    if (!image.nodata.empty()) tags[42113] = text(image.nodata);
    return tiff(tags, strip);
}

} // namespace revisit::testing

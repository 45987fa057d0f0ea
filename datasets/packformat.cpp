// SPDX-License-Identifier: Apache-2.0
#include "datasets/packformat.h"
#include <map>

namespace revisit {

const char* nameOf(Sample type)
{
    switch (type) {
    case Sample::UInt8: return "uint8";
    case Sample::UInt16: return "uint16";
    case Sample::Int16: return "int16";
    case Sample::Float32: break;
    }
    return "float32";
}

std::vector<Band> displayBands()
{
    std::vector<Band> bands;
    for (const char* const name : {"red", "green", "blue"})
        bands.push_back({.name = name, .common = name, .scale = 1.0 / 255});
    return bands;
}

std::vector<Channel> PackFormat::channels() const
{
    std::vector<Channel> all;
    for (std::size_t l = 0; l < layers.size(); ++l)
        for (std::size_t b = 0; b < layers[l].bands.size(); ++b) all.push_back({l, b});
    return all;
}

std::size_t PackFormat::bands() const
{
    std::size_t count = 0;
    for (const auto& layer : layers) count += layer.bands.size();
    return count;
}

std::vector<std::string> PackFormat::bandNames() const
{
    std::map<std::string, int> uses;
    for (const auto& channel : channels()) ++uses[band(channel).name];
    std::vector<std::string> names;
    for (const auto& channel : channels()) {
        const auto& own = band(channel).name;
        names.push_back(uses[own] > 1 ? layers[channel.layer].name + "/" + own : own);
    }
    return names;
}

std::size_t PackFormat::planeBytes(std::size_t layer) const
{
    return static_cast<std::size_t>(sizePx * sizePx) * bytesOf(layers[layer].sample);
}

std::size_t PackFormat::recordBytes(std::size_t layer) const { return layers[layer].bands.size() * planeBytes(layer); }

std::int64_t PackFormat::channelOf(const std::string& role) const
{
    const auto all = channels();
    for (const auto member : {&Band::common, &Band::name})
        for (std::size_t c = 0; c < all.size(); ++c)
            if (band(all[c]).*member == role) return static_cast<std::int64_t>(c);
    return -1;
}

} // namespace revisit

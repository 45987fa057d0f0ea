// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/sensor.h"
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace revisit {

enum class Sample : std::uint8_t { UInt8, UInt16, Int16, Float32 };
constexpr std::size_t bytesOf(Sample type) { return type == Sample::UInt8 ? 1 : type == Sample::Float32 ? 4 : 2; }
/// "uint8", "uint16", "int16", "float32".
const char* nameOf(Sample type);

/// What one sensor, or one kind of map, gives of a patch: its bands in one sample type.
struct Layer {
    std::string name;   ///< "sentinel-2"
    std::string sensor; ///< of resources/sensors.json, or empty
    Sample sample = Sample::UInt8;
    std::vector<Band> bands;
};

/// Red, green and blue as a display has them: 8 bits that stand for 0 to 1.
std::vector<Band> displayBands();

/// What is known of a patch besides its pixels and its class: a season, an elevation, a measured temperature.
struct Factor {
    std::string name, unit;
    double period = 0;                ///< above 0 for what goes round, like a day of the year: 365.25
    std::vector<std::string> choices; ///< of a category, whose value is an index into them; empty for a number
};

/// A band among all those of a pack, in the order in which a network sees them: layer after layer.
struct Channel {
    std::size_t layer, band;
};

/// What the records of a pack are: bands x size_px x size_px samples of each layer, band after band, rows from the top.
struct PackFormat {
    std::string name; ///< of the data set, for people
    std::int64_t sizePx = 0;
    double gsdM = NAN; ///< ground sampling distance of the records in metres, NAN where unknown
    std::vector<Layer> layers;
    std::vector<std::string> classes; ///< empty without labels
    std::vector<Factor> factors;
    std::string attribution; ///< source and licence, a sentence

    std::vector<Channel> channels() const;
    std::size_t bands() const; ///< of all layers
    const Band& band(const Channel& channel) const { return layers[channel.layer].bands[channel.band]; }
    /// Of all channels; with "layer/" before it where two layers have a band of that name.
    std::vector<std::string> bandNames() const;
    std::size_t planeBytes(std::size_t layer) const; ///< of one band
    std::size_t recordBytes(std::size_t layer = 0) const;
    /// The channel whose band has this common name, or else this name; none: -1.
    std::int64_t channelOf(const std::string& role) const;
};

} // namespace revisit

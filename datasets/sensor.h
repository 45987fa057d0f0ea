// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/params.h"
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace revisit {

/// One band of a sensor, or of a file: what its numbers are.
struct Band {
    std::string name{};           ///< as its product names it: "B04"
    std::string common{};         ///< STAC's common name ("red", "nir"), or empty
    double wavelengthNm = NAN;    ///< of the centre; this and the next two NAN where they make no sense or are unknown
    double widthNm = NAN;         ///< full width at half maximum
    double gsdM = NAN;            ///< ground sampling distance
    std::string unit{};           ///< of physical values: "reflectance", "dB", "m", "K"; empty where unknown
    double scale = 1, offset = 0; ///< physical = sample * scale + offset
    std::optional<double> nodata{}; ///< the sample that means: nothing was seen here
};

/// A band as the catalogue knows it.
struct SensorBand : Band {
    std::vector<std::string> aliases; ///< what else files call it: "B4", "red"
    double low = NAN, high = NAN;     ///< physical values outside are no measurements
};

/// Three bands as red, green and blue of a picture.
struct Composite {
    std::string name; ///< "True colour"
    std::array<std::string, 3> bands;
};

/// What a product of a satellite, an aircraft or a model measures. docs/sensors.md says what the fields mean.
struct Sensor {
    std::string name;  ///< in run.json and on the command line: "sentinel-2-l2a"
    std::string title; ///< "Sentinel-2 MSI, Level-2A"
    std::string kind;  ///< optical, radar, elevation, climate, lights, cover or display
    std::vector<SensorBand> bands;
    std::vector<Composite> composites;
    std::vector<std::string> products; ///< parts of the names of its files: "LE07_L2"
    std::string source;                ///< where the numbers are from
    std::string note;                  ///< what a user must know besides, or empty
    /// The band of this name, else of this alias (in capitals or not), or null.
    const SensorBand* band(std::string_view nameOrAlias) const;
};

/// The catalogue, resources/sensors.json, which is compiled in.
const std::vector<Sensor>& sensors();
/// The same as it is written, for `describe`.
const Json& sensorsAsJson();
const Sensor* sensorCalled(std::string_view name);
/// The sensor that has all bands of these names (or aliases, in capitals or not), in whatever order: the one that
/// `product`, a file's name, speaks of, if any; else the one with the fewest other bands. Null where only a guess is
/// left: an unknown name, sensors that mean other bands by these names or fit equally well, or nothing but colours.
const Sensor* sensorWithBands(const std::vector<std::string>& names, std::string_view product = {});

} // namespace revisit

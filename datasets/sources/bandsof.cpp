// SPDX-License-Identifier: Apache-2.0
#include "datasets/sources/bandsof.h"
#include "datasets/base/error.h"
#include <sstream>

namespace revisit {
namespace {

std::vector<std::string> allSensors()
{
    std::vector<std::string> names;
    for (const auto& sensor : sensors()) names.push_back(sensor.name);
    return names;
}

std::vector<const SensorBand*> chosen(const Sensor& sensor, const std::string& bands)
{
    std::vector<const SensorBand*> all;
    if (bands.empty())
        for (const auto& band : sensor.bands) all.push_back(&band);
    std::istringstream names(bands);
    for (std::string name; std::getline(names, name, ',');) {
        name.erase(0, name.find_first_not_of(' '));
        all.push_back(sensor.band(name));
        if (!all.back())
            throw Error("dataset.bands: " + sensor.title + " has no band \"" + name + "\" (docs/sensors.md names them)",
                        "dataset.bands");
    }
    return all;
}

bool isDisplay(const Raster& image) { return image.sample() == Sample::UInt8 && image.bands().size() == 3; }

} // namespace

void complete(Band& band, const SensorBand& known, bool scaled)
{
    const auto own = band;
    band = known;
    if (!own.unit.empty()) band.unit = own.unit;
    if (scaled) band.scale = own.scale, band.offset = own.offset;
    if (own.nodata) band.nodata = own.nodata;
}

Layer layerOf(const Raster& image, const std::string& wanted, const std::string& file, const std::string& names)
{
    if (wanted.empty() && !names.empty())
        throw Error("dataset.sensor: name the sensor whose bands dataset.bands lists", "dataset.sensor");
    Layer layer{"image", "", image.sample(), image.bands()};
    if (!wanted.empty()) {
        const auto* const sensor = sensorCalled(wanted);
        if (!sensor)
            throw Error("dataset.sensor: there is no sensor \"" + wanted + "\"" + suggestion(wanted, allSensors()),
                        "dataset.sensor");
        const auto bands = chosen(*sensor, names);
        const std::string key = names.empty() ? "dataset.sensor" : "dataset.bands";
        if (bands.size() != layer.bands.size())
            throw Error(key + ": " + (names.empty() ? sensor->title + " has " : "it names ") +
                            std::to_string(bands.size()) + " bands, and " + file + " has " +
                            std::to_string(layer.bands.size()),
                        key);
        layer.name = layer.sensor = sensor->name;
        for (std::size_t b = 0; b < layer.bands.size(); ++b) complete(layer.bands[b], *bands[b], image.isScaled());
        return layer;
    }
    if (isDisplay(image)) {
        layer.name = "rgb";
        return layer;
    }
    std::vector<std::string> own;
    for (const auto& band : layer.bands) own.push_back(band.name);
    if (const auto* const sensor = image.isNamed() ? sensorWithBands(own, file) : nullptr) {
        layer.name = layer.sensor = sensor->name;
        for (auto& band : layer.bands) complete(band, *sensor->band(band.name), image.isScaled());
    }
    return layer;
}

} // namespace revisit

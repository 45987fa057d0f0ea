// SPDX-License-Identifier: Apache-2.0
#include "datasets/sources/bandsof.h"
#include "datasets/base/error.h"

namespace revisit {
namespace {

std::vector<std::string> allSensors()
{
    std::vector<std::string> names;
    for (const auto& sensor : sensors()) names.push_back(sensor.name);
    return names;
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

Layer layerOf(const Raster& image, const std::string& wanted, const std::string& file)
{
    Layer layer{"image", "", image.sample(), image.bands()};
    if (!wanted.empty()) {
        const auto* const sensor = sensorCalled(wanted);
        if (!sensor)
            throw Error("dataset.sensor: there is no sensor \"" + wanted + "\"" + suggestion(wanted, allSensors()),
                        "dataset.sensor");
        if (sensor->bands.size() != layer.bands.size())
            throw Error("dataset.sensor: " + sensor->title + " has " + std::to_string(sensor->bands.size()) +
                            " bands, and " + file + " has " + std::to_string(layer.bands.size()),
                        "dataset.sensor");
        layer.name = layer.sensor = sensor->name;
        for (std::size_t b = 0; b < layer.bands.size(); ++b)
            complete(layer.bands[b], sensor->bands[b], image.isScaled());
        return layer;
    }
    if (isDisplay(image)) {
        layer.name = "rgb";
        return layer;
    }
    std::vector<std::string> names;
    for (const auto& band : layer.bands) names.push_back(band.name);
    if (const auto* const sensor = image.isNamed() ? sensorWithBands(names, file) : nullptr) {
        layer.name = layer.sensor = sensor->name;
        for (auto& band : layer.bands) complete(band, *sensor->band(band.name), image.isScaled());
    }
    return layer;
}

} // namespace revisit

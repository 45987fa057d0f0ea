// SPDX-License-Identifier: Apache-2.0
#include "datasets/sensor.h"
#include <algorithm>
#include <cctype>

namespace revisit {

extern const std::string_view sensorsText; // resources/sensors.json, by CMake

namespace {

// What all bands of a sensor share stands once in the file, and in each band here.
Json expanded(Json all)
{
    for (Json& sensor : all) {
        for (Json& band : sensor["bands"]) {
            Json whole = sensor["every_band"];
            whole.update(band);
            band = std::move(whole);
        }
        sensor.erase("every_band");
    }
    return all;
}

SensorBand bandOf(const Json& json)
{
    SensorBand band;
    band.name = json.at("name");
    band.common = json.value("common", "");
    band.wavelengthNm = json.value<double>("wavelength_nm", NAN);
    band.widthNm = json.value<double>("width_nm", NAN);
    band.gsdM = json.value<double>("gsd_m", NAN);
    band.unit = json.at("unit");
    band.scale = json.at("scale");
    band.offset = json.at("offset");
    if (json.contains("nodata")) band.nodata = json["nodata"].get<double>();
    band.aliases = json.value("aliases", std::vector<std::string>());
    band.low = json.at("valid").at(0);
    band.high = json.at("valid").at(1);
    return band;
}

Sensor sensorOf(const Json& json)
{
    Sensor sensor{json.at("name"),   json.at("title"),      json.at("kind"), {}, {}, {},
                  json.at("source"), json.value("note", "")};
    for (const Json& band : json.at("bands")) sensor.bands.push_back(bandOf(band));
    for (const Json& composite : json.at("composites"))
        sensor.composites.push_back({composite.at("name"), composite.at("bands")});
    sensor.products = json.value("products", std::vector<std::string>());
    return sensor;
}

std::string lower(std::string_view text)
{
    std::string small(text);
    std::transform(small.begin(), small.end(), small.begin(), [](unsigned char c) { return std::tolower(c); });
    return small;
}

bool alike(std::string_view a, std::string_view b) { return lower(a) == lower(b); }

// How many letters of `product` speak of this sensor.
std::size_t mentioned(const Sensor& sensor, std::string_view product)
{
    std::size_t most = 0;
    for (const std::string& part : sensor.products)
        if (lower(product).find(lower(part)) != std::string::npos) most = std::max(most, part.size());
    return most;
}

struct Candidate {
    const Sensor* sensor;
    std::size_t mentioned, others;
    std::vector<std::string> meaning; // of each name
};

std::optional<Candidate> candidate(const Sensor& sensor, const std::vector<std::string>& names,
                                   std::string_view product)
{
    std::vector<const SensorBand*> found;
    Candidate made{&sensor, mentioned(sensor, product), 0, {}};
    bool onlyColours = true;
    for (const std::string& name : names) {
        const SensorBand* band = sensor.band(name);
        if (!band || std::find(found.begin(), found.end(), band) != found.end()) return {};
        found.push_back(band);
        made.meaning.push_back(band->common.empty() ? sensor.name + ' ' + band->name : band->common);
        onlyColours = onlyColours && alike(name, band->common);
    }
    made.others = sensor.bands.size() - names.size();
    if (made.mentioned > 0) return made;
    // "red" and "nir" are on many sensors: such names tell which only when they are all that it has
    if (onlyColours && made.others > 0) return {};
    // nor do B1 to B11 speak of the eleven first of an imaging spectrometer's 224
    if (made.others > 15 * names.size()) return {};
    return made;
}

} // namespace

const SensorBand* Sensor::band(std::string_view nameOrAlias) const
{
    const auto find = [&](const auto& isCalled) -> const SensorBand* {
        const auto at = std::find_if(bands.begin(), bands.end(), isCalled);
        return at == bands.end() ? nullptr : &*at;
    };
    if (const auto* named = find([&](const SensorBand& band) { return alike(band.name, nameOrAlias); })) return named;
    if (const auto* common = find([&](const SensorBand& band) { return alike(band.common, nameOrAlias); }))
        return nameOrAlias.empty() ? nullptr : common;
    return find([&](const SensorBand& band) {
        return std::any_of(band.aliases.begin(), band.aliases.end(),
                           [&](const std::string& alias) { return alike(alias, nameOrAlias); });
    });
}

const Json& sensorsAsJson()
{
    static const Json all = expanded(Json::parse(sensorsText));
    return all;
}

const std::vector<Sensor>& sensors()
{
    static const std::vector<Sensor> all = [] {
        std::vector<Sensor> made;
        for (const Json& json : sensorsAsJson()) made.push_back(sensorOf(json));
        return made;
    }();
    return all;
}

const Sensor* sensorCalled(std::string_view name)
{
    for (const Sensor& sensor : sensors())
        if (sensor.name == name) return &sensor;
    return nullptr;
}

const Sensor* sensorWithBands(const std::vector<std::string>& names, std::string_view product)
{
    std::vector<Candidate> fitting;
    if (names.empty()) return nullptr;
    for (const Sensor& sensor : sensors())
        if (auto made = candidate(sensor, names, product)) fitting.push_back(std::move(*made));
    if (fitting.empty()) return nullptr;
    const auto worse = [](const Candidate& a, const Candidate& b) {
        return a.mentioned != b.mentioned ? a.mentioned < b.mentioned : a.others > b.others;
    };
    const Candidate& best = *std::max_element(fitting.begin(), fitting.end(), worse);
    for (const Candidate& other : fitting) {
        if (&other == &best || other.mentioned < best.mentioned) continue;
        if (other.meaning != best.meaning || other.others == best.others) return nullptr;
    }
    return best.sensor;
}

} // namespace revisit

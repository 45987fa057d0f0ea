// SPDX-License-Identifier: Apache-2.0
#include "datasets/base/error.h"
#include "datasets/packlayout.h"
#include <set>

namespace revisit::packlayout {
namespace {

Json orNull(double value) { return std::isfinite(value) ? Json(value) : Json(); }

Json written(const Band& band)
{
    return {{"name", band.name},
            {"common", band.common},
            {"wavelength_nm", orNull(band.wavelengthNm)},
            {"width_nm", orNull(band.widthNm)},
            {"gsd_m", orNull(band.gsdM)},
            {"unit", band.unit},
            {"scale", band.scale},
            {"offset", band.offset},
            {"nodata", band.nodata ? Json(*band.nodata) : Json()}};
}

double orNan(const Json& value) { return value.is_null() ? NAN : value.get<double>(); }

Band bandIn(const Json& json, const std::filesystem::path& file)
{
    Band band;
    json.at("name").get_to(band.name);
    json.at("common").get_to(band.common);
    band.wavelengthNm = orNan(json.at("wavelength_nm"));
    band.widthNm = orNan(json.at("width_nm"));
    band.gsdM = orNan(json.at("gsd_m"));
    json.at("unit").get_to(band.unit);
    json.at("scale").get_to(band.scale);
    json.at("offset").get_to(band.offset);
    if (!(band.scale > 0) || !std::isfinite(band.scale))
        damaged(file, "the scale of its band " + band.name + " is not above 0");
    if (!std::isfinite(band.offset)) damaged(file, "the offset of its band " + band.name + " is no number");
    if (!json.at("nodata").is_null()) band.nodata = json.at("nodata").get<double>();
    return band;
}

Sample sampleCalled(const std::string& name, const std::filesystem::path& file)
{
    for (const auto type : {Sample::UInt8, Sample::UInt16, Sample::Int16, Sample::Float32})
        if (name == nameOf(type)) return type;
    damaged(file, "there is no sample type \"" + name.substr(0, 40) + "\"");
}

std::uint64_t whole(const Json& json, const char* key, const std::filesystem::path& file)
{
    if (!json.at(key).is_number_unsigned()) damaged(file, "its " + std::string(key) + " is not a whole number");
    return json.at(key).get<std::uint64_t>();
}

Layer layerIn(const Json& json, const std::filesystem::path& file)
{
    Layer layer;
    json.at("name").get_to(layer.name);
    json.at("sensor").get_to(layer.sensor);
    layer.sample = sampleCalled(json.at("sample").get<std::string>(), file);
    for (const auto& band : json.at("bands")) layer.bands.push_back(bandIn(band, file));
    if (layer.bands.empty()) damaged(file, "its layer " + layer.name + " has 0 bands");
    return layer;
}

Factor factorIn(const Json& json)
{
    return {json.at("name").get<std::string>(), json.at("unit").get<std::string>(), json.at("period").get<double>(),
            json.at("choices").get<std::vector<std::string>>()};
}

void check(const PackFormat& format, const std::filesystem::path& file)
{
    if (format.layers.empty() || format.layers.size() > maxLayers)
        damaged(file, "it has " + std::to_string(format.layers.size()) + " layers");
    if (format.bands() > maxBands) damaged(file, "it has " + std::to_string(format.bands()) + " bands");
    if (format.factors.size() > maxFactors)
        damaged(file, "it has " + std::to_string(format.factors.size()) + " factors");
    std::set<std::string> names;
    for (const auto& layer : format.layers)
        if (!names.insert(layer.name).second) damaged(file, "it has two layers called \"" + layer.name + "\"");
}

} // namespace

void refuse(const std::filesystem::path& file, const std::string& what) { throw Error(file.string() + ": " + what); }

void damaged(const std::filesystem::path& file, const std::string& what)
{
    refuse(file, "is damaged: " + what + "; delete it and pack its source again");
}

std::string textOf(const Header& header)
{
    const auto& format = header.format;
    Json layers = Json::array(), factors = Json::array();
    for (std::size_t l = 0; l < format.layers.size(); ++l) {
        const auto& layer = format.layers[l];
        layers.push_back({{"name", layer.name},
                          {"sensor", layer.sensor},
                          {"sample", nameOf(layer.sample)},
                          {"records", header.records[l]},
                          {"bands", Json::array()}});
        for (const auto& band : layer.bands) layers.back()["bands"].push_back(written(band));
    }
    for (const auto& factor : format.factors)
        factors.push_back(
            {{"name", factor.name}, {"unit", factor.unit}, {"period", factor.period}, {"choices", factor.choices}});
    return Json{{"name", format.name},
                {"size_px", static_cast<std::uint64_t>(format.sizePx)},
                {"gsd_m", orNull(format.gsdM)},
                {"layers", layers},
                {"classes", format.classes},
                {"factors", factors},
                {"attribution", format.attribution}}
        .dump();
}

Header headerIn(std::string_view text, const std::filesystem::path& file)
{
    Header header;
    auto& format = header.format;
    try {
        const auto json = Json::parse(text);
        json.at("name").get_to(format.name);
        const auto size = whole(json, "size_px", file);
        if (size < 1 || size > maxSide) damaged(file, "its patches are " + std::to_string(size) + " pixels wide");
        format.sizePx = static_cast<std::int64_t>(size);
        format.gsdM = orNan(json.at("gsd_m"));
        for (const auto& layer : json.at("layers")) {
            format.layers.push_back(layerIn(layer, file));
            header.records.push_back(whole(layer, "records", file));
        }
        json.at("classes").get_to(format.classes);
        for (const auto& factor : json.at("factors")) format.factors.push_back(factorIn(factor));
        json.at("attribution").get_to(format.attribution);
    } catch (const Json::exception& e) {
        damaged(file, std::string("its header cannot be understood (") + e.what() + ")");
    }
    check(format, file);
    return header;
}

std::optional<std::vector<std::uint64_t>> offsets(const Header& header, std::uint64_t recordsAt)
{
    std::vector<std::uint64_t> all = {recordsAt};
    for (std::size_t l = 0; l < header.records.size(); ++l) {
        const auto next = checked(header.records[l], strideOf(header.format, l), all.back());
        if (!next) return {};
        all.push_back(*next);
    }
    return all;
}

} // namespace revisit::packlayout

// SPDX-License-Identifier: Apache-2.0
// What a person who looks through a data set asks.
#include "app/engine/previews.h"
#include "app/engine/requests.h"
#include "datasets/base/error.h"
#include "datasets/samplers/report.h"
#include "datasets/soundness.h"
#include "datasets/subset.h"
#include "experiments/experiment.h"
#include <bit>

namespace revisit {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers in answers have their lowest byte first");

constexpr std::int64_t mostPatches = 10000; // of an answer, and so many bytes of ids
constexpr std::size_t mostIdBytes = 1 << 20;

Json orNull(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

/// What is the same for all patches.
Json about(const Pack& pack)
{
    const auto& format = pack.format();
    const auto names = format.bandNames();
    Json all = {{"name", format.name},          {"attribution", format.attribution}, {"size_px", format.sizePx},
                {"gsd_m", orNull(format.gsdM)}, {"classes", format.classes},         {"stretch", pack.stretch()},
                {"shown", Json::array()},       {"layers", Json::array()},           {"composites", Json::array()},
                {"bands", Json::array()}};
    for (const auto& shade : pack.shades()) all["shown"].push_back(shade.channel);
    std::size_t first = 0; // channel of a layer
    for (const auto& layer : format.layers) {
        const auto* const sensor = sensorCalled(layer.sensor);
        all["layers"].push_back(
            {{"name", layer.name}, {"sensor", layer.sensor}, {"title", sensor ? sensor->title : ""}});
        for (std::size_t b = 0; b < layer.bands.size(); ++b) {
            const auto& band = layer.bands[b];
            const auto& s = pack.statistics()[first + b];
            all["bands"].push_back({{"name", names[first + b]},
                                    {"layer", all["layers"].size() - 1},
                                    {"common", band.common},
                                    {"wavelength_nm", orNull(band.wavelengthNm)},
                                    {"width_nm", orNull(band.widthNm)},
                                    {"unit", band.unit},
                                    {"mean", s.mean},
                                    {"deviation", s.deviation},
                                    {"minimum", s.least},
                                    {"maximum", s.most}});
        }
        for (const auto& composite : sensor ? sensor->composites : std::vector<Composite>()) {
            Json channels = Json::array();
            for (const auto& wanted : composite.bands)
                for (std::size_t b = 0; b < layer.bands.size(); ++b)
                    if (layer.bands[b].name == wanted) channels.push_back(first + b);
            if (channels.size() == 3) all["composites"].push_back({{"name", composite.name}, {"channels", channels}});
        }
        first += layer.bands.size();
    }
    return all;
}

} // namespace

Json Previews::recognise(const Json& request, const Progress&)
{
    if (!request.contains("path") || !request["path"].is_string()) throw Error("path: should be a text", "path");
    return {{"dataset", recognised(request["path"].get<std::string>())}};
}

Json Previews::patches(const Json& request, const Progress& progress)
{
    const auto pack = open(request.value("config", Json::object()), progress);
    const auto from = whole(request, "from", 0, 0, pack->size());
    Json all = about(*pack);
    Json ids = Json::array();
    std::vector<float> lon, lat, clouds;
    std::vector<std::int32_t> day, label;
    std::vector<std::uint32_t> place;
    std::vector<std::uint8_t> split;
    std::size_t idBytes = 0;
    const auto cloud = cloudFactor(pack->format());
    auto i = from;
    for (; i < std::min(from + mostPatches, pack->size()) && idBytes < mostIdBytes; ++i) {
        const auto& patch = pack->patches()[static_cast<std::size_t>(i)];
        idBytes += patch.id.size() + 3;
        ids.push_back(patch.id);
        lon.push_back(static_cast<float>(patch.lon));
        lat.push_back(static_cast<float>(patch.lat));
        day.push_back(patch.day);
        label.push_back(patch.label);
        place.push_back(patch.place);
        split.push_back(patch.split == Split::Test);
        if (cloud >= 0) clouds.push_back(pack->factor(static_cast<std::size_t>(cloud))[static_cast<std::size_t>(i)]);
    }
    all.update({{"of", m_whole->size()},
                {"count", pack->size()},
                {"from", from},
                {"next", i < pack->size() ? Json(i) : Json(nullptr)},
                {"ids", ids},
                {"lon", base64Of(lon)},
                {"lat", base64Of(lat)},
                {"day", base64Of(day)},
                {"label", base64Of(label)},
                {"place", base64Of(place)},
                {"test", base64Of(split)}});
    if (cloud >= 0) all["clouds"] = base64Of(clouds);
    return all;
}

Json Previews::pixels(const Json& request, const Progress& progress)
{
    const auto pack = open(request.value("config", Json::object()), progress);
    const auto from = whole(request, "from", 0, 0, pack->size());
    const auto to = std::min(pack->size(), from + whole(request, "count", 1000, 1, mostPatches));
    std::vector<float> absent;
    std::vector<std::uint8_t> constant;
    std::vector<std::uint64_t> hash;
    for (auto i = from; i < to; ++i) {
        if (i % 100 == 0 && !progress(static_cast<double>(i - from) / static_cast<double>(to - from), "Reading pixels"))
            throw Cancelled();
        const auto check = checkPixels(*pack, i);
        absent.push_back(static_cast<float>(check.absent));
        constant.push_back(check.constant);
        hash.push_back(check.hash);
    }
    return {{"from", from},
            {"next", to < pack->size() ? Json(to) : Json(nullptr)},
            {"nodata", base64Of(absent)},
            {"constant", base64Of(constant)},
            {"hash", base64Of(hash)}};
}

Json Previews::spectrum(const Json& request, const Progress& progress)
{
    const auto pack = open(request.value("config", Json::object()), progress);
    const auto indices = indicesIn(request, 1000, pack->size());
    Json mean = Json::array(), deviation = Json::array();
    for (std::size_t c = 0; c < pack->format().bands(); ++c) {
        if (!progress(static_cast<double>(c) / static_cast<double>(pack->format().bands()), "Reading pixels"))
            throw Cancelled();
        double sum = 0, squares = 0, count = 0;
        const double near = pack->statistics()[c].mean; // squares of small numbers lose nothing
        for (const auto i : indices)
            for (const double value : pack->physical(i, c)) {
                if (std::isnan(value)) continue;
                sum += value - near;
                squares += (value - near) * (value - near);
                ++count;
            }
        mean.push_back(count > 0 ? Json(near + sum / count) : Json(nullptr));
        deviation.push_back(count > 0 ? Json(std::sqrt(std::max(0.0, squares / count - sum / count * sum / count)))
                                      : Json(nullptr));
    }
    return {{"patches", indices.size()}, {"mean", mean}, {"deviation", deviation}};
}

Json Previews::batch(const Json& request, const Progress& progress)
{
    const auto config = request.value("config", Json::object());
    const auto pack = open(config, progress);
    Experiment experiment(config);
    experiment.resolve(*pack, "cpu", 1);
    const auto seed = static_cast<std::uint64_t>(experiment.identity.seed);
    const auto patches = trainingSubset(*pack, experiment.training.subset, seed);
    experiment.requirePatches(static_cast<std::int64_t>(patches.size()));
    experiment.sampler->prepare(*pack, patches, seed);
    const auto views = experiment.objective->views(experiment.training.inputPx).size();
    const auto drawn = experiment.sampler->draw(whole(request, "step", 1, 1, 1ll << 50), experiment.training.batch,
                                                static_cast<int>(views));
    const auto nearKm = number(request, "near_km", 10, 0, 20000);
    const auto report = reportOn(*pack, drawn, nearKm);
    Json ids = Json::array();
    for (const auto& view : drawn) {
        ids.push_back(Json::array());
        for (const auto i : view) ids.back().push_back(pack->patches()[static_cast<std::size_t>(i)].id);
    }
    return {{"views", ids},
            {"pairs", report.pairs},
            {"near", report.near},
            {"near_km", nearKm},
            {"same_place", report.samePlace},
            {"same_class", report.sameClass},
            {"warning", experiment.sampler->warning(experiment.training.batch)}};
}

} // namespace revisit

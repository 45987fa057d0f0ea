// SPDX-License-Identifier: Apache-2.0
#include "datasets/base/date.h"
#include "datasets/base/parallel.h"
#include "datasets/base/random.h"
#include "datasets/dataset.h"
#include "datasets/simulation/landscape.h"
#include "datasets/sources/cached.h"
#include <algorithm>
#include <cstring>

namespace revisit {
namespace {

using namespace simulation;
using Known = simulation::Factor;
namespace fs = std::filesystem;

constexpr int year = 2021;
constexpr double testShare = 0.2; // of the places

class Simulated final : public Dataset {
public:
    About about() const override
    {
        return {"Simulated landscapes",
                "Made-up places with known factors, as Sentinel-2 and Sentinel-1 would see them at several dates, with "
                "elevation and land cover.",
                "Revisit's own; typical reflectances and seasons as published, named in datasets/simulation."};
    }
    void params(Params& p) override
    {
        p("places", m_places, "How many places; a fifth of them are for testing.").range(10, 100000).unit("places");
        p("dates", m_dates, "Looks at each place, spread over a year.").range(1, 24).unit("dates");
        p("size_px", m_sizePx, "Width and height of a patch.").range(8, 256).unit("px");
        p("gsd_m", m_gsdM, "Ground that a pixel covers.").range(1, 100).unit("m");
        p("clouds", m_clouds, "Whether looks have clouds, as often as their climate has them.");
        p("variant", m_variant, "Another number gives other places.").range(0, 1e9).advanced();
    }
    void check() const override {}
    std::shared_ptr<Pack> open(const fs::path& cache, const Progress& progress) override;

private:
    SceneOptions options() const
    {
        SceneOptions options;
        options.sizePx = m_sizePx;
        options.gsdM = m_gsdM;
        return options;
    }
    int dayOf(std::int64_t place, std::int64_t date) const; // of the year, from 1
    Look lookAt(const Landscape& landscape, std::int64_t place, std::int64_t date) const;
    const Landscape& landscape(std::int64_t place) const;
    PackFormat format() const;
    void fill(std::size_t layer, std::int64_t number, std::span<std::byte> record) const;
    std::int64_t m_places = 400, m_dates = 4, m_sizePx = 64, m_variant = 1;
    double m_gsdM = 10;
    bool m_clouds = false;
};

enum Made : std::size_t { Optical, Radar, Elevation, CoverMap };

int Simulated::dayOf(std::int64_t place, std::int64_t date) const
{
    Random random(static_cast<std::uint64_t>(m_variant), "simulated dates", static_cast<std::uint64_t>(place),
                  static_cast<std::uint64_t>(date));
    return 1 + static_cast<int>((static_cast<double>(date) + random.uniform()) * 365 / static_cast<double>(m_dates));
}

Look Simulated::lookAt(const Landscape& landscape, std::int64_t place, std::int64_t date) const
{
    auto look = landscape.naturalLook(dayOf(place, date));
    if (!m_clouds) look.cloudCover = 0;
    return look;
}

// The last one that this thread has made: the looks of a place come one after another.
const Landscape& Simulated::landscape(std::int64_t place) const
{
    thread_local std::unique_ptr<Landscape> last;
    thread_local std::array<double, 4> made{};
    const std::array<double, 4> wanted = {static_cast<double>(m_variant), static_cast<double>(place),
                                          static_cast<double>(m_sizePx), m_gsdM};
    if (!last || made != wanted)
        last = std::make_unique<Landscape>(static_cast<std::uint64_t>(m_variant), static_cast<std::uint64_t>(place),
                                           options()),
        made = wanted;
    return *last;
}

PackFormat Simulated::format() const
{
    PackFormat format;
    format.name = "Simulated";
    format.sizePx = m_sizePx;
    format.gsdM = m_gsdM;
    format.attribution = "Made by Revisit's simulation; no real place is shown.";
    const auto& msi = *sensorCalled("sentinel-2-l2a");
    format.layers.push_back({"sentinel-2", msi.name, Sample::UInt16, {msi.bands.begin(), msi.bands.end()}});
    const auto& sar = *sensorCalled("sentinel-1");
    format.layers.push_back({"sentinel-1", sar.name, Sample::Int16, {*sar.band("VV"), *sar.band("VH")}});
    for (auto& band : format.layers.back().bands) band.scale = 0.01, band.nodata.reset();
    format.layers.push_back({"elevation", "dem", Sample::Int16, {*sensorCalled("dem")->band("elevation")}});
    format.layers.push_back({"cover", "", Sample::UInt8, {{.name = "cover", .unit = "class"}}});
    for (std::int64_t s = 0; s < kScenes; ++s) format.classes.emplace_back(name(static_cast<Scene>(s)));
    for (std::size_t f = 0; f < kFactors; ++f) {
        const auto& info = factorInfo(static_cast<Known>(f));
        const bool isClass = static_cast<Known>(f) == Known::Class;
        format.factors.push_back(
            {info.name, info.unit, info.period, isClass ? format.classes : std::vector<std::string>()});
    }
    return format;
}

template <class T> void store(std::span<const float> values, double scale, std::span<std::byte> record)
{
    constexpr double low = std::is_signed_v<T> ? -32768 : 1; // 0 is Sentinel-2's nodata
    constexpr double high = std::is_signed_v<T> ? 32767 : 65535;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto sample = static_cast<T>(std::lround(std::clamp(static_cast<double>(values[i]) / scale, low, high)));
        std::memcpy(record.data() + i * sizeof(T), &sample, sizeof(T));
    }
}

void Simulated::fill(std::size_t layer, std::int64_t number, std::span<std::byte> record) const
{
    const bool everyDate = layer != Elevation;
    const auto place = everyDate ? number / m_dates : number;
    const auto& land = landscape(place);
    const auto look = lookAt(land, place, everyDate ? number % m_dates : 0);
    thread_local std::vector<float> values;
    values.resize(record.size() / (layer == CoverMap ? 1 : 2));
    switch (static_cast<Made>(layer)) {
    case Optical: land.optical(look, values); return store<std::uint16_t>(values, 1e-4, record);
    case Radar: land.radar(look, values); return store<std::int16_t>(values, 0.01, record);
    case Elevation: land.elevation(values); return store<std::int16_t>(values, 1, record);
    case CoverMap: land.cover(look, {reinterpret_cast<std::uint8_t*>(record.data()), record.size()});
    }
}

std::shared_ptr<Pack> Simulated::open(const fs::path& cache, const Progress& progress)
{
    Fingerprint key;
    key.add("simulated 1").add(m_places).add(m_dates).add(m_sizePx).add(std::to_string(m_gsdM)).add(m_clouds);
    key.add(m_variant);
    return cachedPack(cache, "simulated", key, [&](const fs::path& file) {
        PackContents contents{format(), {}, {}, {}};
        const auto looks = static_cast<std::size_t>(m_places * m_dates);
        contents.records.assign(contents.format.layers.size(), std::vector<std::uint32_t>(looks));
        contents.factors.assign(kFactors, std::vector<float>(looks));
        contents.patches.resize(looks);
        parallelFor(
            m_places,
            [&](std::int64_t place) {
                const auto& land = landscape(place);
                const auto split = Random(0, "simulated split", static_cast<std::uint64_t>(place)).chance(testShare)
                                       ? Split::Test
                                       : Split::Train;
                for (std::int64_t date = 0; date < m_dates; ++date) {
                    const auto i = static_cast<std::size_t>(place * m_dates + date);
                    const auto factors = land.factors(lookAt(land, place, date));
                    const auto day = *revisit::dayOf(year, 1, 1) + dayOf(place, date) - 1;
                    contents.patches[i] = {.id = "p" + std::to_string(place) + "/" + dateText(day),
                                           .lon = factors[static_cast<std::size_t>(Known::Longitude)],
                                           .lat = factors[static_cast<std::size_t>(Known::Latitude)],
                                           .label = static_cast<int>(factors[static_cast<std::size_t>(Known::Class)]),
                                           .split = split,
                                           .day = day,
                                           .place = static_cast<std::uint32_t>(place)};
                    for (std::size_t f = 0; f < kFactors; ++f) contents.factors[f][i] = static_cast<float>(factors[f]);
                    for (std::size_t l = 0; l < contents.records.size(); ++l)
                        contents.records[l][i] =
                            static_cast<std::uint32_t>(l == Elevation ? static_cast<std::size_t>(place) : i);
                }
            },
            [&](std::int64_t done) {
                return progress(0, "Choosing places: " + std::to_string(done) + " of " + std::to_string(m_places));
            });
        writePack(
            file, contents,
            [&](std::size_t layer, std::int64_t number, std::span<std::byte> record) { fill(layer, number, record); },
            progress);
    });
}

} // namespace

std::unique_ptr<Dataset> makeSimulated();
std::unique_ptr<Dataset> makeSimulated() { return std::make_unique<Simulated>(); }

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "datasets/simulation/landscape.h"
#include "datasets/base/error.h"
#include "datasets/base/random.h"
#include "datasets/simulation/light.h"
#include "datasets/simulation/render.h"

namespace revisit::simulation {

namespace {

constexpr FactorInfo kInfo[] = {{"class", "", 0},
                                {"day_of_year", "d", 365.25},
                                {"sun_elevation", "deg", 0},
                                {"sun_azimuth", "deg", 360},
                                {"haze", "", 0},
                                {"scale", "m", 0},
                                {"orientation", "deg", 180},
                                {"longitude", "deg", 360},
                                {"latitude", "deg", 0},
                                {"relief", "m", 0},
                                {"soil_redness", "", 0},
                                {"soil_brightness", "", 0},
                                {"cloud_cover", "", 0},
                                {"snow_depth", "cm", 0},
                                {"destroyed", "", 0},
                                {"temperature", "degC", 0},
                                {"precipitation", "mm", 0}};
static_assert(std::size(kInfo) == kFactors);

// The share of `of` in the pixels that are one or the other.
double shareOf(const std::vector<std::uint8_t>& cover, Cover of, Cover among)
{
    const auto a = std::count(cover.begin(), cover.end(), static_cast<std::uint8_t>(of));
    const auto b = std::count(cover.begin(), cover.end(), static_cast<std::uint8_t>(among));
    return a == 0 ? 0 : static_cast<double>(a) / static_cast<double>(a + b);
}

const SceneOptions& checked(const SceneOptions& o)
{
    if (o.sizePx < 8 || o.sizePx > 1024) throw Error("simulated landscapes have 8 to 1,024 pixels a side", "size");
    if (!(o.gsdM >= 1 && o.gsdM <= 100)) throw Error("simulated landscapes have pixels of 1 to 100 m", "gsd");
    if (o.radarLooks < 1 || o.radarLooks > 64) throw Error("simulated radar images have 1 to 64 looks", "radar_looks");
    if (o.lon.has_value() != o.lat.has_value()) throw Error("a place needs both its longitude and its latitude", "lon");
    if (o.lat && !(std::abs(*o.lat) <= 90 && std::abs(*o.lon) <= 180))
        throw Error("a place has a longitude of -180 to 180 and a latitude of -90 to 90 degrees", "lat");
    return o;
}

} // namespace

const FactorInfo& factorInfo(Factor factor) { return kInfo[static_cast<std::size_t>(factor)]; }

Landscape::Landscape(std::uint64_t seed, std::uint64_t place, const SceneOptions& options)
    : m_options(checked(options)),
      m_setting(settingOf(seed, place, options)),
      m_surface(surfaceOf(m_setting, {options.sizePx * Surface::kOversampling, options.gsdM / Surface::kOversampling}))
{
    double sum = 0, squares = 0;
    for (const float z : m_surface.groundM) sum += z, squares += static_cast<double>(z) * z;
    const auto n = static_cast<double>(m_surface.groundM.size());
    m_reliefM = std::sqrt(std::max(0.0, squares / n - sum / n * sum / n));
}

Look Landscape::naturalLook(int dayOfYear) const
{
    Random random(m_setting.key, "natural look", static_cast<std::uint64_t>(dayOfYear));
    const Climate& climate = m_setting.climate;
    Look look;
    look.dayOfYear = dayOfYear;
    look.haze = std::min(1.2, climate.region->haze * std::exp(0.5 * random.normal()));
    look.cloudCover =
        random.chance(0.68) ? 0 : std::pow(random.uniform(), 2) * std::min(0.8, 0.3 + climate.rainMm(dayOfYear) / 150);
    const double snow = climate.snowCm(dayOfYear), varied = std::exp(0.4 * random.normal());
    look.snowDepthCm = snow < 0.5 ? 0 : std::min(250.0, snow * varied);
    look.wetness = std::clamp(seasonAt(climate, dayOfYear).wetness * random.uniform(0.3, 1.5), 0.02, 0.95);
    look.ascending = random.chance(0.5);
    return look;
}

Factors Landscape::factors(const Look& look) const
{
    const Sun sun = sunAt(m_setting.climate.lat, look.dayOfYear);
    const auto weather = climate(look.dayOfYear);
    double cloudy = 0, destroyed = 0;
    if (look.cloudCover > 0) {
        const Clouds over = cloudsOf(m_setting, pixels(), look, sun);
        cloudy = static_cast<double>(
                     std::count_if(over.opacity.begin(), over.opacity.end(), [](float a) { return a > 0.5f; })) /
                 static_cast<double>(cells());
    }
    if (look.destroyed > 0) {
        Look bare = look; // snow hides what is below it
        bare.snowDepthCm = 0;
        std::vector<std::uint8_t> covers(static_cast<std::size_t>(cells()));
        cover(bare, covers);
        destroyed = shareOf(covers, Cover::Rubble, Cover::Building);
    }
    const auto soil = spectrum(m_setting.climate.region->soil);
    return {static_cast<double>(m_setting.scene),
            static_cast<double>(look.dayOfYear),
            sun.elevationDeg,
            sun.azimuthDeg,
            look.haze,
            m_options.gsdM,
            m_setting.orientationDeg,
            m_setting.lon,
            m_setting.climate.lat,
            m_reliefM,
            soil[3] / soil[1] * (1 + 0.5 * m_setting.soilRedness) / (1 - m_setting.soilRedness),
            soil[3] * m_setting.soilBrightness,
            cloudy,
            look.snowDepthCm,
            destroyed,
            weather[0],
            weather[1]};
}

void Landscape::optical(const Look& look, std::span<float> out) const
{
    renderOptical(m_setting, m_surface, pixels(), look, out);
}

void Landscape::radar(const Look& look, std::span<float> out) const
{
    renderRadar(m_setting, m_surface, pixels(), look, m_options.radarLooks, out);
}

void Landscape::cover(const Look& look, std::span<std::uint8_t> out) const
{
    renderCover(m_setting, m_surface, pixels(), look, out);
}

void Landscape::elevation(std::span<float> out) const
{
    const std::int64_t n = m_options.sizePx, wide = m_surface.frame.n;
    const auto base = static_cast<float>(m_setting.climate.elevationM);
    for (std::int64_t j = 0; j < n; ++j)
        for (std::int64_t i = 0; i < n; ++i) {
            const float* z = m_surface.groundM.data() + 2 * j * wide + 2 * i;
            out[static_cast<std::size_t>(j * n + i)] = base + (z[0] + z[1] + z[wide] + z[wide + 1]) / 4;
        }
}

void Landscape::clouds(const Look& look, std::span<float> out) const
{
    const Clouds over = cloudsOf(m_setting, pixels(), look, sunAt(m_setting.climate.lat, look.dayOfYear));
    if (over.opacity.empty())
        std::fill(out.begin(), out.end(), 0.f);
    else
        std::copy(over.opacity.begin(), over.opacity.end(), out.begin());
}

std::array<float, 2> Landscape::climate(int dayOfYear) const
{
    return {static_cast<float>(m_setting.climate.temperatureC(dayOfYear)),
            static_cast<float>(m_setting.climate.rainMm(dayOfYear))};
}

} // namespace revisit::simulation

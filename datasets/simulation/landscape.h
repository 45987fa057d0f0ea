// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/simulation/appearance.h"
#include <span>

namespace revisit::simulation {

/// What is known of a look, in the order of factorInfo(); every value is that of what is rendered.
enum class Factor : std::uint8_t {
    Class,
    DayOfYear,
    SunElevation,
    SunAzimuth,
    Haze,
    Scale,
    Orientation,
    Longitude,
    Latitude,
    Relief,
    SoilRedness,
    SoilBrightness,
    CloudCover,
    SnowDepth,
    Destroyed,
    Temperature,
    Precipitation,
    Count
};
constexpr std::size_t kFactors = static_cast<std::size_t>(Factor::Count);
struct FactorInfo {
    const char* name; ///< snake_case
    const char* unit; ///< or empty
    double period;    ///< of what runs in circles (360 degrees, 365.25 days), else 0
};
const FactorInfo& factorInfo(Factor factor);
using Factors = std::array<double, kFactors>;

/// One place with its geometry; looks of it at any day share that. A pure function of (seed, place, options): the same
/// on every thread and in any order. The land is laid out in metres, so that other sizes and scales show the same
/// place. Const functions may be called from several threads at once.
class Landscape {
public:
    /// Error when an option is out of its range.
    Landscape(std::uint64_t seed, std::uint64_t place, const SceneOptions& options = {});

    const Setting& setting() const { return m_setting; }
    const SceneOptions& options() const { return m_options; }
    std::int64_t cells() const { return m_options.sizePx * m_options.sizePx; }
    /// A look as the place's climate has it: haze, clouds (none in two of three), snow, moisture.
    Look naturalLook(int dayOfYear) const;
    Factors factors(const Look& look) const;

    /// Surface reflectance, [12, size, size]: B01 .. B08, B8A, B09, B11, B12, in each band's own resolution.
    void optical(const Look& look, std::span<float> out) const;
    /// Backscatter in dB, [2, size, size]: VV, VH.
    void radar(const Look& look, std::span<float> out) const;
    /// Metres above sea level, [size, size].
    void elevation(std::span<float> out) const;
    /// Cover, [size, size]: what fills most of each pixel on that day.
    void cover(const Look& look, std::span<std::uint8_t> out) const;
    /// Share of each pixel under clouds, [size, size].
    void clouds(const Look& look, std::span<float> out) const;
    /// Mean air temperature (degrees Celsius) and precipitation (mm) of the month around a day.
    std::array<float, 2> climate(int dayOfYear) const;

private:
    SceneOptions m_options;
    Setting m_setting;
    Surface m_surface;
    double m_reliefM;
    Frame pixels() const { return {m_options.sizePx, m_options.gsdM}; }
};

} // namespace revisit::simulation

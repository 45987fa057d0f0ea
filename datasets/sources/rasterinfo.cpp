// SPDX-License-Identifier: Apache-2.0
#include "datasets/sources/rasterinfo.h"
#include "datasets/base/error.h"
#include <algorithm>
#include <cstring>
#include <limits>

namespace revisit {
namespace {

// Mean and sum of squared deviations as they grow (Welford 1962), so that one pass over the file is enough.
struct Growing {
    std::int64_t count = 0;
    double mean = 0, squares = 0;
    double least = std::numeric_limits<double>::infinity(), most = -least;
    void add(double value)
    {
        ++count;
        const double before = value - mean;
        mean += before / static_cast<double>(count);
        squares += before * (value - mean);
        least = std::min(least, value);
        most = std::max(most, value);
    }
};

template <class T> void addAll(std::span<const std::byte> plane, const std::optional<double>& nodata, Growing& to)
{
    for (std::size_t i = 0; i < plane.size() / sizeof(T); ++i) {
        T sample;
        std::memcpy(&sample, plane.data() + i * sizeof(T), sizeof(T));
        const auto value = static_cast<double>(sample);
        if (std::isfinite(value) && nodata != value) to.add(value);
    }
}

void addAll(Sample type, std::span<const std::byte> plane, const std::optional<double>& nodata, Growing& to)
{
    switch (type) {
    case Sample::UInt8: return addAll<std::uint8_t>(plane, nodata, to);
    case Sample::UInt16: return addAll<std::uint16_t>(plane, nodata, to);
    case Sample::Int16: return addAll<std::int16_t>(plane, nodata, to);
    case Sample::Float32: return addAll<float>(plane, nodata, to);
    }
}

Json orNull(double value) { return std::isfinite(value) ? Json(value) : Json(); }

Json placed(const std::optional<Raster::Place>& place)
{
    return place ? Json{{"lon", place->lon}, {"lat", place->lat}} : Json();
}

} // namespace

std::vector<BandStatistics> wholeStatistics(const Raster& image, std::vector<double>& share, const Progress& progress)
{
    const auto& bands = image.bands();
    const auto width = image.width(), height = image.height();
    const auto fit = Raster::maxWindow / 8 / (width * static_cast<std::int64_t>(bands.size()));
    const auto rows = std::clamp<std::int64_t>(fit, 1, height);
    std::vector<Growing> growing(bands.size());
    std::vector<std::byte> part;
    for (std::int64_t y = 0; y < height; y += rows) {
        const auto some = std::min(rows, height - y);
        const auto plane = static_cast<std::size_t>(width * some) * bytesOf(image.sample());
        part.resize(plane * bands.size());
        image.read({0, y, width, some}, width, some, part);
        for (std::size_t b = 0; b < bands.size(); ++b)
            addAll(image.sample(), std::span(part).subspan(b * plane, plane), bands[b].nodata, growing[b]);
        if (!progress(static_cast<double>(y + some) / static_cast<double>(height), "Measuring the bands"))
            throw Cancelled();
    }
    std::vector<BandStatistics> all;
    share.clear();
    for (std::size_t b = 0; b < bands.size(); ++b) {
        const auto& grown = growing[b];
        const auto count = static_cast<double>(grown.count);
        share.push_back(count / static_cast<double>(width * height));
        const auto physical = [&](double sample) { return sample * bands[b].scale + bands[b].offset; };
        BandStatistics statistics;
        statistics.mean = grown.count ? physical(grown.mean) : NAN;
        statistics.deviation = grown.count ? std::sqrt(grown.squares / count) * bands[b].scale : NAN;
        statistics.least = grown.count ? physical(grown.least) : NAN;
        statistics.most = grown.count ? physical(grown.most) : NAN;
        all.push_back(statistics);
    }
    return all;
}

Json rasterInfo(const Raster& image, const Progress& progress)
{
    const auto width = static_cast<double>(image.width()), height = static_cast<double>(image.height());
    Json all = {{"format", image.driver()},
                {"width", image.width()},
                {"height", image.height()},
                {"type", nameOf(image.sample())},
                {"reference_system", image.referenceSystem()},
                {"gsd_m", orNull(image.gsdM())},
                {"centre", placed(image.place(width / 2, height / 2))},
                {"upper_left", placed(image.place(0, 0))},
                {"lower_right", placed(image.place(width, height))},
                {"bands", Json::array()}};
    std::vector<double> share;
    const auto statistics = wholeStatistics(image, share, progress);
    for (std::size_t b = 0; b < statistics.size(); ++b) {
        const auto& band = image.bands()[b];
        all["bands"].push_back({{"name", band.name},
                                {"unit", band.unit},
                                {"scale", band.scale},
                                {"offset", band.offset},
                                {"nodata", band.nodata ? Json(*band.nodata) : Json()},
                                {"mean", orNull(statistics[b].mean)},
                                {"deviation", orNull(statistics[b].deviation)},
                                {"minimum", orNull(statistics[b].least)},
                                {"maximum", orNull(statistics[b].most)},
                                {"share_with_data", share[b]}});
    }
    return all;
}

} // namespace revisit

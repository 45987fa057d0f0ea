// SPDX-License-Identifier: Apache-2.0
#include "datasets/sources/bandfiles.h"
#include "datasets/base/error.h"
#include "datasets/base/parallel.h"
#include "datasets/sources/bandsof.h"
#include <algorithm>

namespace revisit {
namespace {

namespace fs = std::filesystem;

Raster opened(const fs::path& file, const std::string& band)
{
    std::error_code failed;
    if (!fs::exists(file, failed))
        throw Error(file.string() + ": is not there, so that band " + band +
                    " is missing; fetch the data set again, or take the folder of this look out of it");
    return Raster(file);
}

void requireOneBand(const Raster& image, const fs::path& file, Sample sample)
{
    if (image.bands().size() != 1)
        throw Error(file.string() + ": has " + std::to_string(image.bands().size()) +
                    " bands, and one is wanted; fetch it again");
    if (image.sample() != sample)
        throw Error(file.string() + ": its numbers are " + nameOf(image.sample()) + ", and those of the first file " +
                    nameOf(sample) + "; all must agree: convert it or take its look out");
}

} // namespace

Raster::Window squareOf(const Raster& image)
{
    const auto side = std::min(image.width(), image.height());
    return {(image.width() - side) / 2, (image.height() - side) / 2, side, side};
}

Layer layerOfFiles(const std::string& sensor, const std::vector<std::string>& bands, const BandFiles& files,
                   std::int64_t& sizePx, double& gsdM)
{
    const auto& known = *sensorCalled(sensor);
    Layer layer{sensor, sensor, Sample::UInt8, {}};
    std::int64_t finest = 0;
    double metres = NAN;
    for (std::size_t b = 0; b < bands.size(); ++b) {
        const auto image = opened(files(b), bands[b]);
        if (b == 0) layer.sample = image.sample();
        requireOneBand(image, files(b), layer.sample);
        auto band = image.bands()[0];
        const bool stretched =
            layer.sample == Sample::UInt8; // SeCo's, of a reflectance of 0 to 1, all of which is data
        complete(band, *known.band(bands[b]), image.isScaled() || stretched);
        if (stretched) band.nodata = image.bands()[0].nodata;
        layer.bands.push_back(band);
        if (const auto side = squareOf(image).width; side > finest) finest = side, metres = image.gsdM();
    }
    if (sizePx == 0) sizePx = finest;
    if (std::isnan(gsdM)) gsdM = metres * static_cast<double>(finest) / static_cast<double>(sizePx);
    return layer;
}

void readBandFiles(const Layer& layer, const BandFiles& files, std::int64_t sizePx, std::span<std::byte> record)
{
    const auto plane = record.size() / layer.bands.size();
    for (std::size_t b = 0; b < layer.bands.size(); ++b) {
        const auto image = opened(files(b), layer.bands[b].name);
        requireOneBand(image, files(b), layer.sample);
        image.read(squareOf(image), sizePx, sizePx, record.subspan(b * plane, plane));
    }
}

void locate(std::vector<Patch>& patches, const std::function<fs::path(std::size_t patch)>& file,
            const Progress& progress)
{
    const auto count = static_cast<std::int64_t>(patches.size());
    parallelFor(
        count,
        [&](std::int64_t i) {
            auto& patch = patches[static_cast<std::size_t>(i)];
            const Raster image(file(static_cast<std::size_t>(i)));
            const auto centre =
                image.place(static_cast<double>(image.width()) / 2, static_cast<double>(image.height()) / 2);
            if (centre) patch.lon = centre->lon, patch.lat = centre->lat;
        },
        [&](std::int64_t done) {
            return progress(0, "Locating the patches: " + std::to_string(done) + " of " + std::to_string(count));
        });
}

} // namespace revisit

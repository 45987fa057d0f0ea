// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/pack.h"
#include "datasets/raster.h"

namespace revisit {

/// A look that lies in one file for each band, of several resolutions: the file of the layer's band b.
using BandFiles = std::function<std::filesystem::path(std::size_t b)>;

/// The layer of these bands of a sensor, in the type of sample of `files`, whose number of bands and size it tells;
/// `sizePx` becomes the side of the finest where it is 0, and `gsdM` that of a pixel there. Error, naming the file,
/// where one is missing, has more than one band, or another type of sample than the first.
Layer layerOfFiles(const std::string& sensor, const std::vector<std::string>& bands, const BandFiles& files,
                   std::int64_t& sizePx, double& gsdM);

/// Fills a record with the squares in the middle of the files, each brought to sizePx by area averages; coarser bands
/// are repeated. Error, naming the file, as above.
void readBandFiles(const Layer& layer, const BandFiles& files, std::int64_t sizePx, std::span<std::byte> record);

/// Takes over into each patch the place that `file` of it gives for its centre, if any.
void locate(std::vector<Patch>& patches, const std::function<std::filesystem::path(std::size_t patch)>& file,
            const Progress& progress);

/// The largest square in the middle: what a patch shows of an image that is not square.
Raster::Window squareOf(const Raster& image);

} // namespace revisit

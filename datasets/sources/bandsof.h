// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/packformat.h"
#include "datasets/raster.h"

namespace revisit {

/// The layer that an image's bands make: what the catalogue of sensors knows is added to what the file says of itself.
/// `sensor`: a name of the catalogue whose bands, in its order, the image has; empty where its bands' names, or `file`,
/// are to tell. `bands`: which of the sensor's bands the image has, in its order, between commas; empty: all of them.
/// Error, with the key dataset.sensor or dataset.bands, where there is none of that name or their number is another.
Layer layerOf(const Raster& image, const std::string& sensor, const std::string& file, const std::string& bands = {});

/// Takes from the catalogue what `band` does not say of itself. `scaled`: whether its file gave scale and offset.
void complete(Band& band, const SensorBand& known, bool scaled);

} // namespace revisit

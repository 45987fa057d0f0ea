// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>
#include <cstdint>
#include <string>

namespace revisit {

enum class Split : std::uint8_t { Train, Test };

/// One place, as a data set knows it; its pixels are a record of a pack.
struct Patch {
    std::string id;              ///< stable: the same patch has it in every run
    double lon = NAN, lat = NAN; ///< degrees, WGS 84, of the centre; NAN where unknown
    int label = -1;              ///< index into the classes, -1 for none
    Split split = Split::Train;
    bool located() const { return !std::isnan(lon) && !std::isnan(lat); }
};

} // namespace revisit

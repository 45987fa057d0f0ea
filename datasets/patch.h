// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace revisit {

enum class Split : std::uint8_t { Train, Test };

/// One look at one place, as a data set knows it; its pixels are records of a pack, one of each layer.
struct Patch {
    static constexpr std::int32_t noDay = std::numeric_limits<std::int32_t>::min();

    std::string id;              ///< stable: the same patch has it in every run
    double lon = NAN, lat = NAN; ///< degrees, WGS 84, of the centre; NAN where unknown
    int label = -1;              ///< index into the classes, -1 for none
    Split split = Split::Train;
    std::int32_t day = noDay; ///< of the look, counted from 1970-01-01
    std::uint32_t place = 0;  ///< looks at the same place share it
    bool located() const { return !std::isnan(lon) && !std::isnan(lat); }
    bool dated() const { return day != noDay; }
};

/// Where none is for training, all are: of a data set's tests alone, all that there is.
inline void trainOnSomething(std::vector<Patch>& patches)
{
    if (std::ranges::none_of(patches, [](const Patch& patch) { return patch.split == Split::Train; }))
        for (auto& patch : patches) patch.split = Split::Train;
}

} // namespace revisit

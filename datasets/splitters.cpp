// SPDX-License-Identifier: Apache-2.0
#include "datasets/splitter.h"

namespace revisit {

std::unique_ptr<Splitter> makeGivenSplit();
std::unique_ptr<Splitter> makeRandomSplit();
std::unique_ptr<Splitter> makeBlockSplit();
std::unique_ptr<Splitter> makeRegionSplit();
std::unique_ptr<Splitter> makeLatitudeSplit();
std::unique_ptr<Splitter> makeDateSplit();
std::unique_ptr<Splitter> makeSeasonSplit();

const std::vector<Entry<Splitter>>& splitters()
{
    static const std::vector<Entry<Splitter>> list = {
        {"given", makeGivenSplit},   {"random", makeRandomSplit},     {"block", makeBlockSplit},
        {"region", makeRegionSplit}, {"latitude", makeLatitudeSplit}, {"date", makeDateSplit},
        {"season", makeSeasonSplit},
    };
    return list;
}

} // namespace revisit

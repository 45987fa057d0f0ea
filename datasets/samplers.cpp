// SPDX-License-Identifier: Apache-2.0
#include "datasets/sampler.h"

namespace revisit {

std::unique_ptr<Sampler> makeUniform();
std::unique_ptr<Sampler> makeBalanced();
std::unique_ptr<Sampler> makeNeighbours();
std::unique_ptr<Sampler> makeTemporal();
std::unique_ptr<Sampler> makeSpatiotemporal();
std::unique_ptr<Sampler> makeHardNegatives();
std::unique_ptr<Sampler> makeCurriculum();

const std::vector<Entry<Sampler>>& samplers()
{
    static const std::vector<Entry<Sampler>> list = {
        {"uniform", makeUniform},
        {"balanced", makeBalanced},
        {"neighbours", makeNeighbours},
        {"temporal", makeTemporal},
        {"spatiotemporal", makeSpatiotemporal},
        {"hard_negatives", makeHardNegatives},
        {"curriculum", makeCurriculum},
    };
    return list;
}

} // namespace revisit

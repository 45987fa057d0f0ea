// SPDX-License-Identifier: Apache-2.0
#include "datasets/sampler.h"

namespace revisit {

std::unique_ptr<Sampler> makeUniform();
std::unique_ptr<Sampler> makeNeighbours();

const std::vector<Entry<Sampler>>& samplers()
{
    static const std::vector<Entry<Sampler>> list = {
        {"uniform", makeUniform},
        {"neighbours", makeNeighbours},
    };
    return list;
}

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "experiments/objective.h"
#include <torch/torch.h>

namespace revisit {

std::unique_ptr<Objective> makeSimClr();
std::unique_ptr<Objective> makeVicReg();
std::unique_ptr<Objective> makeSupervised();

const std::vector<Entry<Objective>>& objectives()
{
    static const std::vector<Entry<Objective>> list = {
        {"simclr", makeSimClr},
        {"vicreg", makeVicReg},
        {"supervised", makeSupervised},
    };
    return list;
}

Embeddings Objective::encode(const Batch& batch, Networks& nets)
{
    Embeddings embeddings;
    const auto all = nets.head->forward(nets.backbone->forward(torch::cat(batch.views))); // [V N, D]
    embeddings.z = all.chunk(static_cast<std::int64_t>(batch.views.size()));
    embeddings.targets = batch.labels;
    return embeddings;
}

} // namespace revisit

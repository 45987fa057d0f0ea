// SPDX-License-Identifier: Apache-2.0
#include "experiments/objective.h"
#include <torch/torch.h>

namespace revisit {

std::unique_ptr<Objective> makeSimClr();
std::unique_ptr<Objective> makeDcl();
std::unique_ptr<Objective> makeMoco();
std::unique_ptr<Objective> makeMocoV3();
std::unique_ptr<Objective> makeByol();
std::unique_ptr<Objective> makeSimSiam();
std::unique_ptr<Objective> makeBarlowTwins();
std::unique_ptr<Objective> makeVicReg();
std::unique_ptr<Objective> makeSwav();
std::unique_ptr<Objective> makeDino();
std::unique_ptr<Objective> makeLeJepa();
std::unique_ptr<Objective> makeMae();
std::unique_ptr<Objective> makeFcmae();
std::unique_ptr<Objective> makeRotation();
std::unique_ptr<Objective> makePosition();
std::unique_ptr<Objective> makeSupervised();
std::unique_ptr<Objective> makeUntrained();

const std::vector<Entry<Objective>>& objectives()
{
    static const std::vector<Entry<Objective>> list = {
        {"simclr", makeSimClr},      {"dcl", makeDcl},
        {"moco", makeMoco},          {"mocov3", makeMocoV3},
        {"byol", makeByol},          {"simsiam", makeSimSiam},
        {"barlow", makeBarlowTwins}, {"vicreg", makeVicReg},
        {"swav", makeSwav},          {"dino", makeDino},
        {"lejepa", makeLeJepa},      {"mae", makeMae},
        {"fcmae", makeFcmae},        {"rotation", makeRotation},
        {"position", makePosition},  {"supervised", makeSupervised},
        {"random", makeUntrained},
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

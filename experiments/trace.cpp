// SPDX-License-Identifier: Apache-2.0
#include "experiments/trace.h"
#include "datasets/base/files.h"
#include "experiments/checkpoint.h"

namespace revisit {

void Trace::begin(const Experiment& experiment, const Networks& networks) const
{
    if (m_steps == 0) return;
    std::filesystem::create_directories(m_folder);
    replaceFile(m_folder / "config.json", experiment.values().dump(2) + "\n");
    writeTensors(m_folder / "weights.safetensors", stateOf(networks));
}

void Trace::step(const Batch& batch) const
{
    if (batch.moment.step > m_steps) return;
    State tensors = {{"labels", batch.labels}};
    for (std::size_t i = 0; i < batch.views.size(); ++i) tensors["view" + std::to_string(i)] = batch.views[i];
    char name[32];
    std::snprintf(name, sizeof name, "step-%06lld.safetensors", static_cast<long long>(batch.moment.step));
    writeTensors(m_folder / name, tensors);
}

} // namespace revisit

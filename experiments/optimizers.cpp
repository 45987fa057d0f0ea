// SPDX-License-Identifier: Apache-2.0
#include "experiments/optimizer.h"
#include <algorithm>
#include <sstream>
#include <torch/torch.h>

namespace revisit {

std::unique_ptr<Optimizer> makeSgd();
std::unique_ptr<Optimizer> makeAdamW();

const std::vector<Entry<Optimizer>>& optimizers()
{
    static const std::vector<Entry<Optimizer>> list = {
        {"sgd", makeSgd},
        {"adamw", makeAdamW},
    };
    return list;
}

namespace {

bool endsWith(const std::string& name, std::initializer_list<std::string_view> ends)
{
    return std::any_of(ends.begin(), ends.end(), [&](std::string_view end) { return name.ends_with(end); });
}

} // namespace

ParameterGroups parameterGroups(torch::nn::Module& module)
{
    ParameterGroups groups;
    for (const auto& item : module.named_parameters()) {
        if (!item.value().requires_grad()) continue;
        const bool decays = item.value().dim() > 1 && !endsWith(item.key(), {"pos_embed", "_token"});
        (decays ? groups.decayed : groups.spared).push_back(item.value());
        (decays ? groups.decayedNames : groups.sparedNames).push_back(item.key());
    }
    return groups;
}

at::Tensor fitting(const State& state, const std::string& name, const at::Tensor& like)
{
    const auto found = state.find(name);
    if (found == state.end())
        throw Error("checkpoint: there is no tensor " + name + "; it was made by another experiment");
    if (found->second.sizes() != like.sizes()) {
        std::ostringstream message;
        message << "checkpoint: " << name << " has shape " << found->second.sizes() << ", and " << like.sizes()
                << " is needed; it was made by another experiment";
        throw Error(message.str());
    }
    return found->second;
}

} // namespace revisit

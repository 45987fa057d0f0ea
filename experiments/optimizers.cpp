// SPDX-License-Identifier: Apache-2.0
#include "experiments/optimizer.h"
#include <algorithm>
#include <sstream>
#include <torch/torch.h>

namespace revisit {

std::unique_ptr<Optimizer> makeSgd();
std::unique_ptr<Optimizer> makeAdamW();
std::unique_ptr<Optimizer> makeLars();

const std::vector<Entry<Optimizer>>& optimizers()
{
    static const std::vector<Entry<Optimizer>> list = {
        {"sgd", makeSgd},
        {"adamw", makeAdamW},
        {"lars", makeLars},
    };
    return list;
}

namespace {

bool endsWith(const std::string& name, std::initializer_list<std::string_view> ends)
{
    return std::any_of(ends.begin(), ends.end(), [&](std::string_view end) { return name.ends_with(end); });
}

} // namespace

Parameters::Parameters(torch::nn::Module& module, const RateOf& rateOf)
{
    std::vector<at::Tensor> spared;
    std::vector<std::string> sparedNames;
    for (const auto& item : module.named_parameters()) {
        if (!item.value().requires_grad()) continue;
        const bool decays = item.value().dim() > 1 && !endsWith(item.key(), {"pos_embed", "_token"});
        (decays ? weights : spared).push_back(item.value());
        (decays ? names : sparedNames).push_back(item.key());
    }
    decayed = weights.size();
    weights.insert(weights.end(), spared.begin(), spared.end());
    names.insert(names.end(), sparedNames.begin(), sparedNames.end());
    for (const auto& name : names) rates.push_back(rateOf(name));
}

std::vector<at::Tensor> Parameters::zeros() const
{
    std::vector<at::Tensor> all;
    for (const auto& weight : weights) all.push_back(torch::zeros_like(weight.detach()));
    return all;
}

void Parameters::zeroGradients()
{
    for (auto& weight : weights) weight.mutable_grad().reset();
}

void Parameters::store(State& state, const std::string& what, const std::vector<at::Tensor>& kept) const
{
    for (std::size_t i = 0; i < names.size(); ++i) state[names[i] + "." + what] = kept[i];
}

void Parameters::restore(const State& state, const std::string& what, std::vector<at::Tensor>& kept) const
{
    const torch::NoGradGuard none;
    for (std::size_t i = 0; i < names.size(); ++i) kept[i].copy_(fitting(state, names[i] + "." + what, weights[i]));
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

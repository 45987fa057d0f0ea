// SPDX-License-Identifier: Apache-2.0
#include "app/engine/commands.h"
#include "datasets/base/error.h"
#include "experiments/objective.h"
#include "experiments/safetensors.h"
#include <algorithm>
#include <cctype>
#include <cmath>
#include <iostream>
#include <memory>
#include <torch/torch.h>

namespace revisit {

namespace fs = std::filesystem;

namespace {

struct Asked {
    std::string name;
    fs::path embeddings, gradients;
    std::vector<std::string> settings;
};

// z0, z1, ...: as many as there are without a gap.
std::vector<at::Tensor> numbered(State& tensors, const std::string& name)
{
    std::vector<at::Tensor> all;
    for (auto found = tensors.find(name + "0"); found != tensors.end();
         found = tensors.find(name + std::to_string(all.size()))) {
        all.push_back(found->second);
        tensors.erase(found);
    }
    return all;
}

// Multi-crop objectives take further views; DINO's centre may be left out.
void refuseWhatIsNotUsed(const State& tensors, const Objective& objective, const fs::path& file,
                         const std::string& name)
{
    const auto needed = objective.inputs();
    const bool moreViews = objective.views(64).size() > 2 || name == "lejepa";
    for (const auto& [tensor, value] : tensors) {
        const bool view = moreViews && tensor.size() > 1 && tensor[0] == 'z' && std::isdigit(tensor[1]);
        const bool centre = name == "dino" && tensor == "reference";
        if (view || centre || std::find(needed.begin(), needed.end(), tensor) != needed.end()) continue;
        std::string list;
        for (const auto& one : needed) list += (list.empty() ? "" : ", ") + one;
        throw Error(file.string() + ": " + name + " has no use for the tensor " + tensor + "; it takes " + list);
    }
}

Embeddings embeddingsOf(const fs::path& file, const Objective& objective, const std::string& name)
{
    auto tensors = readTensors(file);
    for (const auto& needed : objective.inputs())
        if (!tensors.contains(needed))
            throw Error(file.string() + ": has no tensor " + needed + ", which " + name + " needs");
    const auto take = [&](const char* which) {
        auto node = tensors.extract(which);
        return node ? node.mapped() : at::Tensor();
    };
    refuseWhatIsNotUsed(tensors, objective, file, name);
    Embeddings all;
    all.z = numbered(tensors, "z");
    all.goals = numbered(tensors, "goal");
    all.reference = take("reference");
    all.mask = take("mask");
    all.targets = take("targets");
    for (auto& z : all.z) {
        if (!z.is_floating_point())
            throw Error(file.string() + ": z0 and the like should be floating-point tensors, float64 for comparisons");
        z.requires_grad_();
    }
    for (auto& goal : all.goals)
        if (goal.is_floating_point()) goal.requires_grad_();
    return all;
}

int go(const Asked& asked)
{
    const auto objective = make(objectives(), asked.name, "objective");
    objective->read(settingsOf(asked.settings), "objective", asked.name);
    const auto embeddings = embeddingsOf(asked.embeddings, *objective, asked.name);
    try {
        Alone alone;
        const auto loss = objective->formula(embeddings, alone);
        const double value = loss.total.item<double>();
        if (!std::isfinite(value)) {
            std::cerr << "revisit-engine: " << asked.name << " of these embeddings is no finite number\n";
            return exitFailed;
        }
        Json terms = Json::object();
        for (const auto& [term, tensor] : loss.terms) terms[term] = tensor.item<double>();
        std::cout << Json{{"objective", asked.name}, {"value", value}, {"terms", terms}}.dump(2) << '\n';
        if (asked.gradients.empty()) return exitDone;
        loss.total.backward();
        State gradients;
        for (std::size_t i = 0; i < embeddings.z.size(); ++i) {
            const auto& z = embeddings.z[i];
            gradients["z" + std::to_string(i)] = z.grad().defined() ? z.grad() : torch::zeros_like(z);
        }
        for (std::size_t i = 0; i < embeddings.goals.size(); ++i)
            if (const auto& goal = embeddings.goals[i]; goal.grad().defined())
                gradients["goal" + std::to_string(i)] = goal.grad();
        writeTensors(asked.gradients, gradients);
        return exitDone;
    } catch (const c10::Error& error) {
        throw Error(asked.embeddings.string() + ": the shapes do not fit " + asked.name + ": " +
                    error.what_without_backtrace());
    }
}

} // namespace

Action addLoss(CLI::App& app)
{
    auto asked = std::make_shared<Asked>();
    app.add_option("NAME", asked->name, "An objective, as run.json names it.")->required();
    app.add_option(
           "--embeddings", asked->embeddings,
           "A safetensors file with z0, z1, ... [N, D], one a view; where the objective needs them goal0, goal1, "
           "... (what they are held against), reference (a queue, centre or directions), mask and targets.")
        ->required()
        ->check(CLI::ExistingFile);
    app.add_option("--set", asked->settings, "A setting of the objective, like temperature=0.2.");
    app.add_option("--gradients", asked->gradients, "Write the gradients by z0, z1, ... into this safetensors file.");
    return [asked] { return go(*asked); };
}

} // namespace revisit

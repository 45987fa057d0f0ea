// SPDX-License-Identifier: Apache-2.0
#include "app/engine/commands.h"
#include "app/engine/losschecks.h"
#include "datasets/base/error.h"
#include "experiments/safetensors.h"
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

// Before anything is computed.
void checkGradientsPath(const Asked& asked)
{
    const auto& file = asked.gradients;
    if (file.empty()) return;
    if (fs::is_directory(file)) throw Error(file.string() + ": is a folder; give --gradients a file's name");
    if (fs::exists(file) && fs::equivalent(file, asked.embeddings))
        throw Error(file.string() + ": is the file of --embeddings; give --gradients another name");
    if (const auto folder = fs::absolute(file).parent_path(); !fs::is_directory(folder))
        throw Error(folder.string() + ": there is no such folder for --gradients; make it, or name another");
}

void writeGradients(const fs::path& file, const Embeddings& embeddings)
{
    State gradients;
    for (std::size_t i = 0; i < embeddings.z.size(); ++i) {
        const auto& z = embeddings.z[i];
        gradients["z" + std::to_string(i)] = z.grad().defined() ? z.grad() : torch::zeros_like(z);
    }
    for (std::size_t i = 0; i < embeddings.goals.size(); ++i)
        if (const auto& goal = embeddings.goals[i]; goal.grad().defined())
            gradients["goal" + std::to_string(i)] = goal.grad();
    writeTensors(file, gradients);
}

int go(const Asked& asked)
{
    const auto objective = make(objectives(), asked.name, "objective");
    objective->read(settingsOf(asked.settings), "objective", asked.name);
    checkGradientsPath(asked);
    const auto embeddings = embeddingsOf(asked.embeddings, *objective, asked.name);
    try {
        Alone alone;
        const auto loss = objective->formula(embeddings, alone);
        const double value = loss.total.item<double>();
        if (!std::isfinite(value)) {
            std::cerr << "revisit-engine: " << asked.name << " of the embeddings in " << asked.embeddings.string()
                      << " is no finite number\n";
            return exitFailed;
        }
        if (!asked.gradients.empty()) {
            loss.total.backward();
            writeGradients(asked.gradients, embeddings);
        }
        Json terms = Json::object();
        for (const auto& [term, tensor] : loss.terms) terms[term] = tensor.item<double>();
        std::cout << Json{{"objective", asked.name}, {"value", value}, {"terms", terms}}.dump(2) << '\n';
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
           "A safetensors file with z0, z1, ... [N, D], one a view, and what else the objective needs. The "
           "formulas of byol, simsiam, mocov3 and dino hold z0 against goal1 and z1 against goal0, moco z0 against "
           "goal0; goals have the shape of z0. swav's and dino's D are scores by prototype or output. reference: "
           "moco's queue "
           "[K, D], lejepa's directions [D, M], dino's centre [1, D], which may be left out. mae and fcmae: z0 and "
           "goal0 [N, L, P], mask [N, L], 1 where hidden. rotation, position, supervised: z0 [N, answers], targets "
           "[N] of int64. swav, dino and lejepa take further views z2, z3, ... docs/loss.md has the table.")
        ->required()
        ->check(CLI::ExistingFile);
    app.add_option("--set", asked->settings, "A setting of the objective, like temperature=0.2.");
    app.add_option("--gradients", asked->gradients, "Write the gradients by z0, z1, ... into this safetensors file.");
    return [asked] { return go(*asked); };
}

} // namespace revisit

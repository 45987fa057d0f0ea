// SPDX-License-Identifier: Apache-2.0
#include "experiments/optimizer.h"
#include <cmath>
#include <torch/torch.h>

namespace revisit {
namespace {

class AdamW final : public Optimizer {
public:
    About about() const override
    {
        return {"AdamW", "Adam, whose steps are scaled by each weight's own history, with decoupled weight decay.",
                "Loshchilov & Hutter 2019, arXiv 1711.05101; as PyTorch's AdamW"};
    }
    void params(Params& p) override
    {
        p("learning_rate", m_rate,
          "Length of a step at its largest; automatic takes what the objective trains well with.")
            .range(1e-8, 10)
            .automatic(0)
            .live();
        p("beta1", m_beta1, "How slowly the mean gradient changes.").range(0, 0.9999).advanced();
        p("beta2", m_beta2, "How slowly the mean squared gradient changes.").range(0, 0.99999).advanced();
        p("weight_decay", m_decay, "Pull of the weights towards zero (biases and norms are spared).")
            .range(0, 1)
            .advanced();
    }
    double learningRate() const override { return m_rate; }
    void attach(torch::nn::Module& module) override
    {
        const auto groups = parameterGroups(module);
        m_names = groups.decayedNames;
        m_names.insert(m_names.end(), groups.sparedNames.begin(), groups.sparedNames.end());
        m_decayed = groups.decayed.size();
        m_weights = groups.decayed;
        m_weights.insert(m_weights.end(), groups.spared.begin(), groups.spared.end());
        m_mean.clear(), m_square.clear();
        for (const auto& weight : m_weights) {
            m_mean.push_back(torch::zeros_like(weight.detach()));
            m_square.push_back(torch::zeros_like(weight.detach()));
        }
    }
    void zeroGradients() override
    {
        for (auto& weight : m_weights) weight.mutable_grad().reset();
    }
    void step(double rate) override
    {
        torch::NoGradGuard none;
        ++m_steps;
        const double correction1 = 1 - std::pow(m_beta1, m_steps), correction2 = 1 - std::pow(m_beta2, m_steps);
        for (std::size_t i = 0; i < m_weights.size(); ++i) {
            auto& weight = m_weights[i];
            if (!weight.grad().defined()) continue;
            const auto gradient = weight.grad();
            if (i < m_decayed) weight.mul_(1 - rate * m_decay);
            m_mean[i].lerp_(gradient, 1 - m_beta1);
            m_square[i].mul_(m_beta2).addcmul_(gradient, gradient, 1 - m_beta2);
            const auto denominator = (m_square[i].sqrt() / std::sqrt(correction2)).add_(1e-8);
            weight.addcdiv_(m_mean[i], denominator, -rate / correction1);
        }
    }
    State state() const override
    {
        State state;
        for (std::size_t i = 0; i < m_weights.size(); ++i) {
            state[m_names[i] + ".mean"] = m_mean[i];
            state[m_names[i] + ".square"] = m_square[i];
        }
        state["steps"] = torch::tensor(m_steps, torch::kLong).reshape({1});
        return state;
    }
    void load(const State& state) override
    {
        torch::NoGradGuard none;
        for (std::size_t i = 0; i < m_weights.size(); ++i) {
            m_mean[i].copy_(fitting(state, m_names[i] + ".mean", m_weights[i]));
            m_square[i].copy_(fitting(state, m_names[i] + ".square", m_weights[i]));
        }
        m_steps = fitting(state, "steps", torch::zeros({1}, torch::kLong)).item<std::int64_t>();
    }

private:
    double m_rate = 0, m_beta1 = 0.9, m_beta2 = 0.999, m_decay = 0.05;
    std::vector<at::Tensor> m_weights, m_mean, m_square;
    std::vector<std::string> m_names;
    std::size_t m_decayed = 0;
    std::int64_t m_steps = 0;
};

} // namespace

std::unique_ptr<Optimizer> makeAdamW() { return std::make_unique<AdamW>(); }

} // namespace revisit

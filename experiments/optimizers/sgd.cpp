// SPDX-License-Identifier: Apache-2.0
#include "experiments/optimizer.h"
#include <torch/torch.h>

namespace revisit {
namespace {

class Sgd final : public Optimizer {
public:
    About about() const override
    {
        return {"SGD", "Stochastic gradient descent with momentum.", "Sutskever et al. 2013; as PyTorch's SGD"};
    }
    void params(Params& p) override
    {
        p("learning_rate", m_rate,
          "Length of a step at its largest; automatic takes what the objective trains well with.")
            .range(1e-8, 1e3)
            .automatic(0)
            .live();
        p("momentum", m_momentum, "How much of the last direction is kept.").range(0, 0.999).advanced();
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
        m_velocity.clear();
        for (const auto& weight : m_weights) m_velocity.push_back(torch::zeros_like(weight));
    }
    void zeroGradients() override
    {
        for (auto& weight : m_weights) weight.mutable_grad().reset();
    }
    /// v = momentum v + (g + decay w), w -= rate v; v begins at 0. One pass over memory, where an operation each would
    /// take six.
    void step(double rate) override
    {
        torch::NoGradGuard none;
        const auto move = [&](std::size_t first, std::size_t last, double decay) {
            std::vector<at::Tensor> weights, gradients, velocities;
            for (auto i = first; i < last; ++i) {
                if (!m_weights[i].grad().defined()) continue;
                weights.push_back(m_weights[i]);
                gradients.push_back(m_weights[i].grad());
                if (m_momentum != 0) velocities.push_back(m_velocity[i]);
            }
            if (!weights.empty())
                at::_fused_sgd_(weights, gradients, velocities, decay, m_momentum, rate, /*dampening=*/0,
                                /*nesterov=*/false, /*maximize=*/false, /*is_first_step=*/false);
        };
        move(0, m_decayed, m_decay);
        move(m_decayed, m_weights.size(), 0);
    }
    State state() const override
    {
        State state;
        for (std::size_t i = 0; i < m_weights.size(); ++i) state[m_names[i] + ".momentum"] = m_velocity[i];
        return state;
    }
    void load(const State& state) override
    {
        torch::NoGradGuard none;
        for (std::size_t i = 0; i < m_weights.size(); ++i)
            if (!state.empty())
                m_velocity[i] =
                    fitting(state, m_names[i] + ".momentum", m_weights[i]).to(m_weights[i].device()).clone();
    }

private:
    double m_rate = 0, m_momentum = 0.9, m_decay = 5e-4;
    std::vector<at::Tensor> m_weights, m_velocity;
    std::vector<std::string> m_names;
    std::size_t m_decayed = 0;
};

} // namespace

std::unique_ptr<Optimizer> makeSgd() { return std::make_unique<Sgd>(); }

} // namespace revisit

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
    void attach(torch::nn::Module& module, const RateOf& rateOf) override
    {
        m_parameters = Parameters(module, rateOf);
        m_velocity = m_parameters.zeros();
    }
    void zeroGradients() override { m_parameters.zeroGradients(); }
    /// v = momentum v + (g + decay w), w -= rate v; v begins at 0. One pass over memory, where an operation each would
    /// take six.
    void step(double rate) override
    {
        torch::NoGradGuard none;
        const auto n = m_velocity.size();
        for (std::size_t first = 0; first < n;) { // runs of weights that go alike
            const bool decays = first < m_parameters.decayed;
            const double own = m_parameters.rates[first];
            auto last = first;
            std::vector<at::Tensor> weights, gradients, velocities;
            for (; last < n && (last < m_parameters.decayed) == decays && m_parameters.rates[last] == own; ++last) {
                const auto& weight = m_parameters.weights[last];
                if (!weight.grad().defined()) continue;
                weights.push_back(weight);
                gradients.push_back(weight.grad());
                if (m_momentum != 0) velocities.push_back(m_velocity[last]);
            }
            if (!weights.empty())
                at::_fused_sgd_(weights, gradients, velocities, decays ? m_decay : 0, m_momentum, rate * own,
                                /*dampening=*/0, /*nesterov=*/false, /*maximize=*/false, /*is_first_step=*/false);
            first = last;
        }
    }
    State state() const override
    {
        State state;
        m_parameters.store(state, "momentum", m_velocity);
        return state;
    }
    void load(const State& state) override { m_parameters.restore(state, "momentum", m_velocity); }

private:
    double m_rate = 0, m_momentum = 0.9, m_decay = 5e-4;
    Parameters m_parameters;
    std::vector<at::Tensor> m_velocity;
};

} // namespace

std::unique_ptr<Optimizer> makeSgd() { return std::make_unique<Sgd>(); }

} // namespace revisit

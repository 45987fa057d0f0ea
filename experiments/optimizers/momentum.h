// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "experiments/optimizer.h"

namespace revisit {

/// What optimisers have in common that keep a velocity for each weight.
class MomentumOptimizer : public Optimizer {
public:
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
    State state() const override
    {
        State state;
        m_parameters.store(state, "momentum", m_velocity);
        return state;
    }
    void load(const State& state) override { m_parameters.restore(state, "momentum", m_velocity); }

protected:
    explicit MomentumOptimizer(double decay) : m_decay(decay) {}
    double m_rate = 0, m_momentum = 0.9, m_decay;
    Parameters m_parameters;
    std::vector<at::Tensor> m_velocity;
};

} // namespace revisit

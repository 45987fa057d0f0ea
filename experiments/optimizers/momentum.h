// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "experiments/optimizers/weightoptimizer.h"

namespace revisit {

/// What optimisers have in common that keep a velocity for each weight.
class MomentumOptimizer : public WeightOptimizer {
public:
    void params(Params& p) override
    {
        rateParam(p, 1e3);
        p("momentum", m_momentum, "How much of the last direction is kept.").range(0, 0.999).advanced();
        decayParam(p);
    }
    void attach(torch::nn::Module& module, const RateOf& rateOf) override
    {
        m_parameters = Parameters(module, rateOf);
        m_velocity = m_parameters.zeros();
    }
    State state() const override
    {
        State state;
        m_parameters.store(state, "momentum", m_velocity);
        return state;
    }
    void load(const State& state) override { m_parameters.restore(state, "momentum", m_velocity); }

protected:
    using WeightOptimizer::WeightOptimizer;
    double m_momentum = 0.9;
    std::vector<at::Tensor> m_velocity;
};

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "experiments/optimizer.h"

namespace revisit {

/// What all optimisers have in common: the weights they move, a learning rate and a decay.
class WeightOptimizer : public Optimizer {
public:
    double learningRate() const override { return m_rate; }
    void zeroGradients() override { m_parameters.zeroGradients(); }

protected:
    explicit WeightOptimizer(double decay) : m_decay(decay) {}

    void rateParam(Params& p, double most)
    {
        p("learning_rate", m_rate,
          "Length of a step at its largest; automatic takes what the objective trains well with.")
            .range(1e-8, most)
            .automatic(0)
            .live();
    }
    void decayParam(Params& p)
    {
        p("weight_decay", m_decay, "Pull of the weights towards zero (biases and norms are spared).")
            .range(0, 1)
            .advanced();
    }

    double m_rate = 0, m_decay;
    Parameters m_parameters;
};

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "experiments/optimizers/momentum.h"
#include <torch/torch.h>

namespace revisit {
namespace {

class Sgd final : public MomentumOptimizer {
public:
    Sgd() : MomentumOptimizer(5e-4) {}
    About about() const override
    {
        return {"SGD", "Stochastic gradient descent with momentum.", "Sutskever et al. 2013; as PyTorch's SGD"};
    }
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
};

} // namespace

std::unique_ptr<Optimizer> makeSgd() { return std::make_unique<Sgd>(); }

} // namespace revisit

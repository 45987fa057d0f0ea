// SPDX-License-Identifier: Apache-2.0
#include "experiments/optimizers/momentum.h"
#include <torch/torch.h>

namespace revisit {
namespace {

class Lars final : public MomentumOptimizer {
public:
    Lars() : MomentumOptimizer(1e-6) {}
    About about() const override
    {
        return {"LARS",
                "SGD whose steps are scaled, matrix by matrix, by how large the weights are beside their gradient: for "
                "batches of thousands.",
                "You, Gitman & Ginsburg 2017, arXiv 1708.03888; biases and norms are neither decayed nor scaled"};
    }
    void params(Params& p) override
    {
        MomentumOptimizer::params(p);
        p("trust", m_trust, "Length of a step at rate 1, as a share of the length of the weights.")
            .range(1e-6, 1)
            .advanced();
    }
    /// g = (g + decay w) trust |w| / (|g| + decay |w|), but for what is spared and where |w| or |g| is 0;
    /// v = momentum v + g, w -= rate v.
    void step(double rate) override
    {
        const torch::NoGradGuard none;
        for (std::size_t i = 0; i < m_velocity.size(); ++i) {
            auto& weight = m_parameters.weights[i];
            auto gradient = weight.grad();
            if (!gradient.defined()) continue;
            if (i < m_parameters.decayed) {
                const auto ofWeight = weight.norm(), ofGradient = gradient.norm(); // stay on the device
                const auto scale = m_trust * ofWeight / (ofGradient + m_decay * ofWeight + 1e-8);
                const auto adapted = gradient.add(weight, m_decay).mul_(scale);
                gradient = torch::where((ofWeight * ofGradient).gt(0), adapted, gradient);
            }
            m_velocity[i].mul_(m_momentum).add_(gradient);
            weight.add_(m_velocity[i], -rate * m_parameters.rates[i]);
        }
    }

private:
    double m_trust = 0.001;
};

} // namespace

std::unique_ptr<Optimizer> makeLars() { return std::make_unique<Lars>(); }

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "experiments/optimizers/weightoptimizer.h"
#include <cmath>
#include <torch/torch.h>

namespace revisit {
namespace {

class AdamW final : public WeightOptimizer {
public:
    AdamW() : WeightOptimizer(0.05) {}
    About about() const override
    {
        return {"AdamW", "Adam, whose steps are scaled by each weight's own history, with decoupled weight decay.",
                "Loshchilov & Hutter 2019, arXiv 1711.05101; as PyTorch's AdamW"};
    }
    void params(Params& p) override
    {
        rateParam(p, 10);
        p("beta1", m_beta1, "How slowly the mean gradient changes.").range(0, 0.9999).advanced();
        p("beta2", m_beta2, "How slowly the mean squared gradient changes.").range(0, 0.99999).advanced();
        decayParam(p);
    }
    void attach(torch::nn::Module& module, const RateOf& rateOf) override
    {
        m_parameters = Parameters(module, rateOf);
        m_mean = m_parameters.zeros();
        m_square = m_parameters.zeros();
        m_steps.assign(m_mean.size(), 0);
    }
    void step(double rate) override
    {
        torch::NoGradGuard none;
        for (std::size_t i = 0; i < m_mean.size(); ++i) {
            auto& weight = m_parameters.weights[i];
            if (!weight.grad().defined()) continue;
            const auto gradient = weight.grad();
            const auto taken = static_cast<double>(++m_steps[i]);
            const double correction1 = 1 - std::pow(m_beta1, taken), correction2 = 1 - std::pow(m_beta2, taken);
            const double own = rate * m_parameters.rates[i];
            if (i < m_parameters.decayed) weight.mul_(1 - own * m_decay);
            m_mean[i].lerp_(gradient, 1 - m_beta1);
            m_square[i].mul_(m_beta2).addcmul_(gradient, gradient, 1 - m_beta2);
            const auto denominator = (m_square[i].sqrt() / std::sqrt(correction2)).add_(1e-8);
            weight.addcdiv_(m_mean[i], denominator, -own / correction1);
        }
    }
    State state() const override
    {
        State state;
        m_parameters.store(state, "mean", m_mean);
        m_parameters.store(state, "square", m_square);
        state["steps"] = torch::tensor(m_steps, torch::kLong);
        return state;
    }
    void load(const State& state) override
    {
        m_parameters.restore(state, "mean", m_mean);
        m_parameters.restore(state, "square", m_square);
        const auto steps = fitting(state, "steps", torch::tensor(m_steps, torch::kLong)).contiguous();
        std::copy_n(steps.const_data_ptr<std::int64_t>(), m_steps.size(), m_steps.begin());
    }

private:
    double m_beta1 = 0.9, m_beta2 = 0.999;
    std::vector<at::Tensor> m_mean, m_square;
    std::vector<std::int64_t> m_steps; // that each weight has taken
};

} // namespace

std::unique_ptr<Optimizer> makeAdamW() { return std::make_unique<AdamW>(); }

} // namespace revisit

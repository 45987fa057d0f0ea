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
    void attach(torch::nn::Module& module, const RateOf& rateOf) override
    {
        m_parameters = Parameters(module, rateOf);
        m_mean = m_parameters.zeros();
        m_square = m_parameters.zeros();
        m_steps.assign(m_mean.size(), 0);
    }
    void zeroGradients() override { m_parameters.zeroGradients(); }
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
    double m_rate = 0, m_beta1 = 0.9, m_beta2 = 0.999, m_decay = 0.05;
    Parameters m_parameters;
    std::vector<at::Tensor> m_mean, m_square;
    std::vector<std::int64_t> m_steps; // that each weight has taken
};

} // namespace

std::unique_ptr<Optimizer> makeAdamW() { return std::make_unique<AdamW>(); }

} // namespace revisit

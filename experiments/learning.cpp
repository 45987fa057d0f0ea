// SPDX-License-Identifier: Apache-2.0
#include "experiments/learning.h"
#include <cmath>
#include <torch/torch.h>

namespace revisit {

Learnt learnFrom(const Batch& batch, Experiment& experiment, Networks& networks, Group& group, std::int64_t step)
{
    auto& objective = *experiment.objective;
    auto& optimizer = *experiment.optimizer;
    networks.train();
    optimizer.zeroGradients();
    const auto loss = objective.formula(objective.encode(batch, networks), group);
    loss.total.backward();
    const double clip = experiment.training.clipNorm;
    const double length = torch::nn::utils::clip_grad_norm_(networks.parameters(), clip > 0 ? clip : INFINITY);
    Learnt learnt{optimizer.learningRate() * experiment.schedule.factor(step, experiment.training.steps),
                  loss.total.item<double>(), Json::object()};
    if (!std::isfinite(learnt.loss) || !std::isfinite(length)) {
        const double lower = optimizer.learningRate() / 10;
        char number[32];
        std::snprintf(number, sizeof number, "%.2g", lower);
        throw Diverged("The " + std::string(std::isfinite(learnt.loss) ? "gradient" : "loss") +
                           " is no longer a number at step " + std::to_string(step) +
                           ". The weights of the step before are kept. Lower optimizer.learning_rate (to " + number +
                           ", say)" + (clip > 0 ? "." : ", or set training.clip_norm to 5."),
                       {{"key", "optimizer.learning_rate"}, {"value", std::strtod(number, nullptr)}});
    }
    optimizer.step(learnt.rate);
    objective.stepped();
    for (const auto& [name, term] : loss.terms) learnt.terms[name] = term.item<double>();
    return learnt;
}

} // namespace revisit

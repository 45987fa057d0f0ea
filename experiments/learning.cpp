// SPDX-License-Identifier: Apache-2.0
#include "experiments/learning.h"
#include "experiments/backward.h"
#include <cmath>
#include <torch/torch.h>

namespace revisit {
namespace {

// Shortens the gradients, as one vector, to at most `most`; the length they had.
double clip(const std::vector<at::Tensor>& weights, double most)
{
    torch::NoGradGuard none;
    std::vector<at::Tensor> gradients;
    for (const auto& weight : weights)
        if (weight.grad().defined()) gradients.push_back(weight.grad());
    if (gradients.empty()) return 0;
    const double length = torch::stack(at::_foreach_norm(gradients)).norm().item<double>();
    if (length > most) at::_foreach_mul_(gradients, most / (length + 1e-6)); // not before: it costs a pass over memory
    return length;
}

} // namespace

Learnt learnFrom(const Batch& batch, Experiment& experiment, Networks& networks, Group& group)
{
    auto& objective = *experiment.objective;
    auto& optimizer = *experiment.optimizer;
    const auto step = batch.moment.step;
    networks.train();
    optimizer.zeroGradients();
    const auto& training = experiment.training;
    const auto [loss, embeddings] =
        backward(objective, batch, networks, group,
                 {.part = training.microBatch, .exact = training.exact, .bfloat16 = training.precision == "bfloat16"});
    const double most = training.clipNorm;
    const double length = clip(networks.parameters(), most > 0 ? most : INFINITY);
    Learnt learnt{optimizer.learningRate() * experiment.schedule.scale(training.batch) *
                      experiment.schedule.factor(step, batch.moment.steps),
                  loss.total.item<double>(), Json::object()};
    if (!std::isfinite(learnt.loss) || !std::isfinite(length)) {
        const double lower =
            std::min(optimizer.learningRate() / 10, experiment.objective->rates().of(experiment.optimizer.name()));
        char number[32];
        std::snprintf(number, sizeof number, "%.2g", lower);
        throw Diverged("The " + std::string(std::isfinite(learnt.loss) ? "gradient" : "loss") +
                           " is no longer a number at step " + std::to_string(step) +
                           ". Lower optimizer.learning_rate (to " + number + ", say)" +
                           (most > 0 ? "." : ", or set training.clip_norm to 5."),
                       {{"key", "optimizer.learning_rate"}, {"value", std::strtod(number, nullptr)}});
    }
    optimizer.step(learnt.rate);
    objective.stepped(networks, embeddings, group, batch.moment);
    for (const auto& [name, term] : loss.terms) learnt.terms[name] = term.item<double>();
    return learnt;
}

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "experiments/evaluation/logistic.h"
#include "experiments/evaluation/lbfgs.h"
#include "experiments/evaluation/rows.h"
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <vector>

namespace revisit {

at::Tensor LinearProbe::logits(const at::Tensor& x) const
{
    const at::NoGradGuard noGrad;
    return mapRows(x.size(0), x.device(), [&](int64_t first, int64_t count) {
        return at::addmm(bias, (x.narrow(0, first, count).to(mean.scalar_type()) - mean) / scale, weight.t());
    });
}

at::Tensor LinearProbe::predict(const at::Tensor& x) const { return logits(x).argmax(1); }

LinearProbe fitLinearProbe(const at::Tensor& x, const at::Tensor& y, int64_t classes, const LogisticOptions& options)
{
    const at::NoGradGuard noGrad;
    const auto features = x.scalar_type() == at::kDouble ? x : x.to(at::kFloat);
    const auto labels = y.to(x.device()).to(at::kLong).unsqueeze(1); // [N, 1]
    const int64_t n = x.size(0), d = x.size(1);

    LinearProbe probe;
    probe.mean = features.mean(0);
    probe.scale = features.std(0, false);
    probe.scale = at::where(probe.scale > 1e-6 * probe.mean.abs(), probe.scale, at::ones_like(probe.scale));
    const auto standard = (features - probe.mean) / probe.scale;
    const auto minusOne = -at::ones({n, 1}, standard.options());

    const auto unpack = [&](const std::vector<double>& parameters) {
        const auto all = at::tensor(parameters, at::kDouble).to(standard.device(), standard.scalar_type());
        probe.weight = all.narrow(0, 0, classes * d).view({classes, d});
        probe.bias = all.narrow(0, classes * d, classes);
    };
    const auto objective = [&](const std::vector<double>& parameters, std::vector<double>& gradient) {
        unpack(parameters);
        const auto logProbability = at::addmm(probe.bias, standard, probe.weight.t()).log_softmax(1); // [N, K]
        const auto loss = -logProbability.gather(1, labels).sum(at::kDouble);
        const auto slope = logProbability.exp().scatter_add_(1, labels, minusOne);        // [N, K]
        const auto sums = at::cat({at::mm(slope.t(), standard).flatten().to(at::kDouble), // K D + K + 1
                                   slope.sum({0}, false, at::kDouble), loss.view(1)})
                              .div_(n)
                              .cpu();
        const double* mean = sums.const_data_ptr<double>();
        double penalty = 0;
        for (size_t i = 0; i < parameters.size(); ++i) {
            const double w = i < static_cast<size_t>(classes * d) ? parameters[i] : 0; // biases go free
            gradient[i] = mean[i] + options.l2 / n * w;
            penalty += options.l2 / n * w * w / 2;
        }
        return mean[parameters.size()] + penalty;
    };

    std::vector<double> parameters(classes * (d + 1), 0.0);
    Minimum minimum;
    onOneThread([&] { minimum = minimise(objective, parameters, options.maxIterations, options.tolerance); });
    unpack(parameters);
    probe.loss = minimum.value;
    probe.iterations = minimum.iterations;
    probe.converged = minimum.converged;
    return probe;
}

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/component.h"
#include "experiments/safetensors.h"
#include <functional>
#include <torch/nn/module.h>

namespace revisit {

/// The factor on the learning rate of the weight that has this name.
using RateOf = std::function<double(const std::string& name)>;

/// How weights follow gradients.
class Optimizer : public Component {
public:
    /// Takes the trainable parameters of `module`; see Parameters for which are spared the weight decay.
    virtual void attach(
        torch::nn::Module& module, const RateOf& rateOf = [](const std::string&) { return 1.0; }) = 0;
    /// One step at learning rate `rate` from the gradients that are there.
    virtual void step(double rate) = 0;
    virtual void zeroGradients() = 0;
    /// The learning rate that was asked for; 0: the objective's own.
    virtual double learningRate() const = 0;
    /// Copies out of, and into, its state; Error when what is put in does not fit.
    virtual State state() const = 0;
    virtual void load(const State& state) = 0;
};

const std::vector<Entry<Optimizer>>& optimizers();

/// The trainable parameters of a module, those that decay first; the others (of one dimension: biases and norms;
/// positions and tokens) come after them. Each part in the module's order.
struct Parameters {
    Parameters(torch::nn::Module& module, const RateOf& rateOf);
    Parameters() = default;
    std::vector<at::Tensor> weights;
    std::vector<std::string> names;
    std::vector<double> rates; ///< factors on the learning rate
    std::size_t decayed = 0;
    /// One tensor of zeros like each weight.
    std::vector<at::Tensor> zeros() const;
    void zeroGradients();
    /// What an optimiser keeps for each weight, into a state and back, under the weight's name and `what`.
    void store(State& state, const std::string& what, const std::vector<at::Tensor>& kept) const;
    void restore(const State& state, const std::string& what, std::vector<at::Tensor>& kept) const;
};

/// The tensor `name` of a state, checked against the shape of `like`; Error naming both shapes.
at::Tensor fitting(const State& state, const std::string& name, const at::Tensor& like);

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <torch/nn/module.h>

namespace revisit {

/// A module from one tensor to one tensor: a backbone [N, C, H, W] -> [N, width], or a head [N, width] -> [N, D].
class Net : public torch::nn::Module {
public:
    explicit Net(std::int64_t width) : m_width(width) {}
    virtual torch::Tensor forward(torch::Tensor x) = 0;
    /// Length of what forward returns per sample.
    std::int64_t width() const { return m_width; }

private:
    std::int64_t m_width;
};

/// All that a run trains, under the names that checkpoints use. A head may be absent (supervised features are read from
/// the backbone).
struct Networks : torch::nn::Module {
    std::shared_ptr<Net> backbone, head;
    void setBackbone(std::shared_ptr<Net> net) { backbone = register_module("backbone", std::move(net)); }
    void setHead(std::shared_ptr<Net> net) { head = register_module("head", std::move(net)); }
};

/// Overwrites every weight of the convolutions, linear layers and norms in `module` from `seed` alone (He et al. 2015
/// for convolutions, PyTorch's uniform for linear layers, ones and zeros for norms), on the CPU, so that every device
/// starts from the same weights.
void initialise(torch::nn::Module& module, std::uint64_t seed);

/// A multi-layer perceptron: Linear (without bias), BatchNorm, ReLU per hidden width, then a Linear; with `lastNorm` a
/// BatchNorm after it.
std::shared_ptr<Net> perceptron(std::int64_t inputs, const std::vector<std::int64_t>& widths, bool lastNorm,
                                bool lastBias);

} // namespace revisit

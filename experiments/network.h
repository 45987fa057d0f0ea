// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Generator.h>
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
    /// Whether the activations inside its blocks are computed twice rather than kept, where it has blocks.
    bool recomputes = false;
    /// How images lie in memory while convolutions pass over them: a backbone's own choice, until another is made.
    at::MemoryFormat layout = at::MemoryFormat::Contiguous;

private:
    std::int64_t m_width;
};

/// A backbone that can look at a part of an image: at some of the squares of cellPx() pixels that tile it, numbered row
/// by row.
class CellNet : public Net {
public:
    using Net::Net;
    virtual std::int64_t cellPx() const = 0;
    /// Tokens that come before the cells' in what cells() returns, and stand for the whole image.
    virtual std::int64_t prefix() const { return 0; }
    /// Features [N, prefix + V, width] of the cells `visible` [N, V] int64, whatever the other cells' pixels are.
    virtual torch::Tensor cells(const torch::Tensor& x, const torch::Tensor& visible) = 0;
};

/// A net in layers, whose inner features can be read.
class Head : public Net {
public:
    using Net::Net;
    virtual std::int64_t layers() const = 0;
    /// What the first `layers` make of x; 0: x itself, layers(): as forward.
    virtual torch::Tensor upTo(torch::Tensor x, std::int64_t layers) = 0;
};

/// All that a run trains, under the names that checkpoints use. What an objective has no use for is absent; its queue
/// or centre is a buffer here.
struct Networks : torch::nn::Module {
    std::shared_ptr<Net> backbone;
    std::shared_ptr<Head> head;                 ///< on the backbone; what it gives are the projections
    std::shared_ptr<Net> predictor, prototypes; ///< on the head
    std::shared_ptr<torch::nn::Module> decoder; ///< from features back to pixels
    /// A slow copy of the above, which no gradient reaches.
    std::shared_ptr<Networks> teacher;
    void setBackbone(std::shared_ptr<Net> net) { backbone = register_module("backbone", std::move(net)); }
    void setHead(std::shared_ptr<Head> net) { head = register_module("head", std::move(net)); }
    void setPredictor(std::shared_ptr<Net> net) { predictor = register_module("predictor", std::move(net)); }
    void setPrototypes(std::shared_ptr<Net> net) { prototypes = register_module("prototypes", std::move(net)); }
    void setDecoder(std::shared_ptr<torch::nn::Module> net) { decoder = register_module("decoder", std::move(net)); }
    void setTeacher(std::shared_ptr<Networks> nets);
    /// Moves all to a device, and what is floating to a type.
    void place(c10::Device device, at::ScalarType type);
    at::ScalarType type = at::kFloat; ///< what they compute in, and want their images in
};

/// A module that begins otherwise than initialise() has it.
struct Initialised {
    virtual ~Initialised() = default;
    /// Overwrites those of its weights, on the CPU, that differ.
    virtual void begin(at::Generator& generator) = 0;
};

/// Overwrites every weight of the convolutions, linear layers and norms in `module` from `seed` alone (He et al. 2015
/// for convolutions, PyTorch's uniform for linear layers, ones and zeros for norms), on the CPU, so that every device
/// starts from the same weights. Modules that are Initialised have the last word, and a teacher becomes a copy.
void initialise(torch::nn::Module& module, std::uint64_t seed);

/// Moves the teacher's parameters to `momentum` times themselves and the rest the pupil's (buffers follow from the
/// teacher's own forward passes).
void follow(Networks& nets, double momentum);

/// How a perceptron's last layer ends: a plain linear layer, one with a bias, or with a norm (whose scale and shift are
/// learnt, or not).
enum class Ending { Linear, Biased, Norm, PlainNorm };

struct PerceptronOptions {
    std::vector<std::int64_t> widths; ///< of its layers; none: it hands on what comes in
    Ending ending = Ending::Linear;
    std::string norm = "batch"; ///< after each hidden layer: batch, layer or none
    bool gelu = false;          ///< instead of ReLU
};
/// Linear, norm and ReLU per hidden width, then a linear layer. A linear layer with a norm has no bias.
std::shared_ptr<Head> perceptron(std::int64_t inputs, const PerceptronOptions& options);

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "experiments/convnext.h"
#include "experiments/objectives/masking.h"
#include <torch/torch.h>

namespace revisit {
namespace {

class MapDecoder final : public Decoder {
public:
    MapDecoder(std::int64_t features, std::int64_t prefix, std::int64_t side, std::int64_t width, std::int64_t outputs)
        : m_prefix(prefix),
          m_side(side)
    {
        m_embed = register_module("proj", torch::nn::Linear(features, width));
        m_hidden = register_parameter("mask_token", torch::zeros({1, 1, width}));
        m_block = register_module("block", std::make_shared<ConvNeXtBlock>(width));
        m_predict = register_module("pred", torch::nn::Linear(width, outputs));
    }
    void begin(at::Generator& generator) override
    {
        beginSmall(*this, generator);
        m_hidden.normal_(0, 0.02, generator);
    }
    at::Tensor forward(const at::Tensor& features, const at::Tensor& visible) override
    {
        const auto seen = m_embed(features.slice(1, m_prefix));
        const auto n = seen.size(0), width = seen.size(2);
        auto cells = m_hidden.to(seen.dtype()).expand({n, m_side * m_side, width});
        cells = cells.scatter(1, visible.unsqueeze(2).expand({-1, -1, width}), seen);
        const auto map = m_block->forward(cells.transpose(1, 2).reshape({n, width, m_side, m_side}));
        return m_predict(map.flatten(2).transpose(1, 2));
    }

private:
    std::int64_t m_prefix, m_side;
    at::Tensor m_hidden;
    torch::nn::Linear m_embed{nullptr}, m_predict{nullptr};
    std::shared_ptr<ConvNeXtBlock> m_block;
};

class Fcmae final : public MaskedObjective {
public:
    Fcmae() : MaskedObjective(Masking{0.6}) {}
    About about() const override
    {
        return {"FCMAE",
                "A masked autoencoder of convolutions: what is hidden is kept out of every layer, and one block paints "
                "it.",
                "Woo et al. 2023, arXiv 2301.00808 (ConvNeXt V2)"};
    }
    void params(Params& p) override
    {
        m_masking.params(p);
        p("decoder_width", m_width, "Channels of the decoder's block.").range(8, 2048);
    }
    void build(Networks& nets, const Task& task) override
    {
        const auto& cells = cellsOf(nets);
        const auto px = cells.cellPx(), side = task.inputPx / px;
        m_masking.draw(1, side, 0, c10::kCPU); // says what does not fit
        m_masking.check(px * px * task.bands);
        nets.setDecoder(
            std::make_shared<MapDecoder>(nets.backbone->width(), cells.prefix(), side, m_width, px * px * task.bands));
    }

private:
    std::int64_t m_width = 256;
};

} // namespace

std::unique_ptr<Objective> makeFcmae() { return std::make_unique<Fcmae>(); }

} // namespace revisit

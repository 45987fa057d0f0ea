// SPDX-License-Identifier: Apache-2.0
#include "experiments/objectives/masking.h"
#include "experiments/transformer.h"
#include <torch/torch.h>

namespace revisit {
namespace {

class TokenDecoder final : public Decoder {
public:
    TokenDecoder(std::int64_t features, std::int64_t prefix, std::int64_t side, std::int64_t width, std::int64_t depth,
                 std::int64_t outputs)
        : m_prefix(prefix)
    {
        m_embed = register_module("embed", torch::nn::Linear(features, width));
        m_hidden = register_parameter("mask_token", torch::zeros({1, 1, width}));
        m_positions = register_buffer("pos_embed", sineCosine(width, side, side).unsqueeze(0));
        m_blocks = register_module(
            "blocks", std::make_shared<TransformerBlocks>(depth, width, std::max<std::int64_t>(1, width / 32)));
        m_norm = register_module("norm", tokenNorm(width));
        m_predict = register_module("pred", torch::nn::Linear(width, outputs));
    }
    void begin(at::Generator& generator) override
    {
        beginXavier(*this, generator);
        m_hidden.normal_(0, 0.02, generator);
    }
    at::Tensor forward(const at::Tensor& features, const at::Tensor& visible) override
    {
        const auto tokens = m_embed(features);
        const auto seen = tokens.slice(1, m_prefix);
        const auto places = visible.unsqueeze(2).expand({-1, -1, seen.size(2)});
        auto cells = m_hidden.to(seen.dtype()).expand({seen.size(0), m_positions.size(1), seen.size(2)});
        cells = cells.scatter(1, places, seen) + m_positions;
        const auto all = m_norm(m_blocks->forward(torch::cat({tokens.slice(1, 0, m_prefix), cells}, 1)));
        return m_predict(all.slice(1, m_prefix));
    }

private:
    std::int64_t m_prefix;
    at::Tensor m_hidden, m_positions;
    torch::nn::Linear m_embed{nullptr}, m_predict{nullptr};
    std::shared_ptr<TransformerBlocks> m_blocks;
    torch::nn::LayerNorm m_norm{nullptr};
};

class Mae final : public MaskedObjective {
public:
    Mae() : MaskedObjective(Masking{}) {}
    About about() const override
    {
        return {"MAE",
                "Sees a quarter of the image's squares and paints the others: a transformer reads what is visible, a "
                "small one fills in the rest.",
                "He et al. 2022, arXiv 2111.06377"};
    }
    void params(Params& p) override
    {
        m_masking.params(p);
        p("decoder_width", m_width, "Features of a token in the decoder, a multiple of 32.").range(32, 2048);
        p("decoder_depth", m_depth, "Blocks of the decoder.").range(1, 16);
    }
    void build(Networks& nets, const Task& task) override
    {
        const auto& cells = cellsOf(nets);
        const auto px = cells.cellPx();
        m_masking.draw(1, task.inputPx / px, 0, c10::kCPU); // says what does not fit
        m_masking.check(px * px * task.bands);
        if (m_width % 32 != 0)
            throw Error("objective.decoder_width: should be a multiple of 32, the width of a head",
                        "objective.decoder_width");
        nets.setDecoder(std::make_shared<TokenDecoder>(nets.backbone->width(), cells.prefix(), task.inputPx / px,
                                                       m_width, m_depth, px * px * task.bands));
    }

private:
    std::int64_t m_width = 128, m_depth = 2;
};

} // namespace

std::unique_ptr<Objective> makeMae() { return std::make_unique<Mae>(); }

} // namespace revisit

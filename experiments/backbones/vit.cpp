// SPDX-License-Identifier: Apache-2.0
#include "experiments/backbone.h"
#include "experiments/transformer.h"
#include <torch/torch.h>

namespace revisit {
namespace {

struct Size {
    const char* name;
    std::int64_t width, heads;
};
constexpr std::array<Size, 3> sizes = {{{"tiny", 192, 3}, {"small", 384, 6}, {"base", 768, 12}}};

struct Layout {
    Size size;
    std::int64_t depth, patchPx, registers;
    bool mean; ///< instead of the class token
};

/// How many patches lie along a side; Error when they do not fill it.
std::int64_t gridOf(std::int64_t sizePx, std::int64_t patchPx)
{
    if (sizePx % patchPx != 0)
        throw Error("backbone.patch: patches of " + std::to_string(patchPx) + " px do not tile images of " +
                        std::to_string(sizePx) + " px; choose a divisor of the image's side",
                    "backbone.patch");
    return sizePx / patchPx;
}

// Names as timm's, so that weights pass between the two.
class VisionTransformer final : public CellNet, public Initialised {
public:
    VisionTransformer(const Layout& layout, std::int64_t bands, std::int64_t sizePx)
        : CellNet(layout.size.width),
          m_layout(layout),
          m_grid(gridOf(sizePx, layout.patchPx))
    {
        m_class = register_parameter("cls_token", torch::zeros({1, 1, width()}));
        if (layout.registers > 0)
            m_registers = register_parameter("reg_token", torch::zeros({1, layout.registers, width()}));
        m_positions = register_parameter("pos_embed", torch::zeros({1, prefix() + m_grid * m_grid, width()}),
                                         /*requires_grad=*/false);
        m_patches =
            register_module("patch_embed", std::make_shared<torch::nn::Module>("patch_embed"))
                ->register_module(
                    "proj",
                    torch::nn::Conv2d(torch::nn::Conv2dOptions(bands, width(), layout.patchPx).stride(layout.patchPx)));
        m_blocks =
            register_module("blocks", std::make_shared<TransformerBlocks>(layout.depth, width(), layout.size.heads));
        m_norm = register_module("norm", tokenNorm(width()));
    }
    std::int64_t cellPx() const override { return m_layout.patchPx; }
    std::int64_t prefix() const override { return 1 + m_layout.registers; }
    torch::Tensor forward(torch::Tensor x) override
    {
        const auto tokens = encoded(patches(x));
        return m_layout.mean ? tokens.slice(1, prefix()).mean(1) : tokens.select(1, 0);
    }
    torch::Tensor cells(const torch::Tensor& x, const torch::Tensor& visible) override
    {
        return encoded(patches(x).gather(1, visible.unsqueeze(-1).expand({-1, -1, width()})));
    }
    void begin(at::Generator& generator) override
    {
        beginXavier(*this, generator);
        xavierUniform(m_patches->weight, generator);
        m_patches->bias.zero_();
        m_class.normal_(0, 0.02, generator);
        if (m_registers.defined()) m_registers.normal_(0, 0.02, generator);
        m_positions.zero_().slice(1, prefix()).copy_(sineCosine(width(), m_grid, m_grid));
    }

private:
    /// The patches' tokens with their positions [N, L, width].
    torch::Tensor patches(const torch::Tensor& x)
    {
        const auto grid = gridOf(x.size(2), m_layout.patchPx);
        const auto tokens = m_patches(x).flatten(2).transpose(1, 2);
        return tokens + (grid == m_grid ? m_positions.slice(1, prefix())
                                        : sineCosine(width(), grid, m_grid).to(m_positions.options()));
    }
    torch::Tensor encoded(const torch::Tensor& patches)
    {
        const auto first = m_registers.defined() ? torch::cat({m_class, m_registers}, 1) : m_class;
        const auto before = (first + m_positions.slice(1, 0, prefix())).expand({patches.size(0), -1, -1});
        return m_norm(m_blocks->forward(torch::cat({before, patches}, 1), recomputes));
    }

    Layout m_layout;
    std::int64_t m_grid; ///< side that it was built for
    torch::Tensor m_class, m_registers, m_positions;
    torch::nn::Conv2d m_patches{nullptr};
    std::shared_ptr<TransformerBlocks> m_blocks;
    torch::nn::LayerNorm m_norm{nullptr};
};

class Vit final : public Backbone {
public:
    About about() const override
    {
        return {
            "Vision transformer",
            "Cuts the image into patches that attend to each other: what masked autoencoders are made for.",
            "Dosovitskiy et al. 2021, arXiv 2010.11929; positions of He et al. 2021, arXiv 2111.06377; weights named "
            "as timm's"};
    }
    void params(Params& p) override
    {
        std::vector<std::string> names;
        for (const auto& size : sizes) names.emplace_back(size.name);
        p("size", m_size, "Features of a token: 192, 384 or 768, in 3, 6 or 12 heads.").choices(names);
        p("depth", m_depth, "How many blocks, one after the other; automatic: 12.").range(0, 48).automatic(0);
        p("patch", m_patch, "Side of a patch, which the image's side must be a multiple of.").range(1, 64).unit("px");
        p("pool", m_pool, "What is read out: the class token, or the mean of the patches' tokens.")
            .choices({"token", "mean"});
        p("registers", m_registers,
          "Further tokens that belong to no patch, where the net can keep notes (Darcet et al. 2024, arXiv "
          "2309.16588).")
            .range(0, 64)
            .advanced();
    }
    std::shared_ptr<Net> build(std::int64_t bands, std::int64_t sizePx) const override
    {
        return std::make_shared<VisionTransformer>(Layout{size(), depth(), m_patch, m_registers, m_pool == "mean"},
                                                   bands, sizePx);
    }
    std::vector<Stage> stages(std::int64_t, std::int64_t sizePx) const override
    {
        const auto width = size().width, grid = gridOf(sizePx, m_patch);
        const auto side = std::to_string(m_patch);
        return Stages(sizePx)
            .layer(m_patch, m_patch)
            .end("patches of " + side + "x" + side, width)
            .whole(std::to_string(depth()) + " transformer blocks", width, grid)
            .whole(m_pool == "mean" ? "mean of the patches" : "class token", width, 1);
    }

private:
    std::int64_t depth() const { return m_depth > 0 ? m_depth : 12; }
    const Size& size() const
    {
        return *std::find_if(sizes.begin(), sizes.end(), [&](const Size& one) { return one.name == m_size; });
    }

    std::string m_size = "tiny", m_pool = "token";
    std::int64_t m_depth = 0, m_patch = 8, m_registers = 0;
};

} // namespace

std::unique_ptr<Backbone> makeVit() { return std::make_unique<Vit>(); }

} // namespace revisit

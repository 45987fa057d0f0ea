// SPDX-License-Identifier: Apache-2.0
#include "experiments/backbone.h"
#include "experiments/convnext.h"
#include "experiments/recompute.h"
#include <torch/torch.h>

namespace revisit {
namespace {

struct Size {
    const char* name;
    std::array<std::int64_t, 4> blocks;
    std::int64_t channels;      ///< of the first stage; each further one doubles them
    bool asConvolutions = true; ///< how timm keeps the blocks' linear layers
};
constexpr std::array<Size, 5> sizes = {{{"atto", {2, 2, 6, 2}, 40},
                                        {"femto", {2, 2, 6, 2}, 48},
                                        {"pico", {2, 2, 6, 2}, 64},
                                        {"nano", {2, 2, 8, 2}, 80},
                                        {"tiny", {3, 3, 9, 3}, 96, false}}};

const Size& sizeOf(const std::string& name)
{
    return *std::find_if(sizes.begin(), sizes.end(), [&](const Size& size) { return size.name == name; });
}

/// The mask [N, 1, h, w] where each cell has `times` elements along a side; undefined stays undefined.
torch::Tensor enlarged(const torch::Tensor& mask, std::int64_t times)
{
    return mask.defined() ? mask.repeat_interleave(times, 2).repeat_interleave(times, 3) : mask;
}

torch::Tensor seen(const torch::Tensor& x, const torch::Tensor& mask, std::int64_t times)
{
    return mask.defined() ? x * enlarged(mask, times) : x;
}

// Names as timm's, so that weights pass between the two. Computes in channels-last order, where the norms and linear
// layers find a position's channels side by side.
class ConvNeXtNet final : public CellNet, public Initialised {
public:
    ConvNeXtNet(const Size& size, std::int64_t bands, bool smallStem, bool grn)
        : CellNet(8 * size.channels),
          m_smallStem(smallStem)
    {
        layout = at::MemoryFormat::ChannelsLast;
        const auto kernel = smallStem ? 3 : 4;
        m_stemConv = torch::nn::Conv2d(torch::nn::Conv2dOptions(bands, size.channels, kernel)
                                           .stride(smallStem ? 1 : 4)
                                           .padding(smallStem ? 1 : 0));
        m_stemNorm = std::make_shared<MapNorm>(size.channels);
        register_module("stem", torch::nn::Sequential(m_stemConv, m_stemNorm));
        torch::nn::ModuleList stages;
        for (std::size_t i = 0; i < m_stages.size(); ++i) {
            const auto channels = size.channels << i;
            const auto stage = std::make_shared<torch::nn::Module>("stage");
            if (i > 0)
                m_stages[i].downsample = stage->register_module(
                    "downsample",
                    torch::nn::Sequential(
                        std::make_shared<MapNorm>(channels / 2),
                        torch::nn::Conv2d(torch::nn::Conv2dOptions(channels / 2, channels, 2).stride(2))));
            torch::nn::ModuleList blocks;
            for (std::int64_t j = 0; j < size.blocks[i]; ++j) {
                m_stages[i].blocks.push_back(std::make_shared<ConvNeXtBlock>(channels, grn, size.asConvolutions));
                blocks->push_back(m_stages[i].blocks.back());
            }
            stage->register_module("blocks", blocks);
            stages->push_back(stage);
        }
        register_module("stages", stages);
        m_norm = register_module("head", std::make_shared<torch::nn::Module>("head"))
                     ->register_module("norm", torch::nn::LayerNorm(torch::nn::LayerNormOptions({width()}).eps(1e-6)));
    }
    std::int64_t cellPx() const override { return m_smallStem ? 8 : 32; }
    torch::Tensor forward(torch::Tensor x) override { return m_norm(map(std::move(x), {}).mean({2, 3})); }
    /// Before the last norm, which belongs to the mean of all cells.
    torch::Tensor cells(const torch::Tensor& x, const torch::Tensor& visible) override
    {
        const auto n = x.size(0), side = x.size(2) / cellPx();
        if (x.size(2) != side * cellPx())
            throw Error("training.input_px: " + std::to_string(x.size(2)) + " px is no multiple of the " +
                            std::to_string(cellPx()) + " px of one cell of this backbone; choose a multiple of that",
                        "training.input_px");
        const auto mask = torch::zeros({n, side * side}, x.options()).scatter_(1, visible, 1).view({n, 1, side, side});
        const auto all = map(x, mask).flatten(2).transpose(1, 2); // [N, L, C]
        return all.gather(1, visible.unsqueeze(-1).expand({-1, -1, width()}));
    }
    void begin(at::Generator& generator) override { beginSmall(*this, generator); }

private:
    /// The last stage's map; with `mask` [N, 1, h, w] of the cells of 1, whatever the others' pixels are.
    torch::Tensor map(torch::Tensor x, const torch::Tensor& mask)
    {
        x = seen(x, mask, cellPx()).contiguous(layout);
        std::int64_t cell = 8; // elements of a map along a cell's side
        x = seen(m_stemNorm->forward(m_stemConv(x)), mask, cell);
        for (auto& stage : m_stages) {
            if (stage.downsample) x = seen(stage.downsample->forward(x), mask, cell /= 2);
            const auto visible = enlarged(mask, cell);
            for (auto& block : stage.blocks)
                x = through(
                    *block, [&block, visible](const torch::Tensor& in) { return block->forward(in, visible); }, x,
                    recomputes);
        }
        return x;
    }

    struct StageNet {
        torch::nn::Sequential downsample{nullptr}; ///< none in the first
        std::vector<std::shared_ptr<ConvNeXtBlock>> blocks;
    };
    bool m_smallStem;
    torch::nn::Conv2d m_stemConv{nullptr};
    std::shared_ptr<MapNorm> m_stemNorm;
    std::array<StageNet, 4> m_stages;
    torch::nn::LayerNorm m_norm{nullptr};
};

class ConvNeXt final : public Backbone {
public:
    About about() const override
    {
        return {"ConvNeXt V2",
                "A convolutional net with a transformer's manners, which can also learn from images with holes; a "
                "GPU is advised.",
                "Woo et al. 2023, arXiv 2301.00808; weights named as timm's"};
    }
    void params(Params& p) override
    {
        std::vector<std::string> names;
        for (const auto& size : sizes) names.emplace_back(size.name);
        p("size", m_size, "How wide and deep, from 3 to 28 million weights.").choices(names);
        p("small_stem", m_smallStem,
          "First layer 3x3 without stride, for images of up to about 64 px: the net then divides the side by 8; off: "
          "4x4 with stride 4, and it divides by 32.");
        p("grn", m_grn,
          "Response norms, which keep channels from saying the same; off: the blocks of the first ConvNeXt.")
            .advanced();
    }
    std::shared_ptr<Net> build(std::int64_t bands, std::int64_t sizePx) const override
    {
        if (sizePx < cellPx())
            throw Error("training.input_px: convnextv2 divides the side by " + std::to_string(cellPx()) +
                            ", which leaves nothing of " + std::to_string(sizePx) + " px; use larger images" +
                            (m_smallStem ? "" : " or backbone.small_stem"),
                        "training.input_px");
        return std::make_shared<ConvNeXtNet>(sizeOf(m_size), bands, m_smallStem, m_grn);
    }
    std::vector<Stage> stages(std::int64_t, std::int64_t sizePx) const override
    {
        const auto& size = sizeOf(m_size);
        Stages all(sizePx / cellPx() * cellPx()); // nothing is padded: what is left over is not seen
        if (m_smallStem)
            all.layer(3).end("conv 3x3", size.channels);
        else
            all.layer(4, 4).end("conv 4x4", size.channels);
        for (std::size_t i = 0; i < size.blocks.size(); ++i) {
            if (i > 0) all.layer(2, 2);
            for (std::int64_t j = 0; j < size.blocks[i]; ++j) all.layer(7);
            all.end(std::to_string(size.blocks[i]) + " ConvNeXt blocks", size.channels << i);
        }
        return all.whole("mean", 8 * size.channels, 1);
    }

private:
    std::int64_t cellPx() const { return m_smallStem ? 8 : 32; }
    std::string m_size = "atto";
    bool m_smallStem = true, m_grn = true;
};

} // namespace

std::unique_ptr<Backbone> makeConvNeXtV2() { return std::make_unique<ConvNeXt>(); }

} // namespace revisit

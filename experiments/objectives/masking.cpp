// SPDX-License-Identifier: Apache-2.0
#include "experiments/objectives/masking.h"
#include <ATen/CPUGeneratorImpl.h>
#include <torch/torch.h>

namespace revisit {

at::Tensor patchify(const at::Tensor& images, std::int64_t px)
{
    const auto n = images.size(0), channels = images.size(1), side = images.size(2) / px;
    return images.reshape({n, channels, side, px, side, px})
        .permute({0, 2, 4, 3, 5, 1})
        .reshape({n, side * side, px * px * channels});
}

at::Tensor unpatchify(const at::Tensor& patches, std::int64_t px, std::int64_t channels)
{
    const auto n = patches.size(0);
    const auto side = static_cast<std::int64_t>(std::llround(std::sqrt(static_cast<double>(patches.size(1)))));
    return patches.reshape({n, side, side, px, px, channels})
        .permute({0, 5, 1, 3, 2, 4})
        .reshape({n, channels, side * px, side * px});
}

void Masking::params(Params& p)
{
    p("mask_ratio", ratio, "Share of the image that is hidden.").range(0.05, 0.95).live();
    p("mask_unit", unit, "Side of the squares that are hidden together, in the architecture's cells.")
        .range(1, 16)
        .unit("cells");
    p("normalise_target", normalise,
      "Whether each hidden square is to be told but for its own mean and contrast: better features, though the "
      "reconstruction alone is no picture.");
}

void Masking::check(std::int64_t numbers) const
{
    if (normalise && numbers < 2)
        throw Error(
            "objective.normalise_target: a square of a single number has no contrast of its own; set it to false "
            "or choose larger patches",
            "objective.normalise_target");
}

Mask Masking::draw(std::int64_t n, std::int64_t side, std::uint64_t key, c10::Device device) const
{
    const auto units = side / unit, all = units * units;
    if (side * side < 2)
        throw Error("training.input_px: the architecture sees an image of this size as a single cell, of which no part "
                    "can be hidden; use larger images, smaller patches or a stem that divides less",
                    "training.input_px");
    if (units * unit != side || all < 2)
        throw Error("objective.mask_unit: squares of " + std::to_string(unit) + " cells do not tile a grid of " +
                        std::to_string(side) + " x " + std::to_string(side) +
                        " at least twice; choose a smaller unit, a larger training.input_px or smaller patches",
                    "objective.mask_unit");
    const auto kept =
        std::clamp<std::int64_t>(static_cast<std::int64_t>(static_cast<double>(all) * (1 - ratio)), 1, all - 1);
    auto generator = at::make_generator<at::CPUGeneratorImpl>(key);
    const auto order = torch::rand({n, all}, generator).argsort(1, /*descending=*/false);
    auto hidden = torch::ones({n, all}).scatter_(1, order.narrow(1, 0, kept), 0);
    hidden = hidden.view({n, units, 1, units, 1}).expand({n, units, unit, units, unit}).reshape({n, side * side});
    const auto seen = kept * unit * unit;
    const auto visible = hidden.argsort(/*stable=*/true, 1, /*descending=*/false).narrow(1, 0, seen).contiguous();
    return {visible.to(device), hidden.to(device)};
}

at::Tensor Masking::wanted(const at::Tensor& patches) const
{
    if (!normalise) return patches;
    const auto [variance, mean] = torch::var_mean(patches, /*dim=*/at::OptionalIntArrayRef{-1}, /*correction=*/1, true);
    return (patches - mean) / (variance + 1e-6).sqrt();
}

Loss Masking::loss(const Embeddings& embeddings, Group& group) const
{
    const auto& predicted = embeddings.z.at(0);
    const auto error = (predicted - wanted(embeddings.goals.at(0).to(predicted.dtype()))).square().mean(2); // [n, L]
    const auto hidden = embeddings.mask.to(error.dtype());
    const auto everyone = [&](const at::Tensor& weight) { // mean over all that weigh; the processes' mean is the whole
        const auto members = group.sum(torch::ones({}, error.options()));
        return (error * weight).sum() * members / group.sum(weight.sum()).clamp_min(1);
    };
    const auto total = everyone(hidden);
    return {total, {{"hidden_error", total.detach()}, {"visible_error", everyone(1 - hidden).detach()}}};
}

std::optional<Seen> Masking::seen(const at::Tensor& images, const Embeddings& embeddings, std::int64_t px) const
{
    const auto channels = images.size(1);
    const auto truth = embeddings.goals.at(0), hidden = embeddings.mask.unsqueeze(2);
    auto predicted = embeddings.z.at(0).detach().to(truth.dtype());
    const auto filled = [&](const at::Tensor& patches) {
        return unpatchify(torch::where(hidden.gt(0), patches, truth), px, channels);
    };
    Seen all;
    all.input = images;
    all.masked = unpatchify(truth * (1 - hidden), px, channels);
    all.reconstruction = filled(predicted);
    if (normalise) {
        const auto [variance, mean] = torch::var_mean(truth, at::OptionalIntArrayRef{-1}, 1, true);
        all.leaking = filled(predicted * (variance + 1e-6).sqrt() + mean);
    }
    return all;
}

CellNet& cellsOf(Networks& nets)
{
    if (auto* cells = dynamic_cast<CellNet*>(nets.backbone.get())) return *cells;
    throw Error("objective: a masked objective needs an architecture that can look at parts of an image; choose vit or "
                "convnextv2 for backbone.name, or another objective",
                "backbone.name");
}

Embeddings MaskedObjective::encode(const Batch& batch, Networks& nets)
{
    const auto& images = batch.views.at(0);
    auto& cells = cellsOf(nets);
    const auto px = cells.cellPx();
    const auto mask = m_masking.draw(images.size(0), images.size(2) / px, batch.key, images.device());
    const auto features = cells.cells(images, mask.visible);
    Embeddings embeddings;
    embeddings.z = {dynamic_cast<Decoder&>(*nets.decoder).forward(features, mask.visible)};
    embeddings.goals = {patchify(images, px)};
    embeddings.mask = mask.hidden;
    return embeddings;
}

} // namespace revisit

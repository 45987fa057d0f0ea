// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "experiments/objective.h"

namespace revisit {

/// Images [N, C, S, S] as the squares of `px` that tile them, row by row: [N, L, px px C], rows of pixels, channel
/// fastest; and back.
at::Tensor patchify(const at::Tensor& images, std::int64_t px);
at::Tensor unpatchify(const at::Tensor& patches, std::int64_t px, std::int64_t channels);

/// What is hidden from a network, the same many cells in each image.
struct Mask {
    at::Tensor visible; ///< [N, V] int64, numbers of cells, ascending
    at::Tensor hidden;  ///< [N, L] float32, 1 where hidden
};

/// The settings that masked objectives share.
struct Masking {
    double ratio = 0.75;
    std::int64_t unit = 1;
    bool normalise = true;
    void params(Params& p);
    /// Error when squares of so many numbers cannot be learnt from.
    void check(std::int64_t numbers) const;
    /// Shows floor(1 - ratio) of the units of a grid of side x side cells, by `key` alone; Error when there are not
    /// two.
    Mask draw(std::int64_t n, std::int64_t side, std::uint64_t key, c10::Device device) const;
    /// Mean over the hidden cells (`mask`) of the mean squared error of predicted patches z0 [N, L, P] against goal0,
    /// each of these standardised by its own mean and unbiased variance where so set (He et al. 2021).
    Loss loss(const Embeddings& embeddings, Group& group) const;
    /// What `predicted` patches say, as images: as they are, and with the statistics of the true patches.
    std::optional<Seen> seen(const at::Tensor& images, const Embeddings& embeddings, std::int64_t px) const;

private:
    at::Tensor wanted(const at::Tensor& patches) const;
};

/// The backbone as one that can look at a part of an image; Error, naming those that can, when it cannot.
CellNet& cellsOf(Networks& nets);

/// A network from some cells' features to pixels of all cells.
class Decoder : public torch::nn::Module, public Initialised {
public:
    /// Features [N, prefix + V, width] of the cells `visible` [N, V], on a grid -> [N, L, P].
    virtual at::Tensor forward(const at::Tensor& features, const at::Tensor& visible) = 0;
};

/// What masked objectives have in common: all but the decoder.
class MaskedObjective : public Objective {
public:
    std::vector<ViewKind> views(std::int64_t) const override { return {{}}; }
    /// Masks the only view, encodes what is visible and decodes all of it.
    Embeddings encode(const Batch& batch, Networks& nets) override;
    std::vector<std::string> inputs() const override { return {"z0", "goal0", "mask"}; }
    Loss formula(const Embeddings& embeddings, Group& group) override { return m_masking.loss(embeddings, group); }
    std::optional<Seen> see(const at::Tensor& images, const Embeddings& embeddings, Networks& nets) const override
    {
        return m_masking.seen(images, embeddings, cellsOf(nets).cellPx());
    }
    Rates rates() const override { return {.adamw = 1.5e-3}; }
    /// Each hidden square's mean instead of its pixels.
    std::optional<double> chance(std::int64_t, std::int64_t) const override
    {
        return m_masking.normalise ? std::optional(1.0) : std::nullopt;
    }
    std::optional<double> minimum(std::int64_t, std::int64_t) const override { return 0; }

protected:
    explicit MaskedObjective(Masking masking) : m_masking(std::move(masking)) {}
    Masking m_masking;
};

} // namespace revisit

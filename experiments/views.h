// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "experiments/chain.h"
#include "experiments/rendering.h"
#include <ATen/core/Tensor.h>
#include <memory>
#include <span>

namespace revisit {

class Pack;

/// Views of a pack's patches as tensors [N, C, S, S], float32, normalised by each band's mean and deviation, on one
/// device. Drawing is safe from many threads.
class Views {
public:
    /// The processor reads the pack where it is mapped; another device is given all of it if that fills at most half of
    /// its free memory, else each batch.
    Views(std::shared_ptr<const Pack> pack, std::int64_t outputPx, at::Device device);

    const ViewContext& context() const { return m_context; }
    /// The patches as they are, resampled to S.
    at::Tensor plain(std::span<const std::int64_t> indices) const;
    at::Tensor draw(const Chain& chain, std::span<const std::int64_t> indices, std::uint64_t seed, std::int64_t step,
                    int view, const ViewKind& kind = {}) const;
    /// What draw() does to a batch of n, whichever patches it holds.
    std::vector<ViewPlan> plans(const Chain& chain, std::int64_t n, std::uint64_t seed, std::int64_t step, int view,
                                const ViewKind& kind = {}) const;
    /// Views of the patches by such plans, `sidePx` wide, 0 for S.
    at::Tensor render(std::span<const ViewPlan> plans, std::span<const std::int64_t> indices,
                      std::int64_t sidePx = 0) const;
    /// One view before normalisation as 8-bit RGB, rows from the top, channel fastest, stretched as the pack's own
    /// pictures are.
    std::vector<std::uint8_t> picture(const ViewPlan& plan, std::int64_t index, std::int64_t sidePx = 0) const;

    /// Normalised images [N, C, S, S] in the same way, one after the other.
    std::vector<std::uint8_t> pictures(const at::Tensor& normalised) const;

private:
    std::shared_ptr<const Pack> m_pack;
    ViewContext m_context;
    at::Device m_device;
    BandMap m_normalise;
    std::vector<at::Tensor> m_resident; // each layer's records on the device, or none
    /// Of planes of physical values, as RGB at `rgb`.
    void shade(const float* planes, std::size_t pixels, std::uint8_t* rgb) const;
    Records records(std::span<const std::int64_t> indices) const;
    std::vector<LayerBatch> gathered(std::span<const std::int64_t> indices) const;
};

} // namespace revisit

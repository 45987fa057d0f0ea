// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/pack.h"
#include "experiments/viewplan.h"
#include <ATen/core/Tensor.h>
#include <span>

namespace revisit {

/// How one axis of a patch is sampled: output i looks at scale (i + 0.5) + offset, and sees pixels low .. high - 1
/// only.
struct Axis {
    double scale, offset;
    std::int64_t low, high;
};

/// A plan as executors take it: axes apart, and one map from stored samples to what is wanted. Resampling is
/// torchvision's antialiased bilinear (a triangle as wide as an output pixel, or as a source pixel if that is wider).
struct Rendering {
    /// `finish` is the last factor of the map: the normalisation, or the stretch of a picture.
    Rendering(const ViewPlan& plan, const ViewContext& context, const BandMap& finish);
    Axis x, y;
    bool turned; ///< rows of the view run along x of the patch
    double sigma;
    std::int64_t radius; ///< of the blur; 0 for none, below the view's size
    BandMap bands;
    std::vector<double> noise; ///< deviation in each band of the outcome
    std::vector<float> absent; ///< what a sample without data counts as: its band's mean
    std::uint64_t noiseKey;
};

/// Standard normal to within 0.1 in kurtosis, and the same on every device: the sum of the twelve bytes of three
/// hashes, less its mean of 1530, times this.
constexpr float noiseUnit = 1 / 255.99805f; // sqrt(12 (256^2 - 1) / 12)

/// The records of a batch where a pack maps them, [N][layers]; null where a patch has none in a layer.
using Records = std::vector<std::vector<const std::byte*>>;

/// [N, C, S, S] float32 at `out`: patch i's records (of `format`'s layout) through rendering i, on the processor, by
/// at::get_num_threads() threads. The outcome does not depend on their number.
void renderOnCpu(const PackFormat& format, const Records& records, std::span<const Rendering> renderings,
                 std::int64_t outputPx, float* out);

/// A batch of one layer where it lies: [N, C, H, W] of the layer's type (int16 stands for uint16 too), and which of the
/// N have a record, [N] bool, undefined where all have.
struct LayerBatch {
    at::Tensor samples, present;
};

/// The same as renderOnCpu() as tensor operations, of one batch for each layer of `format`.
at::Tensor renderAsTensors(const PackFormat& format, const std::vector<LayerBatch>& layers,
                           std::span<const Rendering> renderings, std::int64_t outputPx);

} // namespace revisit

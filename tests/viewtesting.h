// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/pack.h"
#include "experiments/rendering.h"
#include "experiments/views.h"
#include <QtTest/QtTest>
#include <torch/torch.h>

/// What the tests of augmentations and views share.
namespace viewtesting {

using namespace revisit;

/// A pack of one split whose record i holds patches[i], [C, H, W], in its sample type.
inline std::shared_ptr<Pack> packOf(const QTemporaryDir& folder, const at::Tensor& patches,
                                    const std::vector<std::string>& bands, double scale = 1)
{
    const auto type = patches.scalar_type();
    PackFormat format;
    format.name = "test";
    format.sizePx = patches.size(3);
    format.scale = scale;
    format.bands = bands;
    format.sample = type == at::kByte ? Sample::UInt8 : type == at::kFloat ? Sample::Float32 : Sample::UInt16;
    std::vector<Patch> places(static_cast<std::size_t>(patches.size(0)));
    for (std::size_t i = 0; i < places.size(); ++i) places[i].id = std::to_string(i);
    const auto read = [&](std::int64_t i, std::span<std::byte> record) {
        std::memcpy(record.data(), patches[i].contiguous().data_ptr(), record.size());
    };
    static int count = 0;
    const auto file = folder.filePath(QString::number(count++) + ".pack").toStdString();
    writePack(file, format, places, read, [](double, const std::string&) { return true; });
    return Pack::open(file);
}

/// Smooth patches with some noise, [n, C, px, px], 0 to 1, float32.
inline at::Tensor patches(std::int64_t n, std::int64_t bands, std::int64_t px)
{
    const auto k = torch::arange(n * bands * px * px, torch::kDouble);
    return ((k * 0.013).sin() * 0.3 + (k * 1.7).sin() * 0.1 + 0.5).view({n, bands, px, px}).to(torch::kFloat);
}

inline std::vector<std::int64_t> all(const Pack& pack) { return pack.indices(Split::Train); }

/// Views of physical values by both executors, which must agree to 1e-4 of the greatest value; returns the CPU's.
inline at::Tensor byBoth(const Pack& pack, std::span<const ViewPlan> plans, std::int64_t outputPx,
                         const BandMap& finish)
{
    const ViewContext context(pack, outputPx);
    std::vector<Rendering> renderings;
    std::vector<const std::byte*> records;
    const auto& format = pack.format();
    const auto n = static_cast<std::int64_t>(plans.size()), bands = context.bands, px = context.sourcePx;
    const auto stored = format.sample == Sample::UInt8    ? at::kByte
                        : format.sample == Sample::UInt16 ? at::kShort
                                                          : at::kFloat;
    auto batch = torch::empty({n, bands, px, px}, stored);
    for (std::int64_t i = 0; i < n; ++i) {
        renderings.emplace_back(plans[static_cast<std::size_t>(i)], context, finish);
        records.push_back(pack.record(i));
        std::memcpy(batch[i].data_ptr(), pack.record(i), format.recordBytes());
    }
    auto loop = torch::empty({n, bands, outputPx, outputPx});
    renderOnCpu(format, records, renderings, outputPx, loop.data_ptr<float>());
    const auto tensors = renderAsTensors(batch, renderings, outputPx);
    const auto difference = ((loop - tensors).abs().max() / loop.abs().max().clamp_min(1)).item<double>();
    const auto differ = "the executors differ by " + std::to_string(difference);
    QTest::qVerify(difference < 1e-4, "difference < 1e-4", differ.c_str(), __FILE__, __LINE__);
    return loop;
}

} // namespace viewtesting

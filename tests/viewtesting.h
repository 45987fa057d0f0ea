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
    const auto sample = type == at::kByte ? Sample::UInt8 : type == at::kFloat ? Sample::Float32 : Sample::UInt16;
    format.layers = {{"image", "", sample, {}}};
    for (const auto& name : bands) format.layers.front().bands.push_back({.name = name, .scale = scale});
    std::vector<Patch> places(static_cast<std::size_t>(patches.size(0)));
    for (std::size_t i = 0; i < places.size(); ++i) places[i].id = std::to_string(i);
    const auto read = [&](std::size_t, std::int64_t i, std::span<std::byte> record) {
        std::memcpy(record.data(), patches[i].contiguous().data_ptr(), record.size());
    };
    static int count = 0;
    const auto file = folder.filePath(QString::number(count++) + ".pack").toStdString();
    writePack(file, {format, places, {}, {}}, read, [](double, const std::string&) { return true; });
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
    Records records;
    const auto& format = pack.format();
    const auto n = static_cast<std::int64_t>(plans.size()), px = context.sourcePx;
    std::vector<LayerBatch> layers;
    for (std::size_t l = 0; l < format.layers.size(); ++l) {
        const auto& [name, sensor, sample, bands] = format.layers[l];
        const auto type = sample == Sample::UInt8 ? at::kByte : sample == Sample::Float32 ? at::kFloat : at::kShort;
        layers.push_back(
            {torch::zeros({n, static_cast<std::int64_t>(bands.size()), px, px}, type), torch::ones({n}, torch::kBool)});
    }
    for (std::int64_t i = 0; i < n; ++i) {
        renderings.emplace_back(plans[static_cast<std::size_t>(i)], context, finish);
        records.emplace_back();
        for (std::size_t l = 0; l < layers.size(); ++l) {
            const auto* const record = pack.record(i, l);
            records.back().push_back(record);
            layers[l].present[i] = record != nullptr;
            if (record) std::memcpy(layers[l].samples[i].data_ptr(), record, format.recordBytes(l));
        }
    }
    auto loop = torch::empty({n, context.bands, outputPx, outputPx});
    renderOnCpu(format, records, renderings, outputPx, loop.data_ptr<float>());
    const auto tensors = renderAsTensors(format, layers, renderings, outputPx);
    const auto difference = ((loop - tensors).abs().max() / loop.abs().max().clamp_min(1)).item<double>();
    const auto differ = "the executors differ by " + std::to_string(difference);
    QTest::qVerify(difference < 1e-4, "difference < 1e-4", differ.c_str(), __FILE__, __LINE__);
    return loop;
}

} // namespace viewtesting

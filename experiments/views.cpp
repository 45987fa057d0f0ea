// SPDX-License-Identifier: Apache-2.0
#include "experiments/views.h"
#include "datasets/pack.h"
#include <ATen/DeviceAccelerator.h>
#include <cstring>
#include <torch/torch.h>

namespace revisit {
namespace {

BandMap normalisation(const ViewContext& context)
{
    std::vector<double> gain, offset;
    for (std::size_t c = 0; c < context.mean.size(); ++c) {
        gain.push_back(1 / context.deviation[c]);
        offset.push_back(-context.mean[c] / context.deviation[c]);
    }
    return {gain, offset};
}

at::ScalarType typeOf(Sample sample) // uint16 as int16: few operations know uint16
{
    return sample == Sample::UInt8 ? at::kByte : sample == Sample::Float32 ? at::kFloat : at::kShort;
}

/// Records where they lie, copied into one tensor [n, C, H, W].
at::Tensor copied(const PackFormat& format, std::size_t layer, const std::vector<const std::byte*>& records)
{
    const auto& kind = format.layers[layer];
    const auto bytes = format.recordBytes(layer);
    auto batch = torch::zeros({static_cast<std::int64_t>(records.size()), static_cast<std::int64_t>(kind.bands.size()),
                               format.sizePx, format.sizePx},
                              typeOf(kind.sample));
    auto* to = static_cast<std::byte*>(batch.data_ptr());
    for (const auto* record : records) {
        if (record) std::memcpy(to, record, bytes);
        to += bytes;
    }
    return batch;
}

} // namespace

Views::Views(std::shared_ptr<const Pack> pack, std::int64_t outputPx, at::Device device)
    : m_pack(std::move(pack)),
      m_context(*m_pack, outputPx),
      m_device(device),
      m_normalise(normalisation(m_context))
{
    if (device.is_cpu()) return;
    const auto& format = m_pack->format();
    std::size_t bytes = 0;
    for (std::size_t l = 0; l < format.layers.size(); ++l)
        bytes += format.recordBytes(l) * static_cast<std::size_t>(m_pack->records(l));
    const auto free =
        at::getDeviceAllocator(device.type())->getMemoryInfo(device.has_index() ? device.index() : 0).first;
    if (bytes > free / 2) return;
    constexpr std::int64_t most = 4096; // records that pass through the host's memory at a time
    for (std::size_t l = 0; l < format.layers.size(); ++l) {
        std::vector<at::Tensor> parts;
        for (std::int64_t first = 0; first < m_pack->records(l); first += most) {
            std::vector<const std::byte*> some;
            for (auto i = first; i < std::min(first + most, m_pack->records(l)); ++i)
                some.push_back(m_pack->stored(l, i));
            parts.push_back(copied(format, l, some).to(m_device));
        }
        m_resident.push_back(torch::cat(parts));
    }
}

at::Tensor Views::plain(std::span<const std::int64_t> indices) const
{
    return render(std::vector<ViewPlan>(indices.size(), m_context.plain()), indices);
}

at::Tensor Views::draw(const Chain& chain, std::span<const std::int64_t> indices, std::uint64_t seed, std::int64_t step,
                       int view, const ViewKind& kind) const
{
    return render(plans(chain, static_cast<std::int64_t>(indices.size()), seed, step, view, kind), indices,
                  kind.sidePx);
}

std::vector<ViewPlan> Views::plans(const Chain& chain, std::int64_t n, std::uint64_t seed, std::int64_t step, int view,
                                   const ViewKind& kind) const
{
    const auto context = m_context.as(kind);
    std::vector<ViewPlan> all;
    all.reserve(static_cast<std::size_t>(n));
    for (std::int64_t i = 0; i < n; ++i) all.push_back(chain.plan(context, seed, step, view, i));
    return all;
}

at::Tensor Views::render(std::span<const ViewPlan> plans, std::span<const std::int64_t> indices,
                         std::int64_t sidePx) const
{
    const auto context = m_context.as({.sidePx = sidePx});
    std::vector<Rendering> renderings;
    renderings.reserve(plans.size());
    for (const auto& plan : plans) renderings.emplace_back(plan, context, m_normalise);
    if (!m_device.is_cpu()) return renderAsTensors(m_pack->format(), gathered(indices), renderings, context.outputPx);
    const auto s = context.outputPx;
    auto out = torch::empty({static_cast<std::int64_t>(indices.size()), m_context.bands, s, s}, torch::kFloat);
    renderOnCpu(m_pack->format(), records(indices), renderings, s, out.data_ptr<float>());
    return out;
}

std::vector<std::uint8_t> Views::picture(const ViewPlan& plan, std::int64_t index, std::int64_t sidePx) const
{
    const auto context = m_context.as({.sidePx = sidePx});
    const Rendering rendering(plan, context, BandMap(m_context.bands));
    const auto pixels = static_cast<std::size_t>(context.outputPx * context.outputPx);
    std::vector<float> view(pixels * static_cast<std::size_t>(m_context.bands));
    renderOnCpu(m_pack->format(), records({&index, 1}), {&rendering, 1}, context.outputPx, view.data());
    std::vector<std::uint8_t> rgb(pixels * 3);
    shade(view.data(), pixels, rgb.data());
    return rgb;
}

std::vector<std::uint8_t> Views::pictures(const at::Tensor& normalised) const
{
    const auto scale = [&](const std::vector<double>& values) {
        return torch::tensor(values, torch::kFloat).view({-1, 1, 1});
    };
    const auto physical =
        (normalised.detach().to(at::kCPU, at::kFloat) * scale(m_context.deviation) + scale(m_context.mean))
            .contiguous();
    const auto pixels = static_cast<std::size_t>(physical.size(2) * physical.size(3));
    const auto n = static_cast<std::size_t>(physical.size(0)), bands = static_cast<std::size_t>(physical.size(1));
    std::vector<std::uint8_t> rgb(n * pixels * 3);
    for (std::size_t i = 0; i < n; ++i)
        shade(physical.const_data_ptr<float>() + i * bands * pixels, pixels, rgb.data() + i * pixels * 3);
    return rgb;
}

void Views::shade(const float* planes, std::size_t pixels, std::uint8_t* rgb) const
{
    const auto shades = m_pack->shades();
    for (std::size_t c = 0; c < 3; ++c) {
        const auto& [channel, black, white] = shades[c];
        const float* const plane = planes + channel * pixels;
        for (std::size_t p = 0; p < pixels; ++p) {
            const double shade = (plane[p] - black) / (white - black) * 255;
            rgb[p * 3 + c] = static_cast<std::uint8_t>(std::clamp(shade, 0.0, 255.0) + 0.5);
        }
    }
}

Records Views::records(std::span<const std::int64_t> indices) const
{
    const auto layers = m_pack->format().layers.size();
    Records all(indices.size());
    for (std::size_t k = 0; k < indices.size(); ++k)
        for (std::size_t l = 0; l < layers; ++l) all[k].push_back(m_pack->record(indices[k], l));
    return all;
}

std::vector<LayerBatch> Views::gathered(std::span<const std::int64_t> indices) const
{
    const auto& format = m_pack->format();
    const auto n = static_cast<std::int64_t>(indices.size());
    std::vector<LayerBatch> all;
    for (std::size_t l = 0; l < format.layers.size(); ++l) {
        auto numbers = torch::empty({n}, torch::kLong), present = torch::ones({n}, torch::kBool);
        std::vector<const std::byte*> records;
        for (std::int64_t k = 0; k < n; ++k) {
            const auto i = indices[static_cast<std::size_t>(k)];
            records.push_back(m_pack->record(i, l));
            present.data_ptr<bool>()[k] = records.back() != nullptr;
            numbers.data_ptr<std::int64_t>()[k] = records.back() ? m_pack->recordNumber(i, l) : 0;
        }
        LayerBatch batch;
        batch.samples = m_resident.empty() ? copied(format, l, records).to(m_device)
                                           : m_resident[l].index_select(0, numbers.to(m_device));
        if (!present.all().item<bool>()) batch.present = present.to(m_device);
        all.push_back(std::move(batch));
    }
    return all;
}

} // namespace revisit

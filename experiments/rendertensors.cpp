// SPDX-License-Identifier: Apache-2.0
#include "experiments/rendering.h"
#include <algorithm>
#include <torch/torch.h>

namespace revisit {
namespace {

/// [N] float64, one number of each rendering.
template <class Get> at::Tensor column(std::span<const Rendering> renderings, const Get& get, at::Device device)
{
    auto values = torch::empty({static_cast<std::int64_t>(renderings.size())}, torch::kDouble);
    for (std::size_t i = 0; i < renderings.size(); ++i)
        values.data_ptr<double>()[i] = static_cast<double>(get(renderings[i]));
    return values.to(device);
}

/// What each output sees of each pixel, [N, S, pixels] float64, as rendercpu.cpp's Taps but dense.
at::Tensor resampling(std::span<const Rendering> renderings, Axis Rendering::*axis, std::int64_t s, std::int64_t pixels,
                      at::Device device)
{
    const auto of = [&](auto Axis::*member) {
        return column(
                   renderings, [&](const Rendering& r) { return r.*axis.*member; }, device)
            .view({-1, 1, 1});
    };
    const auto places = torch::TensorOptions(torch::kDouble).device(device);
    const auto scale = of(&Axis::scale);                                                              // [N, 1, 1]
    const auto centre = scale * (torch::arange(s, places).view({1, s, 1}) + 0.5) + of(&Axis::offset); // [N, S, 1]
    const auto pixel = torch::arange(pixels, places) + 0.5;                                           // [pixels]
    const auto seen = (pixel > of(&Axis::low)) & (pixel < of(&Axis::high));                           // [N, 1, pixels]
    const auto weight = (1 - (pixel - centre).abs() / scale.abs().clamp_min(1)).clamp_min(0) * seen;
    return weight / weight.sum(2, true);
}

/// A Gaussian with mirrored edges over the outputs, [N, S, S] float64; the identity where there is no blur.
at::Tensor blurring(std::span<const Rendering> renderings, std::int64_t s, at::Device device)
{
    const auto of = [&](const auto& get) { return column(renderings, get, device).view({-1, 1, 1}); };
    const auto radius = of([](const Rendering& r) { return r.radius; });
    const auto sigma = of([](const Rendering& r) { return r.radius > 0 ? r.sigma : 1; });
    const auto kernel = [&](const at::Tensor& distance) {
        return (distance / sigma).square().mul(-0.5).exp() * (distance.abs() <= radius);
    };
    const auto to = torch::arange(s, torch::TensorOptions(torch::kDouble).device(device)).view({1, s, 1});
    const auto from = to.view({1, 1, s});
    const auto weight =
        kernel(to - from) + kernel(to + from) * (from > 0) + kernel(2 * (s - 1) - to - from) * (from < s - 1);
    return weight / weight.sum(2, true);
}

/// [N, C, C] or [N, C, 1] of the band maps, float32.
template <class Get>
at::Tensor bandTerms(std::span<const Rendering> renderings, std::int64_t columns, const Get& get, at::Device device)
{
    const auto n = static_cast<std::int64_t>(renderings.size()), bands = renderings.front().bands.size();
    auto values = torch::empty({n, bands, columns}, torch::kFloat);
    auto* at = values.data_ptr<float>();
    for (const auto& r : renderings)
        for (std::int64_t to = 0; to < bands; ++to)
            for (std::int64_t from = 0; from < columns; ++from) *at++ = static_cast<float>(get(r, to, from));
    return values.to(device);
}

/// rendercpu.cpp's hash, in the low 32 bits of int64.
at::Tensor hashed(const at::Tensor& v)
{
    constexpr std::int64_t low = 0xffffffff;
    const auto shifted = [](const at::Tensor& t, std::int64_t bits) { return t ^ t.bitwise_right_shift(bits); };
    return shifted(shifted(shifted(v, 16) * 0x7feb352d & low, 15) * 0x846ca68b & low, 16);
}

at::Tensor bytesSummed(const at::Tensor& v)
{
    const auto byte = [&](std::int64_t bits) { return v.bitwise_right_shift(bits) & 255; };
    return byte(0) + byte(8) + byte(16) + byte(24);
}

/// Noise of unit deviation, [N, C, S, S].
at::Tensor noise(std::span<const Rendering> renderings, at::IntArrayRef shape, at::Device device)
{
    auto keys = torch::empty({2, shape[0], 1}, torch::kLong);
    for (std::int64_t i = 0; i < shape[0]; ++i) {
        const auto key = renderings[static_cast<std::size_t>(i)].noiseKey;
        keys[0][i][0] = static_cast<std::int64_t>(key & 0xffffffff);
        keys[1][i][0] = static_cast<std::int64_t>(key >> 32);
    }
    keys = keys.to(device);
    const auto counter = torch::arange(shape[1] * shape[2] * shape[3], keys.options());
    const auto v = hashed(counter ^ keys[0]) ^ keys[1]; // [N, C S S]
    auto sum = bytesSummed(hashed(v));
    for (const std::int64_t step : {0x9e3779b9LL, 0x3c6ef372LL}) sum += bytesSummed(hashed((v + step) & 0xffffffff));
    return ((sum - 1530) * noiseUnit).to(torch::kFloat).view(shape);
}

/// A layer's samples as numbers, with what has no data as `absent` [C] says.
at::Tensor floats(const Layer& layer, const LayerBatch& batch, const at::Tensor& absent)
{
    auto values = batch.samples.to(torch::kFloat);
    if (layer.sample == Sample::UInt16) values = torch::where(values < 0, values + 65536, values);
    const auto mean = absent.view({1, -1, 1, 1});
    auto counts = layer.sample == Sample::Float32 ? values.isfinite() : at::Tensor();
    const auto hasNodata = [](const Band& band) { return band.nodata.has_value(); };
    if (layer.sample != Sample::Float32 && std::ranges::any_of(layer.bands, hasNodata)) {
        std::vector<float> nodata;
        for (const auto& band : layer.bands) nodata.push_back(static_cast<float>(band.nodata.value_or(NAN)));
        counts = values != torch::tensor(nodata).to(values.device()).view({1, -1, 1, 1});
    }
    if (counts.defined()) values = torch::where(counts, values, mean);
    return batch.present.defined() ? torch::where(batch.present.view({-1, 1, 1, 1}), values, mean) : values;
}

/// Of all layers, [N, C, H, W].
at::Tensor floats(const PackFormat& format, const std::vector<LayerBatch>& layers, const std::vector<float>& absent)
{
    const auto mean = torch::tensor(absent).to(layers.front().samples.device());
    std::vector<at::Tensor> all;
    std::int64_t first = 0;
    for (std::size_t l = 0; l < layers.size(); ++l) {
        const auto bands = layers[l].samples.size(1);
        all.push_back(floats(format.layers[l], layers[l], mean.narrow(0, first, bands)));
        first += bands;
    }
    return all.size() == 1 ? all.front() : torch::cat(all, 1);
}

} // namespace

at::Tensor renderAsTensors(const PackFormat& format, const std::vector<LayerBatch>& layers,
                           std::span<const Rendering> renderings, std::int64_t s)
{
    const torch::NoGradGuard none;
    const auto samples = floats(format, layers, renderings.front().absent);
    const auto device = samples.device();
    const auto n = samples.size(0), bands = samples.size(1), height = samples.size(2), width = samples.size(3);
    auto x = resampling(renderings, &Rendering::x, s, width, device); // [N, S, W]
    auto y = resampling(renderings, &Rendering::y, s, height, device);
    const auto any = [&](const auto& test) { return std::any_of(renderings.begin(), renderings.end(), test); };
    const auto rows = samples.transpose(1, 2).reshape({n, height, bands * width});

    auto offset = bandTerms(
        renderings, 1, [](const Rendering& r, auto to, auto) { return r.bands.offset(to); }, device);
    if (any([](const Rendering& r) { return r.bands.usesMean(); })) {
        const auto acrossY = y.mean(1, true).to(torch::kFloat).bmm(rows).view({n, bands, width}); // [N, C, W]
        const auto means = acrossY.bmm(x.mean(1).to(torch::kFloat).unsqueeze(2));                 // [N, C, 1]
        const auto weight = bandTerms(
            renderings, bands, [](const Rendering& r, auto to, auto from) { return r.bands.mean(to, from); }, device);
        offset = offset.baddbmm(weight, means);
    }
    if (any([](const Rendering& r) { return r.radius > 0; })) {
        const auto blur = blurring(renderings, s, device);
        x = blur.bmm(x);
        y = blur.bmm(y);
    }
    auto view = y.to(torch::kFloat).bmm(rows).view({n, s * bands, width});                       // [N, S C, W]
    view = view.bmm(x.to(torch::kFloat).transpose(1, 2)).view({n, s, bands, s}).transpose(1, 2); // [N, C, S, S]
    const auto turned = column(
                            renderings, [](const Rendering& r) { return r.turned; }, device)
                            .view({n, 1, 1, 1}) > 0;
    view = torch::where(turned, view.transpose(2, 3), view).reshape({n, bands, s * s});
    const auto factor = bandTerms(
        renderings, bands, [](const Rendering& r, auto to, auto from) { return r.bands.pixel(to, from); }, device);
    view = offset.baddbmm(factor, view).view({n, bands, s, s});
    const auto loudest = [](const Rendering& r) { return *std::max_element(r.noise.begin(), r.noise.end()); };
    if (any([&](const Rendering& r) { return loudest(r) > 0; })) {
        const auto strength = bandTerms(
            renderings, 1, [](const Rendering& r, auto to, auto) { return r.noise[static_cast<std::size_t>(to)]; },
            device);
        view += noise(renderings, view.sizes(), device) * strength.unsqueeze(3);
    }
    return view;
}

} // namespace revisit

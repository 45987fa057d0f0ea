// SPDX-License-Identifier: Apache-2.0
#include "experiments/clones.h"
#include "experiments/parallel.h"
#include "experiments/rendering.h"
#include <cmath>
#include <cstring>

namespace revisit {
namespace {

constexpr std::int64_t block = 16; // floats that the inner loops keep in registers; rows are padded to it

std::int64_t padded(std::int64_t n) { return (n + block - 1) / block * block; }

/// The samples that each output sees, as a banded matrix [outputs, pixels from axis.low].
struct Taps {
    std::int64_t outputs, pixels;
    std::vector<float> weights;
    std::vector<std::int64_t> first, count; ///< of each row
    std::vector<float> mean;                ///< what each pixel gives to the mean over the outputs, before the blur
    Taps(const Axis& axis, std::int64_t outputs, double sigma, std::int64_t radius);

private:
    void blur(double sigma, std::int64_t radius);
};

Taps::Taps(const Axis& axis, std::int64_t s, double sigma, std::int64_t radius)
    : outputs(s),
      pixels(axis.high - axis.low),
      weights(static_cast<std::size_t>(outputs * pixels)),
      first(static_cast<std::size_t>(outputs)),
      count(first.size()),
      mean(static_cast<std::size_t>(pixels))
{
    const double support = std::max(1.0, std::abs(axis.scale));
    for (std::int64_t i = 0; i < outputs; ++i) {
        const double centre = axis.scale * (static_cast<double>(i) + 0.5) + axis.offset - static_cast<double>(axis.low);
        const auto weight = [&](std::int64_t j) {
            return std::max(0.0, 1 - std::abs(static_cast<double>(j) + 0.5 - centre) / support);
        };
        auto begin = std::clamp<std::int64_t>(static_cast<std::int64_t>(centre - support), 0, pixels - 1);
        auto end = std::clamp<std::int64_t>(static_cast<std::int64_t>(centre + support) + 1, begin + 1, pixels);
        while (end - begin > 1 && weight(begin) == 0) ++begin;
        while (end - begin > 1 && weight(end - 1) == 0) --end;
        double total = 0;
        for (auto j = begin; j < end; ++j) total += weight(j);
        for (auto j = begin; j < end; ++j) {
            const auto share = static_cast<float>(weight(j) / total);
            weights[static_cast<std::size_t>(i * pixels + j)] = share;
            mean[static_cast<std::size_t>(j)] += share / static_cast<float>(outputs);
        }
        first[static_cast<std::size_t>(i)] = begin;
        count[static_cast<std::size_t>(i)] = end - begin;
    }
    if (radius > 0) blur(sigma, radius);
}

/// A Gaussian over the outputs is a banded matrix too, and goes into this one.
void Taps::blur(double sigma, std::int64_t radius)
{
    std::vector<float> kernel(static_cast<std::size_t>(2 * radius + 1));
    double total = 0;
    const auto gauss = [&](std::int64_t t) { return std::exp(-0.5 * std::pow(static_cast<double>(t) / sigma, 2)); };
    for (auto t = -radius; t <= radius; ++t) total += gauss(t);
    for (auto t = -radius; t <= radius; ++t)
        kernel[static_cast<std::size_t>(t + radius)] = static_cast<float>(gauss(t) / total);
    const Taps sharp = *this;
    std::fill(weights.begin(), weights.end(), 0.f);
    for (std::int64_t i = 0; i < outputs; ++i) {
        float* const row = weights.data() + i * pixels;
        auto begin = pixels, end = std::int64_t{0};
        for (auto t = -radius; t <= radius; ++t) {
            const auto beyond = std::abs(i + t), from = beyond < outputs ? beyond : 2 * (outputs - 1) - beyond;
            const auto low = sharp.first[static_cast<std::size_t>(from)];
            const auto high = low + sharp.count[static_cast<std::size_t>(from)];
            const float share = kernel[static_cast<std::size_t>(t + radius)];
            for (auto j = low; j < high; ++j)
                row[j] += share * sharp.weights[static_cast<std::size_t>(from * pixels + j)];
            begin = std::min(begin, low);
            end = std::max(end, high);
        }
        first[static_cast<std::size_t>(i)] = begin;
        count[static_cast<std::size_t>(i)] = end - begin;
    }
}

/// A band of a record: its samples, null where there is no record, and what they mean.
struct Plane {
    const std::byte* samples;
    Sample type;
    float nodata, absent; ///< nodata: NaN where every sample counts
};

template <class T>
[[gnu::always_inline]] inline void convertRows(const Plane& plane, std::int64_t sourcePx, const Axis& x, const Axis& y,
                                               float* to, std::int64_t stride)
{
    for (auto row = y.low; row < y.high; ++row, to += stride) {
        const auto* const from = reinterpret_cast<const T*>(plane.samples) + row * sourcePx;
        for (auto j = x.low; j < x.high; ++j) {
            const auto sample = static_cast<float>(from[j]);
            const bool counts = std::is_floating_point_v<T> ? std::isfinite(sample) : sample != plane.nodata;
            to[j - x.low] = counts ? sample : plane.absent;
        }
    }
}

/// The part of a band that is seen, as float, [y.high - y.low, stride].
REVISIT_CLONES void convert(const Plane& plane, std::int64_t sourcePx, const Axis& x, const Axis& y, float* to,
                            std::int64_t stride)
{
    if (!plane.samples)
        std::fill(to, to + (y.high - y.low) * stride, plane.absent);
    else if (plane.type == Sample::UInt8)
        convertRows<std::uint8_t>(plane, sourcePx, x, y, to, stride);
    else if (plane.type == Sample::UInt16)
        convertRows<std::uint16_t>(plane, sourcePx, x, y, to, stride);
    else if (plane.type == Sample::Int16)
        convertRows<std::int16_t>(plane, sourcePx, x, y, to, stride);
    else
        convertRows<float>(plane, sourcePx, x, y, to, stride);
}

/// to [outputs, columns] = taps [outputs, pixels] x from [pixels, stride], where stride is `columns` padded. Rows of
/// `to` lie `pitch` apart; up to block - 1 floats beyond the last one are overwritten.
REVISIT_CLONES void combine(const Taps& taps, const float* from, std::int64_t stride, float* to, std::int64_t pitch)
{
    for (std::int64_t i = 0; i < taps.outputs; ++i, to += pitch) {
        const auto first = taps.first[static_cast<std::size_t>(i)], count = taps.count[static_cast<std::size_t>(i)];
        const float* const weight = taps.weights.data() + i * taps.pixels + first;
        const float* const rows = from + first * stride;
        for (std::int64_t x = 0; x < stride; x += block) {
            float sum[block] = {};
            for (std::int64_t k = 0; k < count; ++k)
                for (std::int64_t l = 0; l < block; ++l) sum[l] += weight[k] * rows[k * stride + x + l];
            for (std::int64_t l = 0; l < block; ++l) to[x + l] = sum[l];
        }
    }
}

using Quad __attribute__((vector_size(16))) = float;

/// to [columns, toStride] = from [rows, fromStride], transposed, by tiles of 4 x 4: both have room for whole tiles.
void transpose(const float* from, std::int64_t rows, std::int64_t columns, std::int64_t fromStride, float* to,
               std::int64_t toStride)
{
    for (std::int64_t y = 0; y < rows; y += 4)
        for (std::int64_t x = 0; x < columns; x += 4) {
            Quad row[4];
            for (std::int64_t i = 0; i < 4; ++i) std::memcpy(&row[i], from + (y + i) * fromStride + x, sizeof(Quad));
            const Quad a = __builtin_shufflevector(row[0], row[1], 0, 4, 1, 5);
            const Quad b = __builtin_shufflevector(row[2], row[3], 0, 4, 1, 5);
            const Quad c = __builtin_shufflevector(row[0], row[1], 2, 6, 3, 7);
            const Quad d = __builtin_shufflevector(row[2], row[3], 2, 6, 3, 7);
            const Quad turned[] = {__builtin_shufflevector(a, b, 0, 1, 4, 5), __builtin_shufflevector(a, b, 2, 3, 6, 7),
                                   __builtin_shufflevector(c, d, 0, 1, 4, 5),
                                   __builtin_shufflevector(c, d, 2, 3, 6, 7)};
            for (std::int64_t i = 0; i < 4; ++i) std::memcpy(to + (x + i) * toStride + y, &turned[i], sizeof(Quad));
        }
}

REVISIT_CLONES float weightedMean(const Taps& y, const Taps& x, const float* from, std::int64_t stride)
{
    float sum = 0;
    for (std::int64_t j = 0; j < y.pixels; ++j) {
        float row[block] = {};
        auto i = std::int64_t{0};
        for (; i + block <= x.pixels; i += block)
            for (std::int64_t l = 0; l < block; ++l)
                row[l] += x.mean[static_cast<std::size_t>(i + l)] * from[j * stride + i + l];
        for (; i < x.pixels; ++i) row[i % block] += x.mean[static_cast<std::size_t>(i)] * from[j * stride + i];
        float whole = 0;
        for (const float part : row) whole += part;
        sum += y.mean[static_cast<std::size_t>(j)] * whole;
    }
    return sum;
}

struct Term {
    float factor;
    const float* plane;
};

REVISIT_CLONES void mix(const std::vector<Term>& terms, float offset, std::int64_t n, float* to)
{
    constexpr std::int64_t wide = 2 * block;
    auto p = std::int64_t{0};
    for (; p + wide <= n; p += wide) {
        float sum[wide];
        for (auto& value : sum) value = offset;
        for (const auto& term : terms)
            for (std::int64_t l = 0; l < wide; ++l) sum[l] += term.factor * term.plane[p + l];
        for (std::int64_t l = 0; l < wide; ++l) to[p + l] = sum[l];
    }
    for (; p < n; ++p) {
        to[p] = offset;
        for (const auto& term : terms) to[p] += term.factor * term.plane[p];
    }
}

/// Chris Wellons' lowbias32, a bijection of 32 bits.
inline std::uint32_t hashed(std::uint32_t v)
{
    v = (v ^ (v >> 16)) * 0x7feb352du;
    v = (v ^ (v >> 15)) * 0x846ca68bu;
    return v ^ (v >> 16);
}

inline std::int32_t bytesSummed(std::uint32_t v)
{
    return static_cast<std::int32_t>((v & 255) + (v >> 8 & 255) + (v >> 16 & 255) + (v >> 24));
}

/// `counter` is the first element's place in the view.
REVISIT_CLONES void addNoise(std::uint64_t key, std::uint32_t counter, float strength, std::int64_t n, float* to)
{
    const auto low = static_cast<std::uint32_t>(key), high = static_cast<std::uint32_t>(key >> 32);
    for (std::int64_t p = 0; p < n; ++p) {
        const auto v = hashed((counter + static_cast<std::uint32_t>(p)) ^ low) ^ high;
        const auto sum =
            bytesSummed(hashed(v)) + bytesSummed(hashed(v + 0x9e3779b9u)) + bytesSummed(hashed(v + 0x3c6ef372u));
        to[p] += strength * static_cast<float>(sum - 1530);
    }
}

/// What one thread works in.
class Worker {
public:
    Worker(const PackFormat& format, std::int64_t s)
        : m_format(format),
          m_s(s),
          m_channels(format.channels()),
          m_bands(static_cast<std::int64_t>(m_channels.size())),
          m_planes(static_cast<std::size_t>(m_bands * s * s + block))
    {
        const auto source = padded(format.sizePx), most = std::max(source, padded(s));
        for (auto& buffer : m_buffers) buffer.resize(static_cast<std::size_t>(source * most + block));
    }
    void render(const std::vector<const std::byte*>& records, const Rendering& r, float* out);

private:
    const PackFormat& m_format;
    std::int64_t m_s;
    std::vector<Channel> m_channels;
    std::int64_t m_bands;
    std::vector<float> m_buffers[3], m_planes;
};

void Worker::render(const std::vector<const std::byte*>& records, const Rendering& r, float* out)
{
    const Taps x(r.x, m_s, r.sigma, r.radius), y(r.y, m_s, r.sigma, r.radius);
    const auto width = padded(x.pixels), height = padded(y.pixels), across = padded(m_s), pixels = m_s * m_s;
    const bool usesMean = r.bands.usesMean();
    float* const crop = m_buffers[0].data();
    float* const first = m_buffers[1].data();
    float* const second = m_buffers[2].data();
    std::vector<float> means(static_cast<std::size_t>(m_bands));
    for (std::int64_t c = 0; c < m_bands; ++c) {
        const auto band = static_cast<std::size_t>(c);
        float* const plane = m_planes.data() + c * pixels;
        const auto& [layer, number] = m_channels[band];
        const auto* const record = records[layer];
        const auto nodata = m_format.band(m_channels[band]).nodata;
        convert({record ? record + number * m_format.planeBytes(layer) : nullptr, m_format.layers[layer].sample,
                 static_cast<float>(nodata.value_or(NAN)), r.absent[band]},
                m_format.sizePx, r.x, r.y, crop, width);
        if (usesMean) means[band] = weightedMean(y, x, crop, width);
        if (r.turned) {
            combine(y, crop, width, first, width);                  // [S of y, x]
            transpose(first, m_s, x.pixels, width, second, across); // [x, S of y]
            combine(x, second, across, plane, m_s);                 // [S of x, S of y]
        } else {
            transpose(crop, y.pixels, x.pixels, width, first, height); // [x, y]
            combine(x, first, height, second, height);                 // [S of x, y]
            transpose(second, m_s, y.pixels, height, first, across);   // [y, S of x]
            combine(y, first, across, plane, m_s);                     // [S of y, S of x]
        }
    }
    std::vector<Term> terms;
    for (std::int64_t to = 0; to < m_bands; ++to) {
        terms.clear();
        double offset = r.bands.offset(to);
        for (std::int64_t from = 0; from < m_bands; ++from) {
            offset += r.bands.mean(to, from) * means[static_cast<std::size_t>(from)];
            if (const double factor = r.bands.pixel(to, from); factor != 0)
                terms.push_back({static_cast<float>(factor), m_planes.data() + from * pixels});
        }
        mix(terms, static_cast<float>(offset), pixels, out + to * pixels);
        if (const double noise = r.noise[static_cast<std::size_t>(to)]; noise > 0)
            addNoise(r.noiseKey, static_cast<std::uint32_t>(to * pixels), static_cast<float>(noise) * noiseUnit, pixels,
                     out + to * pixels);
    }
}

} // namespace

void renderOnCpu(const PackFormat& format, const Records& records, std::span<const Rendering> renderings,
                 std::int64_t outputPx, float* out)
{
    const auto values = static_cast<std::int64_t>(format.bands()) * outputPx * outputPx;
    parallelFor(static_cast<std::int64_t>(records.size()), 8, [&](std::int64_t first, std::int64_t last) {
        Worker worker(format, outputPx);
        for (auto i = first; i < last; ++i)
            worker.render(records[static_cast<std::size_t>(i)], renderings[static_cast<std::size_t>(i)],
                          out + i * values);
    });
}

} // namespace revisit

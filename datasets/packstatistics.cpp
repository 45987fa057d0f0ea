// SPDX-License-Identifier: Apache-2.0
#include "datasets/packstatistics.h"
#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>

namespace revisit {
namespace {

// A key of 32 bits that sorts as the samples do. Its upper half picks a bin, its lower half a place within: two
// histograms of 65,536 counts find any percentile exactly.
template <class T> std::uint32_t keyOf(T sample)
{
    return static_cast<std::uint32_t>(static_cast<std::int32_t>(sample) - std::numeric_limits<T>::min()) << 16;
}
template <> std::uint32_t keyOf(float sample)
{
    const auto bits = std::bit_cast<std::uint32_t>(sample);
    return bits >> 31 ? ~bits : bits | 0x80000000u;
}
template <class T> double sampleOf(std::uint32_t key)
{
    return static_cast<std::int32_t>(key >> 16) + std::numeric_limits<T>::min();
}
template <> double sampleOf<float>(std::uint32_t key)
{
    return std::bit_cast<float>(key >> 31 ? key & 0x7fffffffu : ~key);
}

using Histogram = std::vector<std::uint64_t>;

// Where the sample of this rank (from 1) lies; `rank` becomes its rank within that bin.
std::uint32_t binOf(const Histogram& counts, std::uint64_t& rank)
{
    std::uint32_t bin = 0;
    while (rank > counts[bin]) rank -= counts[bin++];
    return bin;
}

template <class T>
BandStatistics measured(const PackFormat& format, const Channel& channel, const std::vector<std::uint32_t>& records,
                        const std::function<const std::byte*(std::uint32_t)>& record)
{
    const auto& band = format.band(channel);
    const auto bytes = format.planeBytes(channel.layer);
    std::vector<T> samples(bytes / sizeof(T));
    const auto each = [&](const auto& take) {
        for (const auto number : records) {
            std::memcpy(samples.data(), record(number) + channel.band * bytes, bytes);
            for (const T sample : samples)
                if (std::isfinite(static_cast<double>(sample)) && band.nodata != static_cast<double>(sample))
                    take(sample);
        }
    };

    Histogram upper(1 << 16);
    std::uint64_t count = 0;
    double sum = 0;
    auto least = std::numeric_limits<T>::max(), most = std::numeric_limits<T>::lowest();
    each([&](T sample) {
        ++upper[keyOf(sample) >> 16];
        least = std::min(least, sample), most = std::max(most, sample);
        ++count;
        sum += static_cast<double>(sample);
    });
    if (count == 0) return {};
    const double mean = sum / static_cast<double>(count);

    std::array<std::uint64_t, 2> ranks{};
    std::array<std::uint32_t, 2> bins{};
    const std::array<double, 2> shares = {0.02, 0.98};
    for (std::size_t k = 0; k < 2; ++k) {
        ranks[k] =
            std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(shares[k] * static_cast<double>(count))));
        bins[k] = binOf(upper, ranks[k]);
    }
    std::array<Histogram, 2> lower = {Histogram(1 << 16), Histogram(1 << 16)};
    double squares = 0;
    each([&](T sample) {
        const double difference = static_cast<double>(sample) - mean;
        squares += difference * difference;
        const auto key = keyOf(sample);
        for (std::size_t k = 0; k < 2; ++k)
            if (key >> 16 == bins[k]) ++lower[k][key & 0xffff];
    });
    const auto physical = [&](double sample) { return sample * band.scale + band.offset; };
    const auto percentile = [&](std::size_t k) {
        return physical(sampleOf<T>(bins[k] << 16 | binOf(lower[k], ranks[k])));
    };
    return {physical(mean),
            std::sqrt(squares / static_cast<double>(count)) * band.scale,
            percentile(0),
            percentile(1),
            physical(static_cast<double>(least)),
            physical(static_cast<double>(most))};
}

} // namespace

BandStatistics bandStatistics(const PackFormat& format, const Channel& channel,
                              const std::vector<std::uint32_t>& records,
                              const std::function<const std::byte*(std::uint32_t)>& record)
{
    switch (format.layers[channel.layer].sample) {
    case Sample::UInt8: return measured<std::uint8_t>(format, channel, records, record);
    case Sample::UInt16: return measured<std::uint16_t>(format, channel, records, record);
    case Sample::Int16: return measured<std::int16_t>(format, channel, records, record);
    case Sample::Float32: break;
    }
    return measured<float>(format, channel, records, record);
}

} // namespace revisit

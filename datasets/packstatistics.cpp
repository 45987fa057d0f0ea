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

template <class T> class Measure final : public BandMeasure {
public:
    Measure(const PackFormat& format, const Channel& channel)
        : m_band(format.band(channel)),
          m_bytes(format.planeBytes(channel.layer)),
          m_at(channel.band * m_bytes),
          m_samples(m_bytes / sizeof(T))
    {}
    void count(const std::byte* record) override
    {
        each(record, [&](T sample) {
            ++m_upper[keyOf(sample) >> 16];
            m_least = std::min(m_least, sample), m_most = std::max(m_most, sample);
            ++m_count;
            m_sum += static_cast<double>(sample);
        });
    }
    void spread(const std::byte* record) override
    {
        if (m_squares < 0) rank();
        each(record, [&](T sample) {
            const double difference = static_cast<double>(sample) - m_mean;
            m_squares += difference * difference;
            const auto key = keyOf(sample);
            for (std::size_t k = 0; k < 2; ++k)
                if (key >> 16 == m_bins[k]) ++m_lower[k][key & 0xffff];
        });
    }
    BandStatistics result() const override
    {
        if (m_count == 0) return {};
        const auto physical = [&](double sample) { return sample * m_band.scale + m_band.offset; };
        const auto percentile = [&](std::size_t k) {
            auto rank = m_ranks[k];
            return physical(sampleOf<T>(m_bins[k] << 16 | binOf(m_lower[k], rank)));
        };
        return {physical(m_mean),
                std::sqrt(m_squares / static_cast<double>(m_count)) * m_band.scale,
                percentile(0),
                percentile(1),
                physical(static_cast<double>(m_least)),
                physical(static_cast<double>(m_most))};
    }

private:
    template <class Take> void each(const std::byte* record, const Take& take)
    {
        std::memcpy(m_samples.data(), record + m_at, m_bytes);
        for (const T sample : m_samples)
            if (std::isfinite(static_cast<double>(sample)) && m_band.nodata != static_cast<double>(sample))
                take(sample);
    }
    void rank()
    {
        m_squares = 0;
        if (m_count == 0) return;
        m_mean = m_sum / static_cast<double>(m_count);
        const std::array<double, 2> shares = {0.02, 0.98};
        for (std::size_t k = 0; k < 2; ++k) {
            const double nearest = std::ceil(shares[k] * static_cast<double>(m_count));
            m_ranks[k] = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(nearest));
            m_bins[k] = binOf(m_upper, m_ranks[k]);
        }
    }
    Band m_band;
    std::size_t m_bytes, m_at;
    std::vector<T> m_samples;
    Histogram m_upper = Histogram(1 << 16);
    std::array<Histogram, 2> m_lower = {Histogram(1 << 16), Histogram(1 << 16)};
    std::uint64_t m_count = 0;
    double m_sum = 0, m_mean = 0, m_squares = -1; ///< squares: below 0 before the second pass
    T m_least = std::numeric_limits<T>::max(), m_most = std::numeric_limits<T>::lowest();
    std::array<std::uint64_t, 2> m_ranks{}; ///< each within its bin
    std::array<std::uint32_t, 2> m_bins{};
};

} // namespace

std::unique_ptr<BandMeasure> measureOf(const PackFormat& format, const Channel& channel)
{
    switch (format.layers[channel.layer].sample) {
    case Sample::UInt8: return std::make_unique<Measure<std::uint8_t>>(format, channel);
    case Sample::UInt16: return std::make_unique<Measure<std::uint16_t>>(format, channel);
    case Sample::Int16: return std::make_unique<Measure<std::int16_t>>(format, channel);
    case Sample::Float32: break;
    }
    return std::make_unique<Measure<float>>(format, channel);
}

} // namespace revisit

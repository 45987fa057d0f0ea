// SPDX-License-Identifier: Apache-2.0
#include "datasets/soundness.h"
#include "datasets/base/error.h"
#include <cmath>
#include <cstring>
#include <unordered_set>

namespace revisit {
namespace {

// Samples of a band without data, and whether the others are all the same.
template <class T> void look(const std::byte* plane, std::size_t count, const Band& band, PixelCheck& check)
{
    T first{};
    std::memcpy(&first, plane, sizeof(T));
    for (std::size_t k = 0; k < count; ++k) {
        T sample;
        std::memcpy(&sample, plane + k * sizeof(T), sizeof(T));
        const auto value = static_cast<double>(sample);
        check.absent += std::isnan(value) || band.nodata == value;
        check.constant = check.constant && std::memcmp(&sample, &first, sizeof(T)) == 0;
    }
}

// Eight bytes at a time; a record is a whole number of them but for its last.
std::uint64_t hashed(const std::byte* at, std::size_t bytes, std::uint64_t hash)
{
    for (std::size_t k = 0; k < bytes; k += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, at + k, std::min<std::size_t>(8, bytes - k));
        hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 29;
    }
    return hash;
}

constexpr double addedReflectance = 0.1, brightest = 0.15; // of what the darkest sample may be with the offset
constexpr double offsetShare = 0.01;                       // of the patches, at least, that carry it

// Sentinel-2 with bands at both ends of the spectrum: water and leaves are dark in one, snow in the other.
std::vector<std::size_t> telling(const PackFormat& format)
{
    std::vector<std::size_t> channels;
    bool isBlue = false, isInfrared = false;
    const auto all = format.channels();
    for (std::size_t c = 0; c < all.size(); ++c) {
        if (!format.layers[all[c].layer].sensor.starts_with("sentinel-2-")) continue;
        const auto& band = format.band(all[c]);
        if (band.unit != "reflectance") continue;
        channels.push_back(c);
        isBlue = isBlue || band.wavelengthNm < 500;
        isInfrared = isInfrared || band.wavelengthNm > 1500;
    }
    return isBlue && isInfrared ? channels : std::vector<std::size_t>();
}

// The least of the patch's values in these channels, as far as it must be known: below the offset it is no matter.
double darkest(const Pack& pack, std::int64_t i, const std::vector<std::size_t>& channels)
{
    double least = INFINITY;
    for (const auto channel : channels) {
        for (const double value : pack.physical(i, channel)) least = std::fmin(least, value);
        if (least < addedReflectance) break;
    }
    return least;
}

} // namespace

PixelCheck checkPixels(const Pack& pack, std::int64_t i)
{
    const auto& format = pack.format();
    const auto pixels = static_cast<std::size_t>(format.sizePx * format.sizePx);
    PixelCheck check;
    double samples = 0;
    for (std::size_t l = 0; l < format.layers.size(); ++l) {
        const auto* const record = pack.record(i, l);
        check.hash = (check.hash ^ l) * 0x9e3779b97f4a7c15u;
        if (!record) continue;
        check.hash = hashed(record, format.recordBytes(l), check.hash);
        const auto& layer = format.layers[l];
        for (std::size_t b = 0; b < layer.bands.size(); ++b) {
            const auto* const plane = record + b * format.planeBytes(l);
            switch (layer.sample) {
            case Sample::UInt8: look<std::uint8_t>(plane, pixels, layer.bands[b], check); break;
            case Sample::UInt16: look<std::uint16_t>(plane, pixels, layer.bands[b], check); break;
            case Sample::Int16: look<std::int16_t>(plane, pixels, layer.bands[b], check); break;
            case Sample::Float32: look<float>(plane, pixels, layer.bands[b], check); break;
            }
            samples += static_cast<double>(pixels);
        }
    }
    check.absent /= std::max(1.0, samples);
    return check;
}

std::string unsaidOffset(const Pack& pack)
{
    const auto channels = telling(pack.format());
    if (channels.empty()) return {};
    constexpr std::int64_t most = 2000; // looked at, evenly over the data set
    const auto looked = std::min(pack.size(), most);
    std::vector<std::string> carriers;
    for (std::int64_t k = 0; k < looked; ++k) {
        const auto i = k * pack.size() / looked;
        if (const auto least = darkest(pack, i, channels); least >= addedReflectance && least < brightest)
            carriers.push_back(pack.patches()[static_cast<std::size_t>(i)].id);
    }
    const auto count = static_cast<double>(carriers.size()), all = static_cast<double>(looked);
    if (carriers.empty() || count < offsetShare * all || count == all) return {};
    constexpr std::size_t named = 5;
    std::string names;
    for (std::size_t k = 0; k < std::min(named, carriers.size()); ++k) names += (k ? ", " : "") + carriers[k];
    return std::to_string(carriers.size()) + " of " + std::to_string(looked) + " patches looked at in " +
           pack.format().name + " (" + names + (carriers.size() > named ? ", ..." : "") +
           ") have no sample below 0.1 in any band of Sentinel-2, and others do: they seem to be products of "
           "processing "
           "baseline 04.00 or later, which store 1000 more. Look into their metadata; where it is so, take 1000 off or "
           "give these files an offset of -0.1";
}

std::int64_t cloudFactor(const PackFormat& format)
{
    for (std::size_t f = 0; f < format.factors.size(); ++f)
        if (const auto& name = format.factors[f].name; name == "cloud_cover" || name == "clouds")
            return static_cast<std::int64_t>(f);
    return -1;
}

std::vector<std::int64_t> soundPatches(const Pack& pack, const Soundness& soundness, const Progress& progress)
{
    const bool readsPixels = soundness.mostAbsent < 1 || !soundness.constant || !soundness.duplicates;
    const auto cloud = cloudFactor(pack.format());
    std::vector<std::int64_t> kept;
    std::unordered_set<std::uint64_t> seen;
    for (std::int64_t i = 0; i < pack.size(); ++i) {
        if (i % 1000 == 0 &&
            !progress(static_cast<double>(i) / static_cast<double>(pack.size()), "Looking for unsound patches"))
            throw Cancelled();
        if (cloud >= 0 && pack.factor(static_cast<std::size_t>(cloud))[static_cast<std::size_t>(i)] >
                              static_cast<float>(soundness.mostClouds))
            continue;
        if (readsPixels) {
            const auto check = checkPixels(pack, i);
            if (check.absent > soundness.mostAbsent || (check.constant && !soundness.constant)) continue;
            if (!soundness.duplicates && !seen.insert(check.hash).second) continue;
        }
        kept.push_back(i);
    }
    if (kept.empty())
        throw Error("training.most_nodata, most_clouds, constant and duplicates leave none of the " +
                        std::to_string(pack.size()) + " patches of " + pack.format().name + "; allow more",
                    "training.most_nodata");
    return kept;
}

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/params.h"
#include "datasets/packformat.h"
#include "datasets/patch.h"
#include <array>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>

namespace revisit {

/// What a picture shows as red, green or blue: a channel, and the physical values that are black and white.
struct Shade {
    std::size_t channel;
    double black, white;
};

/// Of one channel over the patches that were for training when the pack was made, in physical units; samples without
/// data are left out.
struct BandStatistics {
    double mean = 0, deviation = 0;
    double low = 0, high = 0; ///< 2nd and 98th percentile: the stretch of pictures
    double least = 0, most = 0;
};

/// Told from 0 to 1 with a sentence; returns false to cancel (then Cancelled).
using Progress = std::function<bool(double, const std::string&)>;

/// The memory-mapped store that training reads: fixed-size records, a checked header, statistics. Reading is safe from
/// many threads. The format is docs/pack.md's.
class Pack {
public:
    /// Maps `file`; Error when it is no pack, of another version, cut short or damaged in its header.
    static std::shared_ptr<Pack> open(const std::filesystem::path& file);
    Pack& operator=(const Pack&) = delete;
    /// The same pack as if it had these layers alone, in this order, and only the patches that have a record in one of
    /// them. Error, naming those that there are, for a layer that there is not.
    std::shared_ptr<Pack> only(const std::vector<std::string>& layers) const;
    /// The same pack as if it had these patches alone.
    std::shared_ptr<Pack> keeping(const std::vector<std::int64_t>& indices) const;
    /// The same pack as if each of its patches were for this; its statistics stay as they are.
    std::shared_ptr<Pack> divided(const std::vector<Split>& splits) const;

    /// What has become of the file since it was opened. Replaced: another one, or none, has its name, and what was
    /// opened can be read on. Changed: it was written into or cut off, and records may be anything; to read beyond its
    /// end is a SIGBUS.
    enum class FileState : std::uint8_t { Same, Replaced, Changed };
    FileState fileState() const;

    const PackFormat& format() const { return m_format; }
    const std::filesystem::path& file() const { return m_file; }
    const std::vector<Patch>& patches() const { return m_patches; }
    std::int64_t size() const { return static_cast<std::int64_t>(m_patches.size()); }
    /// Patch i's samples in a layer, as bytes: format().recordBytes(layer) of them, aligned to 64; null where it has
    /// none.
    const std::byte* record(std::int64_t i, std::size_t layer = 0) const;
    /// The number of that record in its layer (patches may share one), or noRecord.
    std::uint32_t recordNumber(std::int64_t i, std::size_t layer) const;
    static constexpr std::uint32_t noRecord = 0xffffffff;
    /// How many records a layer has, and the first byte of one.
    std::int64_t records(std::size_t layer) const;
    const std::byte* stored(std::size_t layer, std::int64_t number) const;
    /// Indices of the patches of a split, ascending.
    std::vector<std::int64_t> indices(Split split) const;
    /// What is known of each patch under format().factors[f]; NAN where unknown.
    std::span<const float> factor(std::size_t f) const;
    /// Of each channel, in the order of format().channels().
    const std::vector<BandStatistics>& statistics() const { return m_statistics; }
    /// Red, green and blue of pictures: the bands called so, else the first three of the first layer, else its first as
    /// grey; 2-98 % of each (imagery that is 8-bit RGB already: as it is).
    std::array<Shade, 3> shades() const;
    /// Patch i as 8-bit RGB, rows from the top, channel fastest; black where it has no data.
    std::vector<std::uint8_t> rgb(std::int64_t i, const std::array<Shade, 3>& shades) const;
    std::vector<std::uint8_t> rgb(std::int64_t i) const { return rgb(i, shades()); }
    /// Patch i in one channel, in physical units, rows from the top, NAN where it has no data; empty where it has no
    /// record.
    std::vector<double> physical(std::int64_t i, std::size_t channel) const;
    /// What shades() are, in words: "as stored" or "2-98 % of each band; red, green, blue".
    std::string stretch() const;

private:
    Pack() = default;
    Pack(const Pack&) = default;
    struct Mapping;
    struct Store { // of a layer's records
        const std::byte* at;
        std::uint64_t stride, count;
        std::vector<std::uint32_t> numbers; // of each patch
    };
    std::shared_ptr<const Mapping> m_map;
    std::filesystem::path m_file;
    PackFormat m_format;
    std::vector<Patch> m_patches;
    std::vector<BandStatistics> m_statistics;
    std::vector<Store> m_stores;
    std::vector<std::vector<float>> m_factors;
};

/// What a pack is to hold.
struct PackContents {
    PackFormat format;
    std::vector<Patch> patches;
    /// [layers][patches]: the number of the record that a patch shows, counted from 0 in each layer, or Pack::noRecord.
    /// Empty: every patch has a record of its own in every layer.
    std::vector<std::vector<std::uint32_t>> records;
    std::vector<std::vector<float>> factors; ///< [factors][patches]
};

/// Writes a pack: `read(layer, number, record)` fills a record (from several threads, any order; of several failures
/// the first record's is thrown). Complete before it has its name; what was at `file` stays until then, and a second
/// writer of the same file waits. A writer that was cancelled or killed leaves what it has done, and one with the same
/// contents goes on from there. Error on a full disk names the path and the bytes needed. Its bytes do not depend on
/// `threads` (0: all cores). `progress` is told on the calling thread.
void writePack(const std::filesystem::path& file, const PackContents& contents,
               const std::function<void(std::size_t, std::int64_t, std::span<std::byte>)>& read,
               const Progress& progress, unsigned threads = 0);
/// Removes what a writer of `file` left that will not go on, unless another one is at work on it.
void abandonPack(const std::filesystem::path& file);

} // namespace revisit

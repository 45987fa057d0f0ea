// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/params.h"
#include "datasets/patch.h"
#include <array>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace revisit {

enum class Sample : std::uint8_t { UInt8, UInt16, Float32 };
constexpr std::size_t bytesOf(Sample type) { return type == Sample::UInt8 ? 1 : type == Sample::UInt16 ? 2 : 4; }

/// What every record of a pack is: bands x size_px x size_px samples, band after band, rows from the top. physical =
/// sample * scale.
struct PackFormat {
    std::string name; ///< of the data set, for people
    Sample sample = Sample::UInt8;
    std::int64_t sizePx = 0;
    double scale = 1.0 / 255;         ///< sample value -> physical value (reflectance, or 0..1 for display imagery)
    double gsdM = NAN;                ///< ground sampling distance in metres, NAN where unknown
    std::vector<std::string> bands;   ///< names; "red", "green", "blue" where there are such
    std::vector<std::string> classes; ///< empty without labels
    std::string attribution;          ///< source and licence, a sentence
    std::int64_t recordSamples() const { return static_cast<std::int64_t>(bands.size()) * sizePx * sizePx; }
    std::size_t recordBytes() const { return static_cast<std::size_t>(recordSamples()) * bytesOf(sample); }
};

/// What a picture shows as red, green or blue: a band, and the physical values that are black and white.
struct Shade {
    std::size_t band;
    double black, white;
};

/// Told from 0 to 1 with a sentence; returns false to cancel (then Error "cancelled").
using Progress = std::function<bool(double, const std::string&)>;

/// The memory-mapped store that training reads: fixed-size records, a checked header, statistics. Reading is safe from
/// many threads. The format is docs/pack.md's.
class Pack {
public:
    /// Maps `file`; Error when it is no pack, of another version, cut short or damaged in its header.
    static std::shared_ptr<Pack> open(const std::filesystem::path& file);
    ~Pack();
    Pack(const Pack&) = delete;
    Pack& operator=(const Pack&) = delete;

    const PackFormat& format() const { return m_format; }
    const std::filesystem::path& file() const { return m_file; }
    const std::vector<Patch>& patches() const { return m_patches; }
    std::int64_t size() const { return static_cast<std::int64_t>(m_patches.size()); }
    /// Record i's samples, as bytes; recordBytes() of them, aligned to 64.
    const std::byte* record(std::int64_t i) const;
    /// Indices of the patches of a split, ascending.
    std::vector<std::int64_t> indices(Split split) const;
    /// Mean and standard deviation of each band over the training patches, physical units.
    const std::vector<double>& mean() const { return m_mean; }
    const std::vector<double>& deviation() const { return m_deviation; }
    /// 2nd and 98th percentile of each band over the training patches, physical units: the stretch of pictures.
    const std::vector<double>& low() const { return m_low; }
    const std::vector<double>& high() const { return m_high; }
    /// Red, green and blue of pictures: the bands called so, else the first three, else the first as grey; 2-98 % of
    /// each (imagery that is 8-bit RGB already: as it is).
    std::array<Shade, 3> shades() const;
    /// Record i as 8-bit RGB by these shades, rows from the top, channel fastest.
    std::vector<std::uint8_t> rgb(std::int64_t i) const;
    /// What shades() are, in words: "as stored" or "2-98 % of each band; red, green, blue".
    std::string stretch() const;

private:
    Pack() = default;
    std::filesystem::path m_file;
    PackFormat m_format;
    std::vector<Patch> m_patches;
    std::vector<double> m_mean, m_deviation, m_low, m_high;
    const std::byte* m_map = nullptr;
    std::size_t m_mapBytes = 0, m_records = 0, m_stride = 0;
};

/// Writes a pack: `read(i, record)` fills record i (from several threads, any order; of several failures the least i's
/// is thrown). Complete before it has its name; what was at `file` stays until then, and a second writer of the same
/// file waits. Error on a full disk names the path and the bytes needed. Its bytes do not depend on `threads` (0: all
/// cores). `progress` is told on the calling thread.
void writePack(const std::filesystem::path& file, const PackFormat& format, const std::vector<Patch>& patches,
               const std::function<void(std::int64_t, std::span<std::byte>)>& read, const Progress& progress,
               unsigned threads = 0);

} // namespace revisit

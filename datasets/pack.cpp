// SPDX-License-Identifier: Apache-2.0
#include "datasets/pack.h"
#include "datasets/base/crc32.h"
#include "datasets/base/error.h"
#include "datasets/base/files.h"
#include "datasets/packlayout.h"
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace revisit {
namespace {

using namespace packlayout;

Preamble checkedPreamble(const std::filesystem::path& file, int fd)
{
    struct stat info {};
    if (::fstat(fd, &info) != 0) refuse(file, std::strerror(errno));
    if (!S_ISREG(info.st_mode)) refuse(file, "is not a file");
    const auto size = static_cast<std::uint64_t>(info.st_size);
    Preamble p{};
    const auto got = ::pread(fd, &p, sizeof p, 0);
    if (got < 0) refuse(file, std::strerror(errno));
    if (static_cast<std::size_t>(got) < p.magic.size() || p.magic != magic)
        refuse(file, "is not a pack; make one with revisit-engine data pack");
    if (static_cast<std::size_t>(got) < sizeof p) refuse(file, "is cut short within its first 64 bytes; pack it again");
    if (p.version != version)
        refuse(file, "is a pack of version " + std::to_string(p.version) + ", this engine reads version " +
                         std::to_string(version) + "; pack its source again");
    if (p.headerBytes > maxHeaderBytes)
        damaged(file, "its header declares " + std::to_string(p.headerBytes) + " bytes");
    const auto head = checked(1, p.metadataBytes, sizeof p + p.headerBytes);
    if (!head || p.recordsAt != aligned(*head)) damaged(file, "its records do not begin where its metadata ends");
    if (p.recordsAt > p.fileBytes) damaged(file, "it ends before its records begin");
    if (size < p.fileBytes)
        refuse(file, "is cut short: it has " + std::to_string(size) + " of " + std::to_string(p.fileBytes) +
                         " bytes; copy or pack it again");
    if (size > p.fileBytes)
        damaged(file, "it has " + std::to_string(size - p.fileBytes) + " bytes more than it declares");
    return p;
}

std::vector<BandStatistics> checkedStatistics(const std::byte* at, const PackFormat& format,
                                              const std::filesystem::path& file)
{
    std::vector<BandStatistics> all(format.bands());
    std::memcpy(all.data(), at, all.size() * statisticsBytes);
    const auto names = format.bandNames();
    for (std::size_t c = 0; c < all.size(); ++c) {
        const auto& s = all[c];
        for (const double value : {s.mean, s.deviation, s.low, s.high, s.least, s.most})
            if (!std::isfinite(value)) damaged(file, "the statistics of its band " + names[c] + " make no sense");
        if (s.deviation < 0 || s.low > s.high || s.least > s.low || s.most < s.high)
            damaged(file, "the statistics of its band " + names[c] + " make no sense");
    }
    return all;
}

template <class T> double sampleAt(const std::byte* plane, std::int64_t i)
{
    T value;
    std::memcpy(&value, plane + static_cast<std::size_t>(i) * sizeof(T), sizeof(T));
    return static_cast<double>(value);
}

std::array<std::size_t, 3> shownChannels(const PackFormat& format)
{
    std::array<std::size_t, 3> shown{};
    const std::array<const char*, 3> names = {"red", "green", "blue"};
    for (std::size_t c = 0; c < 3; ++c) {
        const auto found = format.channelOf(names[c]);
        if (found < 0)
            return format.layers.front().bands.size() < 3 ? std::array<std::size_t, 3>{0, 0, 0}
                                                          : std::array<std::size_t, 3>{0, 1, 2};
        shown[c] = static_cast<std::size_t>(found);
    }
    return shown;
}

bool isDisplayImagery(const PackFormat& format)
{
    return format.layers.size() == 1 && format.layers.front().sample == Sample::UInt8 &&
           format.bandNames() == std::vector<std::string>{"red", "green", "blue"};
}

} // namespace

struct Pack::Mapping {
    Mapping(Descriptor opened, std::uint64_t size, const std::filesystem::path& file)
        : bytes(size),
          descriptor(std::move(opened))
    {
        if (::fstat(descriptor.get(), &then) != 0) refuse(file, std::strerror(errno));
        void* const map = ::mmap(nullptr, bytes, PROT_READ, MAP_SHARED, descriptor.get(), 0);
        if (map == MAP_FAILED) refuse(file, std::string("cannot be mapped into memory (") + std::strerror(errno) + ")");
        at = static_cast<const std::byte*>(map);
    }
    ~Mapping() { ::munmap(const_cast<std::byte*>(at), bytes); }
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    /// So much is read now. Every 128 MB the process lets its pages go, which the system's cache goes on holding: else
    /// a large pack would count as this process's memory, all of it. To map them again takes a tenth of the time that
    /// plain views do; smaller packs stay.
    void reading(std::uint64_t count) const
    {
        constexpr std::uint64_t most = 128 << 20;
        if (count + read.fetch_add(count, std::memory_order_relaxed) < most) return;
        read.store(0, std::memory_order_relaxed);
        ::madvise(const_cast<std::byte*>(at), bytes, MADV_DONTNEED);
    }
    mutable std::atomic<std::uint64_t> read = 0;
    const std::byte* at = nullptr;
    std::uint64_t bytes;
    Descriptor descriptor; // whatever becomes of its name
    struct stat then {};
};

std::shared_ptr<Pack> Pack::open(const std::filesystem::path& file)
{
    Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!descriptor) refuse(file, std::string("cannot be opened (") + std::strerror(errno) + ")");
    const auto p = checkedPreamble(file, descriptor.get());
    std::shared_ptr<Pack> pack(new Pack);
    pack->m_file = file;
    pack->m_map = std::make_shared<Mapping>(std::move(descriptor), p.fileBytes, file);
    const auto* const map = pack->m_map->at;
    if (crc32({map + crcFrom, p.recordsAt - crcFrom}) != p.crc) damaged(file, "the checksum of its header is wrong");

    const auto* const text = map + sizeof p;
    const auto header = headerIn({reinterpret_cast<const char*>(text), p.headerBytes}, file);
    pack->m_format = header.format;
    const auto starts = offsets(header, p.recordsAt);
    if (!starts || starts->back() != p.fileBytes)
        damaged(file,
                "it declares " + std::to_string(p.fileBytes) + " bytes, which the records of its layers do not make");
    const auto statistics = header.format.bands() * statisticsBytes;
    const auto table = tableBytes(header, p.patches);
    if (!table || p.metadataBytes < statistics || p.metadataBytes - statistics < *table)
        damaged(file, "its metadata is too short for " + std::to_string(p.patches) + " patches");

    const auto* const metadata = text + p.headerBytes;
    pack->m_statistics = checkedStatistics(metadata, header.format, file);
    auto patches = tableIn({metadata + statistics, p.metadataBytes - statistics}, p.patches, header, file);
    pack->m_patches = std::move(patches.patches);
    pack->m_factors = std::move(patches.factors);
    for (std::size_t l = 0; l < header.records.size(); ++l)
        pack->m_stores.push_back(
            {map + (*starts)[l], strideOf(header.format, l), header.records[l], std::move(patches.records[l])});
    return pack;
}

std::shared_ptr<Pack> Pack::only(const std::vector<std::string>& layers) const
{
    std::shared_ptr<Pack> part(new Pack);
    part->m_map = m_map;
    part->m_file = m_file;
    part->m_format = m_format;
    part->m_format.layers.clear();
    std::vector<std::string> names;
    for (const auto& layer : m_format.layers) names.push_back(layer.name);
    std::vector<const Store*> stores;
    for (const auto& name : layers) {
        const auto found = std::find(names.begin(), names.end(), name);
        if (found == names.end())
            throw Error("training.layers: " + m_format.name + " has no layer \"" + name + "\"" +
                            suggestion(name, names),
                        "training.layers");
        const auto l = static_cast<std::size_t>(found - names.begin());
        part->m_format.layers.push_back(m_format.layers[l]);
        stores.push_back(&m_stores[l]);
        std::size_t before = 0;
        for (std::size_t k = 0; k < l; ++k) before += m_format.layers[k].bands.size();
        for (std::size_t b = 0; b < m_format.layers[l].bands.size(); ++b)
            part->m_statistics.push_back(m_statistics[before + b]);
        part->m_stores.push_back({m_stores[l].at, m_stores[l].stride, m_stores[l].count, {}});
    }
    part->m_factors.resize(m_factors.size());
    for (std::size_t i = 0; i < m_patches.size(); ++i) {
        const auto has = [&](const Store* store) { return store->numbers[i] != noRecord; };
        if (std::none_of(stores.begin(), stores.end(), has)) continue;
        part->m_patches.push_back(m_patches[i]);
        for (std::size_t l = 0; l < stores.size(); ++l) part->m_stores[l].numbers.push_back(stores[l]->numbers[i]);
        for (std::size_t f = 0; f < m_factors.size(); ++f) part->m_factors[f].push_back(m_factors[f][i]);
    }
    return part;
}

std::shared_ptr<Pack> Pack::keeping(const std::vector<std::int64_t>& indices) const
{
    std::shared_ptr<Pack> part(new Pack(*this));
    part->m_patches.clear();
    for (auto& store : part->m_stores) store.numbers.clear();
    for (auto& values : part->m_factors) values.clear();
    for (const auto index : indices) {
        const auto i = static_cast<std::size_t>(index);
        part->m_patches.push_back(m_patches[i]);
        for (std::size_t l = 0; l < m_stores.size(); ++l) part->m_stores[l].numbers.push_back(m_stores[l].numbers[i]);
        for (std::size_t f = 0; f < m_factors.size(); ++f) part->m_factors[f].push_back(m_factors[f][i]);
    }
    return part;
}

std::shared_ptr<Pack> Pack::divided(const std::vector<Split>& splits) const
{
    std::shared_ptr<Pack> part(new Pack(*this));
    for (std::size_t i = 0; i < splits.size(); ++i) part->m_patches[i].split = splits[i];
    return part;
}

Pack::FileState Pack::fileState() const
{
    const auto& then = m_map->then;
    struct stat now {};
    if (::fstat(m_map->descriptor.get(), &now) != 0 || now.st_size != then.st_size ||
        now.st_mtim.tv_sec != then.st_mtim.tv_sec || now.st_mtim.tv_nsec != then.st_mtim.tv_nsec)
        return FileState::Changed;
    const bool named = ::stat(m_file.c_str(), &now) == 0 && now.st_ino == then.st_ino && now.st_dev == then.st_dev;
    return named ? FileState::Same : FileState::Replaced;
}

const std::byte* Pack::record(std::int64_t i, std::size_t layer) const
{
    const auto number = recordNumber(i, layer);
    return number == noRecord ? nullptr : stored(layer, number);
}

std::uint32_t Pack::recordNumber(std::int64_t i, std::size_t layer) const
{
    return m_stores[layer].numbers[static_cast<std::size_t>(i)];
}

std::int64_t Pack::records(std::size_t layer) const { return static_cast<std::int64_t>(m_stores[layer].count); }

const std::byte* Pack::stored(std::size_t layer, std::int64_t number) const
{
    const auto& store = m_stores[layer];
    m_map->reading(store.stride);
    return store.at + static_cast<std::uint64_t>(number) * store.stride;
}

std::vector<std::int64_t> Pack::indices(Split split) const
{
    std::vector<std::int64_t> found;
    for (std::int64_t i = 0; i < size(); ++i)
        if (m_patches[static_cast<std::size_t>(i)].split == split) found.push_back(i);
    return found;
}

std::span<const float> Pack::factor(std::size_t f) const { return m_factors[f]; }

std::array<Shade, 3> Pack::shades() const
{
    std::array<Shade, 3> all{};
    const auto shown = shownChannels(m_format);
    for (std::size_t c = 0; c < 3; ++c) {
        const auto& statistics = m_statistics[shown[c]];
        all[c] = isDisplayImagery(m_format)
                     ? Shade{shown[c], 0, 255 * m_format.layers.front().bands[shown[c]].scale}
                     : Shade{shown[c], statistics.low, std::max(statistics.high, statistics.low + 1e-12)};
    }
    return all;
}

std::vector<double> Pack::physical(std::int64_t i, std::size_t channel) const
{
    const auto [layer, number] = m_format.channels()[channel];
    const auto* const samples = record(i, layer);
    if (!samples) return {};
    const auto* const plane = samples + number * m_format.planeBytes(layer);
    const auto& band = m_format.layers[layer].bands[number];
    const auto type = m_format.layers[layer].sample;
    const auto read = type == Sample::UInt8    ? sampleAt<std::uint8_t>
                      : type == Sample::UInt16 ? sampleAt<std::uint16_t>
                      : type == Sample::Int16  ? sampleAt<std::int16_t>
                                               : sampleAt<float>;
    std::vector<double> values(static_cast<std::size_t>(m_format.sizePx * m_format.sizePx));
    for (std::size_t k = 0; k < values.size(); ++k) {
        const double sample = read(plane, static_cast<std::int64_t>(k));
        values[k] = band.nodata == sample ? NAN : sample * band.scale + band.offset;
    }
    return values;
}

std::vector<std::uint8_t> Pack::rgb(std::int64_t i, const std::array<Shade, 3>& shades) const
{
    std::vector<std::uint8_t> picture(static_cast<std::size_t>(m_format.sizePx * m_format.sizePx) * 3);
    for (std::size_t c = 0; c < 3; ++c) {
        const auto& [channel, black, white] = shades[c];
        const auto values = physical(i, channel);
        for (std::size_t k = 0; k < values.size(); ++k) {
            const double shade = (values[k] - black) / (white - black) * 255;
            picture[k * 3 + c] = std::isnan(shade) ? 0 : static_cast<std::uint8_t>(std::clamp(shade, 0.0, 255.0) + 0.5);
        }
    }
    return picture;
}

std::string Pack::stretch() const
{
    if (isDisplayImagery(m_format)) return "as stored";
    const auto [red, green, blue] = shownChannels(m_format);
    const auto names = m_format.bandNames();
    if (red == green) return "2-98 % of " + names[red];
    return "2-98 % of each band; " + names[red] + ", " + names[green] + ", " + names[blue];
}

} // namespace revisit

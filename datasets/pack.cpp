// SPDX-License-Identifier: Apache-2.0
#include "datasets/pack.h"
#include "datasets/base/crc32.h"
#include "datasets/base/error.h"
#include "datasets/base/files.h"
#include "datasets/packlayout.h"
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace revisit {
namespace {

using namespace packlayout;

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& what)
{
    throw Error(file.string() + ": " + what);
}

[[noreturn]] void damaged(const std::filesystem::path& file, const std::string& what)
{
    refuse(file, "is damaged: " + what + "; delete it and pack its source again");
}

// Reads values one after another out of the metadata, whose size was checked before.
class Cursor {
public:
    explicit Cursor(const std::byte* at) : m_at(at) {}
    template <class T> std::vector<T> take(std::uint64_t count)
    {
        std::vector<T> values(count);
        if (count) std::memcpy(values.data(), m_at, count * sizeof(T));
        m_at += count * sizeof(T);
        return values;
    }
    const std::byte* at() const { return m_at; }

private:
    const std::byte* m_at;
};

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
    if (p.stride == 0 || p.stride % alignment) damaged(file, "its records are not aligned to 64 bytes");
    const auto head = checked(1, p.metadataBytes, sizeof p + p.headerBytes);
    if (!head || p.recordsAt != aligned(*head)) damaged(file, "its records do not begin where its metadata ends");
    const auto end = checked(p.patches, p.stride, p.recordsAt);
    if (!end || *end != p.fileBytes)
        damaged(file, "it declares " + std::to_string(p.fileBytes) + " bytes, which " + std::to_string(p.patches) +
                          " records of " + std::to_string(p.stride) + " do not make");
    if (size < p.fileBytes)
        refuse(file, "is cut short: it has " + std::to_string(size) + " of " + std::to_string(p.fileBytes) +
                         " bytes; copy or pack it again");
    if (size > p.fileBytes)
        damaged(file, "it has " + std::to_string(size - p.fileBytes) + " bytes more than it declares");
    return p;
}

Sample sampleCalled(const std::string& name, const std::filesystem::path& file)
{
    if (name == "uint8") return Sample::UInt8;
    if (name == "uint16") return Sample::UInt16;
    if (name == "float32") return Sample::Float32;
    damaged(file, "there is no sample type \"" + name.substr(0, 40) + "\"");
}

PackFormat parsedFormat(const std::filesystem::path& file, std::string_view text)
{
    PackFormat format;
    try {
        const auto header = Json::parse(text);
        header.at("name").get_to(format.name);
        format.sample = sampleCalled(header.at("sample").get<std::string>(), file);
        if (!header.at("size_px").is_number_unsigned()) damaged(file, "its size_px is not a whole number");
        const auto size = header.at("size_px").get<std::uint64_t>();
        if (size < 1 || size > maxSide) damaged(file, "its patches are " + std::to_string(size) + " pixels wide");
        format.sizePx = static_cast<std::int64_t>(size);
        header.at("scale").get_to(format.scale);
        if (!(format.scale > 0) || !std::isfinite(format.scale)) damaged(file, "its scale is not above 0");
        if (!header.at("gsd_m").is_null()) header.at("gsd_m").get_to(format.gsdM);
        header.at("bands").get_to(format.bands);
        if (format.bands.empty() || format.bands.size() > maxBands)
            damaged(file, "it has " + std::to_string(format.bands.size()) + " bands");
        header.at("classes").get_to(format.classes);
        header.at("attribution").get_to(format.attribution);
    } catch (const Json::exception& e) {
        damaged(file, std::string("its header cannot be understood (") + e.what() + ")");
    }
    return format;
}

std::vector<Patch> parsedPatches(const std::filesystem::path& file, const PackFormat& format, std::uint64_t count,
                                 Cursor& cursor, std::uint64_t idBytes)
{
    const auto lon = cursor.take<double>(count), lat = cursor.take<double>(count);
    const auto label = cursor.take<std::int32_t>(count);
    const auto split = cursor.take<std::uint8_t>(count);
    const auto offset = cursor.take<std::uint32_t>(count + 1);
    const auto* ids = reinterpret_cast<const char*>(cursor.at());
    if (offset.front() != 0 || offset.back() != idBytes || !std::is_sorted(offset.begin(), offset.end()))
        damaged(file, "the offsets of its ids are not in order");
    try {
        const auto continues = [&](std::uint32_t at) { return at < idBytes && (ids[at] & 0xc0) == 0x80; };
        if (std::any_of(offset.begin(), offset.end(), continues)) damaged(file, "an id begins within a character");
        (void)Json(std::string(ids, idBytes)).dump(); // throws where it is not UTF-8
    } catch (const Json::exception&) {
        damaged(file, "its ids are not UTF-8");
    }
    std::vector<Patch> patches;
    patches.reserve(count);
    for (std::uint64_t i = 0; i < count; ++i) {
        const auto whose = "patch " + std::to_string(i);
        if (label[i] < -1 || label[i] >= static_cast<std::int64_t>(format.classes.size()))
            damaged(file, whose + " has label " + std::to_string(label[i]) + " of " +
                              std::to_string(format.classes.size()) + " classes");
        if (split[i] > 1) damaged(file, whose + " belongs to no split");
        if (std::abs(lon[i]) > 180 || std::abs(lat[i]) > 90) damaged(file, whose + " is not on the globe");
        patches.push_back({{ids + offset[i], ids + offset[i + 1]}, lon[i], lat[i], label[i], Split{split[i]}});
    }
    return patches;
}

template <class T> double sampleAt(const std::byte* record, std::int64_t i)
{
    T value;
    std::memcpy(&value, record + static_cast<std::size_t>(i) * sizeof(T), sizeof(T));
    return static_cast<double>(value);
}

std::array<std::size_t, 3> shownBands(const PackFormat& format)
{
    std::array<std::size_t, 3> shown{};
    const std::array<const char*, 3> names = {"red", "green", "blue"};
    for (std::size_t c = 0; c < 3; ++c) {
        const auto found = std::find(format.bands.begin(), format.bands.end(), names[c]);
        if (found == format.bands.end())
            return format.bands.size() < 3 ? std::array<std::size_t, 3>{0, 0, 0} : std::array<std::size_t, 3>{0, 1, 2};
        shown[c] = static_cast<std::size_t>(found - format.bands.begin());
    }
    return shown;
}

bool isDisplayImagery(const PackFormat& format)
{
    return format.sample == Sample::UInt8 && format.bands == std::vector<std::string>{"red", "green", "blue"};
}

} // namespace

std::shared_ptr<Pack> Pack::open(const std::filesystem::path& file)
{
    const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!descriptor) refuse(file, std::string("cannot be opened (") + std::strerror(errno) + ")");
    const int fd = descriptor.get();
    const auto p = checkedPreamble(file, fd);
    std::shared_ptr<Pack> pack(new Pack);
    pack->m_file = file;
    void* const map = ::mmap(nullptr, p.fileBytes, PROT_READ, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED) refuse(file, std::string("cannot be mapped into memory (") + std::strerror(errno) + ")");
    pack->m_map = static_cast<const std::byte*>(map);
    pack->m_mapBytes = p.fileBytes;
    pack->m_records = p.recordsAt;
    pack->m_stride = p.stride;
    if (crc32({pack->m_map + crcFrom, p.recordsAt - crcFrom}) != p.crc)
        damaged(file, "the checksum of its header is wrong");

    const auto* const header = pack->m_map + sizeof p;
    auto& format = pack->m_format = parsedFormat(file, {reinterpret_cast<const char*>(header), p.headerBytes});
    if (p.stride != aligned(format.recordBytes()))
        damaged(file, "records of " + std::to_string(p.stride) + " bytes do not hold its patches of " +
                          std::to_string(format.recordBytes()));
    const auto bands = format.bands.size();
    // patches <= 2^57 here, as the stride is at least 64: this sum does not overflow
    const auto fixed = metadataBytes(bands, p.patches, 0);
    if (p.metadataBytes < fixed)
        damaged(file, "its metadata is too short for " + std::to_string(p.patches) + " patches");

    Cursor cursor(header + p.headerBytes);
    pack->m_mean = cursor.take<double>(bands);
    pack->m_deviation = cursor.take<double>(bands);
    pack->m_low = cursor.take<double>(bands);
    pack->m_high = cursor.take<double>(bands);
    for (std::size_t b = 0; b < bands; ++b)
        if (!std::isfinite(pack->m_mean[b]) || !std::isfinite(pack->m_deviation[b]) || pack->m_deviation[b] < 0 ||
            !std::isfinite(pack->m_low[b]) || !std::isfinite(pack->m_high[b]) || pack->m_low[b] > pack->m_high[b])
            damaged(file, "the statistics of its band " + format.bands[b] + " make no sense");
    pack->m_patches = parsedPatches(file, format, p.patches, cursor, p.metadataBytes - fixed);
    return pack;
}

Pack::~Pack()
{
    if (m_map) ::munmap(const_cast<std::byte*>(m_map), m_mapBytes);
}

const std::byte* Pack::record(std::int64_t i) const
{
    return m_map + m_records + static_cast<std::size_t>(i) * m_stride;
}

std::vector<std::int64_t> Pack::indices(Split split) const
{
    std::vector<std::int64_t> found;
    for (std::int64_t i = 0; i < size(); ++i)
        if (m_patches[static_cast<std::size_t>(i)].split == split) found.push_back(i);
    return found;
}

std::array<Shade, 3> Pack::shades() const
{
    std::array<Shade, 3> all{};
    const auto shown = shownBands(m_format);
    for (std::size_t c = 0; c < 3; ++c) {
        const auto band = shown[c];
        all[c] = isDisplayImagery(m_format) ? Shade{band, 0, 255 * m_format.scale}
                                            : Shade{band, m_low[band], std::max(m_high[band], m_low[band] + 1e-12)};
    }
    return all;
}

std::vector<std::uint8_t> Pack::rgb(std::int64_t i) const
{
    const auto* const samples = record(i);
    const auto read = m_format.sample == Sample::UInt8    ? sampleAt<std::uint8_t>
                      : m_format.sample == Sample::UInt16 ? sampleAt<std::uint16_t>
                                                          : sampleAt<float>;
    const std::int64_t pixels = m_format.sizePx * m_format.sizePx;
    std::vector<std::uint8_t> picture(static_cast<std::size_t>(pixels) * 3);
    const auto all = shades();
    for (std::size_t c = 0; c < 3; ++c) {
        const auto& [band, black, white] = all[c];
        for (std::int64_t k = 0; k < pixels; ++k) {
            const double sample = read(samples, static_cast<std::int64_t>(band) * pixels + k);
            const double shade = (sample * m_format.scale - black) / (white - black) * 255;
            picture[static_cast<std::size_t>(k) * 3 + c] =
                std::isnan(shade) ? 0 : static_cast<std::uint8_t>(std::clamp(shade, 0.0, 255.0) + 0.5);
        }
    }
    return picture;
}

std::string Pack::stretch() const
{
    if (isDisplayImagery(m_format)) return "as stored";
    const auto [red, green, blue] = shownBands(m_format);
    if (red == green) return "2-98 % of " + m_format.bands[red];
    return "2-98 % of each band; " + m_format.bands[red] + ", " + m_format.bands[green] + ", " + m_format.bands[blue];
}

} // namespace revisit

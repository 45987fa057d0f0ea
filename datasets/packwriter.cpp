// SPDX-License-Identifier: Apache-2.0
#include "datasets/base/crc32.h"
#include "datasets/base/error.h"
#include "datasets/base/files.h"
#include "datasets/base/parallel.h"
#include "datasets/pack.h"
#include "datasets/packlayout.h"
#include "datasets/packstatistics.h"
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace revisit {
namespace {

using namespace packlayout;
namespace fs = std::filesystem;

// The unfinished pack beside its final name, locked so that a second writer waits, and gone unless committed. What a
// killed writer left has the same name and is written over.
class Unfinished {
public:
    Unfinished(fs::path file, const Progress& progress) : m_final(std::move(file)), m_path(m_final)
    {
        m_path += ".part";
        while (!locked())
            if (!progress(0, "Another process is making " + m_final.filename().string())) throw Error("cancelled");
    }
    ~Unfinished()
    {
        if (!m_committed) ::unlink(m_path.c_str());
    }
    Unfinished(const Unfinished&) = delete;
    Unfinished& operator=(const Unfinished&) = delete;

    int fd() const { return m_fd.get(); }
    void reserve(std::uint64_t bytes)
    {
        m_needed = bytes;
        if (::ftruncate(fd(), 0) != 0) fail();
        // a file system that cannot reserve says so later, by pwrite
        if (::fallocate(fd(), 0, 0, static_cast<off_t>(bytes)) != 0 && errno != EOPNOTSUPP && errno != ENOSYS) fail();
        if (::ftruncate(fd(), static_cast<off_t>(bytes)) != 0) fail();
    }
    void write(const void* bytes, std::size_t count, std::uint64_t at) const
    {
        const auto* from = static_cast<const char*>(bytes);
        while (count > 0) {
            const auto wrote = ::pwrite(fd(), from, count, static_cast<off_t>(at));
            if (wrote < 0 && errno == EINTR) continue;
            if (wrote <= 0) fail();
            from += wrote, at += static_cast<std::uint64_t>(wrote), count -= static_cast<std::size_t>(wrote);
        }
    }
    void commit()
    {
        if (::fsync(fd()) != 0 || ::rename(m_path.c_str(), m_final.c_str()) != 0) fail();
        m_committed = true;
        syncFolder(m_final.parent_path());
    }

private:
    bool locked()
    {
        m_fd = Descriptor(::open(m_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666));
        if (!m_fd) fail();
        if (::flock(fd(), LOCK_EX | LOCK_NB) == 0) {
            struct stat mine {}; // its writer may have renamed or removed it before the lock was ours
            struct stat named {};
            if (::fstat(fd(), &mine) == 0 && ::stat(m_path.c_str(), &named) == 0 && mine.st_ino == named.st_ino)
                return true;
        } else if (errno != EWOULDBLOCK) {
            fail();
        } else {
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
        }
        return false;
    }
    [[noreturn]] void fail() const
    {
        const int code = errno;
        if (code == ENOSPC || code == EDQUOT || code == EFBIG)
            throw DiskError(m_final.string() + ": there is no room for it; it needs " + std::to_string(m_needed) +
                            " bytes: free some, or choose another cache folder with REVISIT_CACHE");
        failWriting(m_final, code);
    }
    fs::path m_final, m_path;
    Descriptor m_fd;
    std::uint64_t m_needed = 0;
    bool m_committed = false;
};

// The unfinished pack's bytes, for the statistics.
class View {
public:
    View(int fd, std::uint64_t bytes) : m_bytes(bytes), m_map(::mmap(nullptr, bytes, PROT_READ, MAP_SHARED, fd, 0))
    {
        if (m_map == MAP_FAILED)
            throw Error(std::string("cannot map a pack into memory (") + std::strerror(errno) + ")");
    }
    ~View() { ::munmap(m_map, m_bytes); }
    View(const View&) = delete;
    View& operator=(const View&) = delete;
    const std::byte* at(std::uint64_t offset) const { return static_cast<const std::byte*>(m_map) + offset; }

private:
    std::uint64_t m_bytes;
    void* m_map;
};

template <class T> void append(std::vector<std::byte>& bytes, const std::vector<T>& values)
{
    const auto* from = reinterpret_cast<const std::byte*>(values.data());
    bytes.insert(bytes.end(), from, from + values.size() * sizeof(T));
}

std::string headerText(const PackFormat& format)
{
    static constexpr const char* names[] = {"uint8", "uint16", "float32"};
    Json header = {{"name", format.name},
                   {"sample", names[static_cast<std::size_t>(format.sample)]},
                   {"size_px", static_cast<std::uint64_t>(format.sizePx)},
                   {"scale", format.scale},
                   {"gsd_m", std::isfinite(format.gsdM) ? Json(format.gsdM) : Json()},
                   {"bands", format.bands},
                   {"classes", format.classes},
                   {"attribution", format.attribution}};
    return header.dump();
}

// Everything of the metadata but the statistics, which are not known before the records.
std::vector<std::byte> patchTable(const std::vector<Patch>& patches)
{
    std::vector<double> lon, lat;
    std::vector<std::int32_t> label;
    std::vector<std::uint8_t> split;
    std::vector<std::uint32_t> offset = {0};
    std::vector<char> ids;
    for (const auto& patch : patches) {
        lon.push_back(patch.lon), lat.push_back(patch.lat);
        label.push_back(patch.label);
        split.push_back(static_cast<std::uint8_t>(patch.split));
        try {
            (void)Json(patch.id).dump();
        } catch (const Json::exception&) {
            throw Error("the name of \"" + patch.id + "\" is not UTF-8; rename it");
        }
        ids.insert(ids.end(), patch.id.begin(), patch.id.end());
        offset.push_back(static_cast<std::uint32_t>(ids.size()));
    }
    std::vector<std::byte> bytes;
    append(bytes, lon), append(bytes, lat), append(bytes, label), append(bytes, split), append(bytes, offset);
    append(bytes, ids);
    return bytes;
}

} // namespace

void writePack(const fs::path& file, const PackFormat& format, const std::vector<Patch>& patches,
               const std::function<void(std::int64_t, std::span<std::byte>)>& read, const Progress& progress,
               unsigned threads)
{
    std::vector<std::int64_t> training;
    for (std::size_t i = 0; i < patches.size(); ++i)
        if (patches[i].split == Split::Train) training.push_back(static_cast<std::int64_t>(i));
    if (training.empty())
        throw Error(format.name + ": none of its " + std::to_string(patches.size()) +
                    " patches is for training; it needs more");

    const auto header = headerText(format);
    const auto table = patchTable(patches);
    const auto count = static_cast<std::int64_t>(patches.size());
    Preamble p{magic, version, 0, header.size(), format.bands.size() * 32 + table.size(), patches.size(), 0, 0, 0};
    p.recordsAt = aligned(sizeof p + p.headerBytes + p.metadataBytes);
    p.stride = aligned(format.recordBytes());
    p.fileBytes = p.recordsAt + p.patches * p.stride;

    std::error_code failed;
    if (file.has_parent_path()) fs::create_directories(file.parent_path(), failed);
    if (failed) failWriting(file.parent_path(), failed.value());
    Unfinished out(file, progress);
    out.reserve(p.fileBytes);
    parallelFor(
        count,
        [&](std::int64_t i) {
            thread_local std::vector<std::byte> record;
            record.assign(p.stride, std::byte{0});
            read(i, {record.data(), format.recordBytes()});
            out.write(record.data(), record.size(), p.recordsAt + static_cast<std::uint64_t>(i) * p.stride);
        },
        [&](std::int64_t done) {
            return progress(0.95 * static_cast<double>(done) / static_cast<double>(count),
                            "Packing " + format.name + ": " + std::to_string(done) + " of " + std::to_string(count));
        },
        threads);

    const View view(out.fd(), p.fileBytes);
    std::vector<BandStatistics> bands(format.bands.size());
    parallelFor(
        static_cast<std::int64_t>(bands.size()),
        [&](std::int64_t b) {
            const auto band = static_cast<std::size_t>(b);
            bands[band] = bandStatistics(format, band, training, [&](std::int64_t i) {
                return view.at(p.recordsAt + static_cast<std::uint64_t>(i) * p.stride);
            });
        },
        [&](std::int64_t) { return progress(0.95, "Measuring the bands of " + format.name); }, threads);

    std::vector<double> statistics;
    for (const auto member :
         {&BandStatistics::mean, &BandStatistics::deviation, &BandStatistics::low, &BandStatistics::high})
        for (const auto& band : bands) statistics.push_back(band.*member);
    std::vector<std::byte> head(sizeof p);
    append(head, std::vector<char>(header.begin(), header.end()));
    append(head, statistics);
    append(head, table);
    head.resize(p.recordsAt);
    std::memcpy(head.data(), &p, sizeof p);
    p.crc = crc32(std::span(head).subspan(crcFrom));
    std::memcpy(head.data(), &p, sizeof p);
    out.write(head.data(), head.size(), 0);
    out.commit();
    progress(1, "Packed " + format.name);
}

} // namespace revisit

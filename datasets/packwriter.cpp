// SPDX-License-Identifier: Apache-2.0
#include "datasets/base/crc32.h"
#include "datasets/base/error.h"
#include "datasets/base/files.h"
#include "datasets/base/parallel.h"
#include "datasets/pack.h"
#include "datasets/packlayout.h"
#include "datasets/packstatistics.h"
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <numeric>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace revisit {
namespace {

using namespace packlayout;
namespace fs = std::filesystem;

// The unfinished pack beside its final name, locked so that a second writer waits. After its bytes come a key of what
// it is to hold and a byte for each record that has reached the disk: the writer after one that was cancelled or killed
// goes on from there. Gone when a writer fails.
class Unfinished {
public:
    Unfinished(fs::path file, const Progress& progress) : m_final(std::move(file)), m_path(m_final)
    {
        m_path += ".part";
        while (!locked())
            if (!progress(0, "Another process is making " + m_final.filename().string())) throw Cancelled();
    }
    ~Unfinished()
    {
        if (!m_keep) ::unlink(m_path.c_str());
    }
    Unfinished(const Unfinished&) = delete;
    Unfinished& operator=(const Unfinished&) = delete;

    int fd() const { return m_fd.get(); }
    /// Room for `bytes` of a pack of `records` records.
    void begin(std::uint64_t bytes, std::uint64_t key, std::size_t records)
    {
        m_bytes = bytes;
        m_done.assign(records, 0);
        if (goesOn(key)) return;
        const auto all = bytes + sizeof key + records;
        if (::ftruncate(fd(), 0) != 0) fail();
        // a file system that cannot reserve says so later, by pwrite
        if (::fallocate(fd(), 0, 0, static_cast<off_t>(all)) != 0 && errno != EOPNOTSUPP && errno != ENOSYS) fail();
        if (::ftruncate(fd(), static_cast<off_t>(all)) != 0) fail();
        write(&key, sizeof key, bytes);
    }
    bool isDone(std::size_t record) const { return m_done[record] != 0; }
    void setDone(std::size_t record) { m_done[record] = 1; } // each from one thread
    std::int64_t done() const { return std::count(m_done.begin(), m_done.end(), 1); }
    /// What is done so far will not be done again.
    void save() const
    {
        const auto done = m_done;
        if (::fdatasync(fd()) != 0) fail();
        write(done.data(), done.size(), m_bytes + sizeof(std::uint64_t));
    }
    void keep() { m_keep = true; }
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
        if (::ftruncate(fd(), static_cast<off_t>(m_bytes)) != 0) fail();
        if (::fsync(fd()) != 0 || ::rename(m_path.c_str(), m_final.c_str()) != 0) fail();
        m_keep = true;
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
    bool goesOn(std::uint64_t key)
    {
        struct stat info {};
        std::uint64_t found = 0;
        const auto all = m_bytes + sizeof key + m_done.size();
        if (::fstat(fd(), &info) != 0 || static_cast<std::uint64_t>(info.st_size) != all) return false;
        const auto read = [&](void* to, std::size_t count, std::uint64_t at) {
            return ::pread(fd(), to, count, static_cast<off_t>(at)) == static_cast<ssize_t>(count);
        };
        if (!read(&found, sizeof found, m_bytes) || found != key) return false;
        return read(m_done.data(), m_done.size(), m_bytes + sizeof key);
    }
    [[noreturn]] void fail() const
    {
        const int code = errno;
        if (code == ENOSPC || code == EDQUOT || code == EFBIG)
            throw DiskError(m_final.string() + ": there is no room for it; it needs " + std::to_string(m_bytes) +
                            " bytes: free some, or choose another cache folder with REVISIT_CACHE");
        failWriting(m_final, code);
    }
    fs::path m_final, m_path;
    Descriptor m_fd;
    std::uint64_t m_bytes = 0;
    bool m_keep = false;
    std::vector<std::uint8_t> m_done;
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
    /// What was read so far need not stay in this process's memory.
    void letGo() const { ::madvise(m_map, m_bytes, MADV_DONTNEED); }

private:
    std::uint64_t m_bytes;
    void* m_map;
};

void checkContents(const PackContents& contents)
{
    const auto& name = contents.format.name;
    const auto trains = [](const Patch& patch) { return patch.split == Split::Train; };
    if (std::none_of(contents.patches.begin(), contents.patches.end(), trains))
        throw Error(name + ": none of its " + std::to_string(contents.patches.size()) +
                    " patches is for training; it needs more");
}

// [layers][patches], as contents.records, or one of its own for each patch.
std::vector<std::vector<std::uint32_t>> recordsOf(const PackContents& contents)
{
    if (!contents.records.empty()) return contents.records;
    std::vector<std::uint32_t> own(contents.patches.size());
    std::iota(own.begin(), own.end(), 0u);
    return std::vector(contents.format.layers.size(), own);
}

std::uint64_t countOf(const std::vector<std::uint32_t>& numbers)
{
    std::uint64_t count = 0;
    for (const auto number : numbers)
        if (number != Pack::noRecord) count = std::max<std::uint64_t>(count, number + 1ull);
    return count;
}

// The records of a layer that training patches show, ascending.
std::vector<std::uint32_t> trained(const std::vector<Patch>& patches, const std::vector<std::uint32_t>& numbers)
{
    std::vector<std::uint32_t> all;
    for (std::size_t i = 0; i < patches.size(); ++i)
        if (patches[i].split == Split::Train && numbers[i] != Pack::noRecord) all.push_back(numbers[i]);
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

// Of each channel, from the records of `view`, the first of layer l at starts[l]. They pass by twice, a block of them
// through many channels at once: data that do not fit into memory are not read for each channel.
std::vector<BandStatistics> measured(const PackContents& contents,
                                     const std::vector<std::vector<std::uint32_t>>& records, const View& view,
                                     const std::vector<std::uint64_t>& starts, const Progress& progress,
                                     unsigned threads)
{
    constexpr std::size_t blockBytes = 64 << 20, together = 64; // channels, each of which counts in 1.5 MB
    const auto& format = contents.format;
    const auto goOn = [&] { return progress(0.95, "Measuring the bands of " + format.name); };
    std::vector<BandStatistics> found;
    for (std::size_t l = 0; l < format.layers.size(); ++l) {
        const auto all = trained(contents.patches, records[l]);
        const auto stride = strideOf(format, l);
        const auto most = std::max<std::size_t>(1, blockBytes / stride);
        for (std::size_t band = 0; band < format.layers[l].bands.size(); band += together) {
            std::vector<std::unique_ptr<BandMeasure>> measures;
            for (auto b = band; b < std::min(band + together, format.layers[l].bands.size()); ++b)
                measures.push_back(measureOf(format, {l, b}));
            for (const auto pass : {&BandMeasure::count, &BandMeasure::spread})
                for (std::size_t first = 0; first < all.size(); first += most) {
                    const auto block = std::span(all).subspan(first, std::min(most, all.size() - first));
                    parallelFor(
                        static_cast<std::int64_t>(measures.size()),
                        [&](std::int64_t k) {
                            auto& measure = *measures[static_cast<std::size_t>(k)];
                            for (const auto record : block) (measure.*pass)(view.at(starts[l] + record * stride));
                        },
                        [&](std::int64_t) { return goOn(); }, threads);
                    view.letGo();
                }
            for (const auto& measure : measures) found.push_back(measure->result());
        }
    }
    return found;
}

std::span<const std::byte> asBytes(const std::string& text)
{
    return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

} // namespace

void writePack(const fs::path& file, const PackContents& contents,
               const std::function<void(std::size_t, std::int64_t, std::span<std::byte>)>& read,
               const Progress& progress, unsigned threads)
{
    checkContents(contents);
    const auto& format = contents.format;
    const auto& patches = contents.patches;
    Header header{format, {}};
    const Table table{patches, recordsOf(contents), contents.factors};
    std::vector<std::pair<std::size_t, std::int64_t>> all; // every record: its layer, and its number there
    for (std::size_t l = 0; l < format.layers.size(); ++l) {
        header.records.push_back(countOf(table.records[l]));
        for (std::uint64_t r = 0; r < header.records[l]; ++r) all.emplace_back(l, static_cast<std::int64_t>(r));
    }
    const auto text = textOf(header);
    const auto rows = bytesOf(table);
    const auto statisticsAt = sizeof(Preamble) + text.size();
    Preamble p{magic, version, 0, text.size(), format.bands() * statisticsBytes + rows.size(), patches.size(), 0, 0, 0};
    p.recordsAt = aligned(sizeof p + p.headerBytes + p.metadataBytes);
    const auto starts = *offsets(header, p.recordsAt);
    p.fileBytes = starts.back();
    const auto placeOf = [&](std::size_t layer, std::uint64_t record) {
        return starts[layer] + record * strideOf(format, layer);
    };

    std::error_code failed;
    if (file.has_parent_path()) fs::create_directories(file.parent_path(), failed);
    if (failed) failWriting(file.parent_path(), failed.value());
    Unfinished out(file, progress);
    const auto key = static_cast<std::uint64_t>(crc32(asBytes(text))) << 32 | crc32(rows);
    out.begin(p.fileBytes, key, all.size());
    const auto before = out.done(), count = static_cast<std::int64_t>(all.size());
    auto saved = std::chrono::steady_clock::now();
    const auto interruptibly = [&](const auto& act) {
        try {
            act();
        } catch (const Cancelled&) {
            out.save();
            out.keep();
            throw;
        }
    };
    interruptibly([&] {
        parallelFor(
            count,
            [&](std::int64_t k) {
                const auto i = static_cast<std::size_t>(k);
                if (out.isDone(i)) return;
                const auto& [layer, number] = all[i];
                thread_local std::vector<std::byte> record;
                record.assign(strideOf(format, layer), std::byte{0});
                read(layer, number, {record.data(), format.recordBytes(layer)});
                out.write(record.data(), record.size(), placeOf(layer, static_cast<std::uint64_t>(number)));
                out.setDone(i);
            },
            [&](std::int64_t done) {
                if (const auto now = std::chrono::steady_clock::now(); now - saved > std::chrono::seconds(5)) {
                    out.save();
                    saved = now;
                }
                done = std::max(done, before);
                return progress(0.95 * static_cast<double>(done) / static_cast<double>(count),
                                "Packing " + format.name + ": " + std::to_string(done) + " of " +
                                    std::to_string(count));
            },
            threads);
    });

    std::vector<BandStatistics> statistics;
    interruptibly([&] {
        const View view(out.fd(), p.fileBytes);
        statistics = measured(contents, table.records, view, starts, progress, threads);
    });

    std::vector<std::byte> head(p.recordsAt);
    std::memcpy(head.data() + sizeof p, text.data(), text.size());
    std::memcpy(head.data() + statisticsAt, statistics.data(), statistics.size() * statisticsBytes);
    std::memcpy(head.data() + statisticsAt + statistics.size() * statisticsBytes, rows.data(), rows.size());
    std::memcpy(head.data(), &p, sizeof p);
    p.crc = crc32(std::span(head).subspan(crcFrom));
    std::memcpy(head.data(), &p, sizeof p);
    out.write(head.data(), head.size(), 0);
    out.commit();
    progress(1, "Packed " + format.name);
}

void abandonPack(const fs::path& file)
{
    auto part = file;
    part += ".part";
    const Descriptor left(::open(part.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
    if (left && ::flock(left.get(), LOCK_EX | LOCK_NB) == 0) ::unlink(part.c_str());
}

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "experiments/torchfile.h"
#include "datasets/base/crc32.h"
#include "datasets/base/files.h"
#include "experiments/pickle.h"
#include <cstring>
#include <fstream>
#include <torch/torch.h>

namespace revisit {
namespace {

constexpr std::size_t longestDirectory = 64 << 20, longestPickle = 64 << 20;

// A zip file whose entries are stored as they are, which is how torch.save writes it.
class StoredZip {
public:
    struct Entry {
        std::uint64_t header, bytes;
        std::uint32_t crc;
        bool plain; ///< neither compressed nor encrypted
    };

    explicit StoredZip(const std::filesystem::path& file) : m_name(file.string())
    {
        requireRegularFile(file);
        m_in.open(file, std::ios::binary);
        if (!m_in) throw Error(m_name + ": cannot be read");
        m_bytes = std::filesystem::file_size(file);
        list(directory());
    }
    const std::map<std::string, Entry>& entries() const { return m_entries; }
    // Its bytes are stored as they are, and so no more than the file's.
    const Entry& entry(const std::string& name) const
    {
        const auto found = m_entries.find(name);
        if (found == m_entries.end()) throw Error(m_name + ": lacks " + name + "; it is damaged");
        if (!found->second.plain)
            throw Error(m_name + ": its entry " + name + " is compressed or encrypted, which torch.save does not do");
        return found->second;
    }
    void read(const std::string& name, std::span<std::byte> to)
    {
        const auto& from = entry(name);
        const auto header = fetch(from.header, 30);
        if (header.compare(0, 4, "PK\3\4") != 0) damaged();
        const auto start = from.header + 30 + number(header, 26, 2) + number(header, 28, 2);
        if (start > m_bytes || from.bytes > m_bytes - start) damaged();
        fetch(start, to);
        if (crc32(to) != from.crc)
            throw Error(m_name + ": the checksum of " + name + " is not what it should be; download or copy it again");
    }
    std::string text(const std::string& name, std::size_t limit)
    {
        if (entry(name).bytes > limit) throw Error(m_name + ": " + name + " is too long for a file of weights");
        std::string all(entry(name).bytes, '\0');
        read(name, std::as_writable_bytes(std::span(all)));
        return all;
    }

private:
    std::string m_name;
    std::ifstream m_in;
    std::uint64_t m_bytes = 0;
    std::map<std::string, Entry> m_entries;

    [[noreturn]] void damaged() const { throw Error(m_name + ": is cut short or damaged; download or copy it again"); }
    std::uint64_t number(std::string_view in, std::size_t at, std::size_t bytes) const // little-endian
    {
        if (at > in.size() || bytes > in.size() - at) damaged();
        std::uint64_t all = 0;
        std::memcpy(&all, in.data() + at, bytes);
        return all;
    }
    void fetch(std::uint64_t from, std::span<std::byte> to)
    {
        m_in.clear();
        m_in.seekg(static_cast<std::streamoff>(from));
        m_in.read(reinterpret_cast<char*>(to.data()), static_cast<std::streamsize>(to.size()));
        if (static_cast<std::size_t>(m_in.gcount()) != to.size()) damaged();
    }
    std::string fetch(std::uint64_t from, std::uint64_t bytes)
    {
        if (from > m_bytes || bytes > m_bytes - from) damaged();
        std::string all(bytes, '\0');
        fetch(from, std::as_writable_bytes(std::span(all)));
        return all;
    }

    // The bytes of the central directory.
    std::string directory()
    {
        const auto length = std::min<std::uint64_t>(m_bytes, 22 + 0xffff + 20), start = m_bytes - length;
        const auto tail = fetch(start, length);
        const auto end = tail.rfind("PK\5\6");
        if (end == std::string::npos) damaged();
        std::uint64_t bytes = number(tail, end + 12, 4), from = number(tail, end + 16, 4);
        if (end >= 20 && tail.compare(end - 20, 4, "PK\6\7") == 0) { // zip64
            const auto wide = fetch(number(tail, end - 12, 8), 56);
            if (wide.compare(0, 4, "PK\6\6") != 0) damaged();
            bytes = number(wide, 40, 8), from = number(wide, 48, 8);
        }
        if (bytes > longestDirectory) damaged();
        return fetch(from, bytes);
    }
    void list(const std::string& all)
    {
        std::uint64_t total = 0;
        for (std::size_t at = 0; at < all.size();) {
            if (all.compare(at, 4, "PK\1\2") != 0) damaged();
            const auto flags = number(all, at + 8, 2), method = number(all, at + 10, 2);
            std::uint64_t packed = number(all, at + 20, 4), bytes = number(all, at + 24, 4);
            std::uint64_t header = number(all, at + 42, 4);
            const auto nameBytes = number(all, at + 28, 2), extraBytes = number(all, at + 30, 2);
            const auto crc = static_cast<std::uint32_t>(number(all, at + 16, 4));
            if (all.size() - at < 46 + nameBytes + extraBytes) damaged();
            const auto name = all.substr(at + 46, nameBytes);
            widen(std::string_view(all).substr(at + 46 + nameBytes, extraBytes), {&bytes, &packed, &header});
            const bool plain = method == 0 && (flags & 1) == 0 && packed == bytes;
            if (__builtin_add_overflow(total, packed, &total) || total > m_bytes)
                throw Error(m_name + ": its entries declare more bytes than the file has; it is cut short or damaged");
            if (!m_entries.emplace(name, Entry{header, bytes, crc, plain}).second)
                throw Error(m_name + ": has the entry " + name.substr(0, 200) + " twice");
            at += 46 + nameBytes + extraBytes + number(all, at + 32, 2);
        }
    }
    // Numbers that did not fit into 32 bits stand in the extra field, in this order.
    void widen(std::string_view extra, std::initializer_list<std::uint64_t*> numbers) const
    {
        for (std::size_t at = 0; at < extra.size();) {
            const auto id = number(extra, at, 2), bytes = number(extra, at + 2, 2);
            if (id == 1) {
                auto from = at + 4;
                for (auto* narrow : numbers)
                    if (*narrow == 0xffffffff) *narrow = number(extra, from, 8), from += 8;
                return;
            }
            at += 4 + bytes;
        }
    }
};

// The name of the folder that all is in, with its slash.
std::string folderIn(const StoredZip& zip, const std::string& file)
{
    const std::string pickle = "/data.pkl";
    for (const auto& [name, entry] : zip.entries()) {
        const auto slash = name.find('/');
        if (slash == std::string::npos || name.substr(slash) != pickle) continue;
        const auto folder = name.substr(0, slash + 1);
        if (zip.entries().contains(folder + "constants.pkl"))
            throw Error(file + ": is a TorchScript program, not weights; save its state_dict() with torch.save");
        return folder;
    }
    throw Error(file + ": is a zip file, but not one of torch.save (it has no data.pkl)");
}

} // namespace

State readTorchFile(const std::filesystem::path& file)
{
    StoredZip zip(file);
    const auto name = file.string(), folder = folderIn(zip, name);
    if (zip.entries().contains(folder + "byteorder") && zip.text(folder + "byteorder", 16) != "little")
        throw Error(name + ": has its numbers in big-endian order; save it again on a little-endian machine");
    std::map<std::string, at::Tensor> storages;
    State tensors;
    for (const auto& [key, tensor] : readPickle(zip.text(folder + "data.pkl", longestPickle), name)) {
        auto& storage = storages[tensor.storage];
        if (!storage.defined()) {
            const auto entry = folder + "data/" + tensor.storage;
            const auto has = zip.entry(entry).bytes, each = c10::elementSize(tensor.type);
            if (has % each != 0 || has / each != static_cast<std::uint64_t>(tensor.values))
                throw Error(name + ": " + key + " needs a storage of " + std::to_string(tensor.values) + " values of " +
                            std::to_string(each) + " bytes, and " + entry + " has " + std::to_string(has) + " bytes");
            storage = torch::empty({tensor.values}, torch::dtype(tensor.type));
            zip.read(entry, {static_cast<std::byte*>(storage.mutable_data_ptr()), has});
        } else if (storage.scalar_type() != tensor.type || storage.numel() != tensor.values) {
            throw Error(name + ": " + key + " has another data type or size than what it shares its storage with");
        }
        tensors[key] = storage.as_strided(tensor.shape, tensor.strides, tensor.offset);
    }
    return tensors;
}

} // namespace revisit

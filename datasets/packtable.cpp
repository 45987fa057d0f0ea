// SPDX-License-Identifier: Apache-2.0
#include "datasets/base/error.h"
#include "datasets/packlayout.h"
#include <algorithm>
#include <cstring>

namespace revisit::packlayout {
namespace {

constexpr std::uint64_t patchBytes = 8 + 8 + 4 + 4 + 4 + 1 + 4; // lon, lat, label, day, place, split, offset of the id

// Reads values one after another, whose size was checked before.
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

template <class T> void append(std::vector<std::byte>& bytes, const std::vector<T>& values)
{
    const auto* from = reinterpret_cast<const std::byte*>(values.data());
    bytes.insert(bytes.end(), from, from + values.size() * sizeof(T));
}

template <class Get> auto column(const std::vector<Patch>& patches, const Get& get)
{
    std::vector<std::decay_t<decltype(get(patches.front()))>> values;
    for (const auto& patch : patches) values.push_back(get(patch));
    return values;
}

void checkIds(const std::vector<std::uint32_t>& offset, std::span<const char> ids, const std::filesystem::path& file)
{
    if (offset.front() != 0 || offset.back() != ids.size() || !std::is_sorted(offset.begin(), offset.end()))
        damaged(file, "the offsets of its ids are not in order");
    const auto continues = [&](std::uint32_t at) { return at < ids.size() && (ids[at] & 0xc0) == 0x80; };
    if (std::any_of(offset.begin(), offset.end(), continues)) damaged(file, "an id begins within a character");
    try {
        (void)Json(std::string(ids.begin(), ids.end())).dump(); // throws where it is not UTF-8
    } catch (const Json::exception&) {
        damaged(file, "its ids are not UTF-8");
    }
}

void checkRecords(const Table& table, const Header& header, const std::filesystem::path& file)
{
    for (std::size_t i = 0; i < table.patches.size(); ++i) {
        bool any = false;
        for (std::size_t l = 0; l < table.records.size(); ++l) {
            const auto number = table.records[l][i];
            if (number == Pack::noRecord) continue;
            any = true;
            if (number >= header.records[l])
                damaged(file, "patch " + std::to_string(i) + " names record " + std::to_string(number) + " of " +
                                  std::to_string(header.records[l]) + " of its layer " + header.format.layers[l].name);
        }
        if (!any) damaged(file, "patch " + std::to_string(i) + " has no record");
    }
}

} // namespace

std::optional<std::uint64_t> tableBytes(const Header& header, std::uint64_t patches)
{
    const auto each = patchBytes + 4 * (header.format.layers.size() + header.format.factors.size());
    return checked(patches, each, 4);
}

std::vector<std::byte> bytesOf(const Table& table)
{
    const auto& patches = table.patches;
    std::vector<std::uint32_t> offset = {0};
    std::vector<char> ids;
    for (const auto& patch : patches) {
        try {
            (void)Json(patch.id).dump();
        } catch (const Json::exception&) {
            throw Error("the name of \"" + patch.id + "\" is not UTF-8; rename it");
        }
        ids.insert(ids.end(), patch.id.begin(), patch.id.end());
        offset.push_back(static_cast<std::uint32_t>(ids.size()));
    }
    std::vector<std::byte> bytes;
    append(bytes, column(patches, [](const Patch& patch) { return patch.lon; }));
    append(bytes, column(patches, [](const Patch& patch) { return patch.lat; }));
    append(bytes, column(patches, [](const Patch& patch) { return static_cast<std::int32_t>(patch.label); }));
    append(bytes, column(patches, [](const Patch& patch) { return patch.day; }));
    append(bytes, column(patches, [](const Patch& patch) { return patch.place; }));
    append(bytes, column(patches, [](const Patch& patch) { return static_cast<std::uint8_t>(patch.split); }));
    for (const auto& numbers : table.records) append(bytes, numbers);
    for (const auto& values : table.factors) append(bytes, values);
    append(bytes, offset);
    append(bytes, ids);
    return bytes;
}

Table tableIn(std::span<const std::byte> bytes, std::uint64_t count, const Header& header,
              const std::filesystem::path& file)
{
    const auto& format = header.format;
    Cursor cursor(bytes.data());
    const auto lon = cursor.take<double>(count), lat = cursor.take<double>(count);
    const auto label = cursor.take<std::int32_t>(count), day = cursor.take<std::int32_t>(count);
    const auto place = cursor.take<std::uint32_t>(count);
    const auto split = cursor.take<std::uint8_t>(count);
    Table table;
    for (std::size_t l = 0; l < format.layers.size(); ++l) table.records.push_back(cursor.take<std::uint32_t>(count));
    for (std::size_t f = 0; f < format.factors.size(); ++f) table.factors.push_back(cursor.take<float>(count));
    const auto offset = cursor.take<std::uint32_t>(count + 1);
    const auto* const ids = reinterpret_cast<const char*>(cursor.at());
    checkIds(offset, {ids, reinterpret_cast<const char*>(bytes.data() + bytes.size())}, file);
    for (std::uint64_t i = 0; i < count; ++i) {
        const auto whose = "patch " + std::to_string(i);
        if (label[i] < -1 || label[i] >= static_cast<std::int64_t>(format.classes.size()))
            damaged(file, whose + " has label " + std::to_string(label[i]) + " of " +
                              std::to_string(format.classes.size()) + " classes");
        if (split[i] > 1) damaged(file, whose + " belongs to no split");
        if (std::abs(lon[i]) > 180 || std::abs(lat[i]) > 90) damaged(file, whose + " is not on the globe");
        table.patches.push_back(
            {{ids + offset[i], ids + offset[i + 1]}, lon[i], lat[i], label[i], Split{split[i]}, day[i], place[i]});
    }
    checkRecords(table, header, file);
    return table;
}

} // namespace revisit::packlayout

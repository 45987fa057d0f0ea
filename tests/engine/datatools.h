// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/base/crc32.h"
#include "datasets/base/error.h"
#include "datasets/pack.h"
#include <QtTest/QtTest>
#include <fstream>
#include <map>

// What several tests of data need: errors as text, small packs, and files made byte by byte.
namespace revisit::testing {

/// The message of the Error that `act` ends with; empty when there is none. Other exceptions pass.
template <class Act> std::string errorOf(const Act& act)
{
    try {
        act();
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

#define COMPARE_CONTAINS(text, part)                                                                                   \
    QVERIFY2(std::string(text).find(part) != std::string::npos,                                                        \
             ("\"" + std::string(text) + "\" has no \"" + std::string(part) + "\"").c_str())

inline std::filesystem::path pathIn(const QTemporaryDir& folder, const std::string& name)
{
    return std::filesystem::path(folder.path().toStdString()) / name;
}

inline void writeFile(const std::filesystem::path& file, const std::string& bytes)
{
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << bytes;
}

inline std::string bytesIn(const std::filesystem::path& file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

inline bool goOn(double, const std::string&) { return true; }

/// Little-endian, as TIFF, zip and packs have it.
template <class T> std::string raw(T value) { return {reinterpret_cast<const char*>(&value), sizeof value}; }

struct Tag {
    std::uint16_t type; ///< 3 uint16, 4 uint32, 12 double
    std::uint32_t count;
    std::string bytes;
};
inline Tag word(std::uint16_t value) { return {3, 1, raw(value)}; }
inline Tag number(std::uint32_t value) { return {4, 1, raw(value)}; }
template <class T> Tag list(std::uint16_t type, const std::vector<T>& values)
{
    Tag tag{type, static_cast<std::uint32_t>(values.size()), {}};
    for (const auto value : values) tag.bytes += raw(value);
    return tag;
}
using Tags = std::map<std::uint16_t, Tag>;

/// Tags of an uncompressed TIFF of one strip, which begins at byte 8.
inline Tags plainTags(std::uint32_t width, std::uint32_t height, std::uint16_t bands, std::uint16_t bits,
                      std::uint32_t stripBytes)
{
    return {
        {256, number(width)}, {257, number(height)},           {258, list(3, std::vector<std::uint16_t>(bands, bits))},
        {259, word(1)},       {262, word(bands == 3 ? 2 : 1)}, {273, number(8)},
        {277, word(bands)},   {278, number(height)},           {279, number(stripBytes)}};
}

inline std::string tiff(const Tags& tags, const std::string& strip)
{
    std::string file = "II*" + std::string(1, '\0') + std::string(4, '\0') + strip;
    file.resize((file.size() + 1) / 2 * 2);
    std::string directory = raw(static_cast<std::uint16_t>(tags.size()));
    const auto after = file.size() + 2 + tags.size() * 12 + 4;
    std::string far;
    for (const auto& [id, tag] : tags) {
        directory += raw(id) + raw(tag.type) + raw(tag.count);
        auto value = tag.bytes;
        if (value.size() > 4) {
            far += value;
            value = raw(static_cast<std::uint32_t>(after + far.size() - tag.bytes.size()));
        }
        value.resize(4);
        directory += value;
    }
    const auto at = raw(static_cast<std::uint32_t>(file.size()));
    return file.replace(4, 4, at) + directory + std::string(4, '\0') + far;
}

inline std::string bigEndian(std::uint32_t value)
{
    return {char(value >> 24), char(value >> 16), char(value >> 8), char(value)};
}

inline std::string pngChunk(const std::string& kind, const std::string& data)
{
    const auto body = kind + data;
    const auto sum = crc32({reinterpret_cast<const std::byte*>(body.data()), body.size()});
    return bigEndian(static_cast<std::uint32_t>(data.size())) + body + bigEndian(sum);
}

/// An 8-bit PNG: `kind` 0 grey, 3 with a colour table, 6 red, green, blue, alpha; `rows` as PNG has them.
inline std::string png(std::uint32_t width, std::uint32_t height, char kind, const std::string& rows)
{
    std::uint32_t a = 1, b = 0; // Adler-32
    for (const char c : rows) a = (a + static_cast<unsigned char>(c)) % 65521, b = (b + a) % 65521;
    const auto length = static_cast<std::uint16_t>(rows.size());
    const auto stored = "\x78\x01\x01" + raw(length) + raw(static_cast<std::uint16_t>(~length)) + rows;
    return "\x89PNG\r\n\x1a\n" +
           pngChunk("IHDR", bigEndian(width) + bigEndian(height) + '\x8' + kind + std::string(3, '\0')) +
           (kind == 3 ? pngChunk("PLTE", std::string(6, 'x')) : "") +
           pngChunk("IDAT", stored + bigEndian(b << 16 | a)) + pngChunk("IEND", "");
}

/// 64 x 64 pixels of coloured clouds, baseline JPEG.
inline std::string jpeg()
{
    return QByteArray::fromBase64(
               "/9j/4AAQSkZJRgABAQAAAQABAAD/"
               "2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hn"
               "Pk1xeXBkeFxlZ2P/"
               "2wBDARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2Nj"
               "Y2P/wAARCABAAEADASIAAhEBAxEB/8QAGgAAAgMBAQAAAAAAAAAAAAAABAUBAgMGAP/"
               "EACgQAAEEAQMDAwUBAAAAAAAAAAEAAgMRIQQS"
               "MUFRYRMigRQykaGxcf/EABkBAAMBAQEAAAAAAAAAAAAAAAIDBAEFBv/EAB0RAAIDAQADAQAAAAAAAAAAAAECAAMRIQQSMUH/"
               "2gAMAwEA"
               "AhEDEQA/AOMa7aL/"
               "AEt4pBWSKKHaAfIUkirA+V31fRBDEHI108gc8Vwmeno4BFdUh0b2l3UEftONPK0V0I4UHkZCLBuRhuIjsE4Usks0"
               "48hBOm3AgGu4V9O4h9nPhQhA/"
               "wBmq5TsNj+4HsUXFMA6uMpcZGk0CtYXgVZBo9UIqxtjxad9pxvplpNELRsJezoivTDxkU5WZAW8qxbj"
               "nJFbzsxjhGDwimW0bqKqBZpVc17CaBIQ2MT2bWVMKaLFk/4rxF4cATY8peJZGvo/"
               "ajYpwWZ56KT3KtF3PkKjoOojBUtLo+HWCgzM5ryR"
               "wV4asDFi0TMT2FW5zIHKdj7zSs3UiqJWurYC0gj5S94A4/"
               "qBWl9vjgjkMjla423nwpe8Odg0UPAQHijSK2tOW8oGuw5OeEKHDCoYGzMN"
               "j3V+V4aYtdQFBW0biOnXom7Q2Vt17gs+wLRh0xQ+Elvf4Qvpem+yMJ99P7uB3Q+"
               "o0h3bqwtFgHJOpKHR8gUzWP4NlK9RFtJAwEY7dG88"
               "8KkvvFEWE9U/RPUMnqcisuLXUOOy3jl85/"
               "q9LEQTQ4QpJjGRSW9cguUbGkWpDCAcFNNPrQ8Ag5A5BXNMmuj2R2nkLDzbe6KpcPZDa2Cd"
               "O2YuAN5WtFzLtJ9POXmg7gflM4ZCR1IKeaBILX5yf//Z")
        .toStdString();
}

struct ZipEntry {
    std::string name, bytes;
    std::uint32_t unixMode = 0100644;
    std::uint32_t declaredBytes = 0; ///< 0: the truth
};

/// A zip file of stored entries.
inline std::string zip(const std::vector<ZipEntry>& entries)
{
    const auto word = [](std::size_t value) { return raw(static_cast<std::uint16_t>(value)); };
    const auto number = [](std::size_t value) { return raw(static_cast<std::uint32_t>(value)); };
    std::string file, directory;
    for (const auto& entry : entries) {
        const auto sum = crc32({reinterpret_cast<const std::byte*>(entry.bytes.data()), entry.bytes.size()});
        const auto declared = entry.declaredBytes ? entry.declaredBytes : entry.bytes.size();
        const auto common = word(20) + word(0) + word(0) + word(0) + word(33) + number(sum) +
                            number(entry.bytes.size()) + number(declared) + word(entry.name.size()) + word(0);
        directory += "PK\1\2" + word(3 << 8 | 20) + common + word(0) + word(0) + word(0) +
                     number(static_cast<std::size_t>(entry.unixMode) << 16) + number(file.size()) + entry.name;
        file += "PK\3\4" + common + entry.name + entry.bytes;
    }
    const auto count = word(entries.size());
    return file + directory + "PK\5\6" + word(0) + word(0) + count + count + number(directory.size()) +
           number(file.size()) + word(0);
}

} // namespace revisit::testing

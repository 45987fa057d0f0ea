// SPDX-License-Identifier: Apache-2.0
#include "datasets/archive.h"
#include "datasets/base/error.h"
#include "datasets/base/files.h"
#include <set>
#include <sstream>
#include <sys/stat.h>
#include <zip.h>

namespace revisit {

struct Archive::Open {
    std::string name;
    std::uint64_t fileBytes = 0;
    zip_t* zip = nullptr;
    ~Open()
    {
        if (zip) zip_discard(zip);
    }
    [[noreturn]] void refuse(const std::string& what) const { throw Error(name + ": " + what); }
    [[noreturn]] void refuse(const std::string& entry, const std::string& what) const
    {
        refuse("its entry \"" + entry.substr(0, 200) + "\" " + what);
    }
};

namespace {

bool climbs(const std::string& name)
{
    std::istringstream parts(name);
    for (std::string part; std::getline(parts, part, '/');)
        if (part == "..") return true;
    return false;
}

} // namespace

Archive::Archive(const std::filesystem::path& file) : m_open(std::make_unique<Open>())
{
    m_open->name = file.string();
    requireRegularFile(file);
    m_open->fileBytes = std::filesystem::file_size(file);
    int code = 0;
    m_open->zip = zip_open(file.c_str(), ZIP_RDONLY, &code);
    if (!m_open->zip) {
        zip_error_t why;
        zip_error_init_with_code(&why, code);
        const std::string said = zip_error_strerror(&why);
        zip_error_fini(&why);
        m_open->refuse("cannot be read as a zip file, it is damaged or cut short (" + said +
                       "); download or copy it again");
    }
}

Archive::~Archive() = default;

std::vector<Archive::Item> Archive::items() const
{
    const auto count = static_cast<std::uint64_t>(zip_get_num_entries(m_open->zip, 0));
    if (count > maxEntries)
        m_open->refuse("has " + std::to_string(count) + " entries; the most that Revisit reads is " +
                       std::to_string(maxEntries));
    std::vector<Item> items;
    std::set<std::string> seen;
    for (std::uint64_t i = 0; i < count; ++i) {
        zip_stat_t info;
        if (zip_stat_index(m_open->zip, i, 0, &info) != 0 ||
            (info.valid & (ZIP_STAT_NAME | ZIP_STAT_SIZE)) != (ZIP_STAT_NAME | ZIP_STAT_SIZE))
            m_open->refuse("its entry " + std::to_string(i) + " is damaged (" + zip_strerror(m_open->zip) + ")");
        const std::string name = info.name;
        if (name.empty()) m_open->refuse("its entry " + std::to_string(i) + " has no name");
        if (name.find('\\') != std::string::npos)
            m_open->refuse(name, "has a backslash in its name; make the zip again with /");
        if (name.front() == '/') m_open->refuse(name, "has an absolute path; make the zip again with relative ones");
        if (climbs(name)) m_open->refuse(name, "climbs out of its folder; this zip is not safe to use");
        zip_uint8_t system = 0;
        zip_uint32_t attributes = 0;
        if (zip_file_get_external_attributes(m_open->zip, i, 0, &system, &attributes) == 0 &&
            system == ZIP_OPSYS_UNIX) {
            const auto kind = (attributes >> 16) & S_IFMT;
            if (kind != 0 && kind != S_IFREG && kind != S_IFDIR)
                m_open->refuse(name, "is a link or a device, not a file; make the zip again without it");
        }
        if (!seen.insert(name).second) m_open->refuse(name, "is there twice");
        if (name.back() != '/') items.push_back({name, i, info.size});
    }
    return items;
}

std::vector<std::byte> Archive::read(const Item& item) const
{
    zip_stat_t info;
    if (zip_stat_index(m_open->zip, item.index, 0, &info) != 0) m_open->refuse(item.name, zip_strerror(m_open->zip));
    if (info.size > maxEntryBytes)
        m_open->refuse(item.name, "declares " + std::to_string(info.size) + " bytes; the most that Revisit reads is " +
                                      std::to_string(maxEntryBytes));
    if (info.comp_size > m_open->fileBytes || info.size / maxRatio > info.comp_size)
        m_open->refuse(item.name, "declares " + std::to_string(info.size) + " bytes packed into " +
                                      std::to_string(info.comp_size) + ", which no image does");
    struct Closer {
        void operator()(zip_file_t* file) const { zip_fclose(file); }
    };
    const std::unique_ptr<zip_file_t, Closer> file(zip_fopen_index(m_open->zip, item.index, 0));
    if (!file) m_open->refuse(item.name, std::string("cannot be read (") + zip_strerror(m_open->zip) + ")");
    std::vector<std::byte> bytes(info.size + 1); // one more: the checksum is compared where the end is seen
    std::uint64_t got = 0;
    while (got < bytes.size()) {
        const auto n = zip_fread(file.get(), bytes.data() + got, bytes.size() - got);
        if (n < 0)
            m_open->refuse(item.name, std::string("is damaged or cut short (") + zip_file_strerror(file.get()) + ")");
        if (n == 0) break;
        got += static_cast<std::uint64_t>(n);
    }
    if (got != info.size)
        m_open->refuse(item.name, "is not of the " + std::to_string(info.size) + " bytes that it declares");
    bytes.pop_back();
    return bytes;
}

} // namespace revisit

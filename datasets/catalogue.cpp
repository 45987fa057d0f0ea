// SPDX-License-Identifier: Apache-2.0
#include "datasets/catalogue.h"
#include "datasets/base/error.h"
#include "datasets/base/files.h"
#include <algorithm>
#include <set>

namespace revisit {
namespace {

/// An object of the catalogue, and how its errors name it: "datasets.json: datasets[2].files[0]".
class Item {
public:
    Item(const Json& json, std::string where, const std::set<std::string>& known)
        : m_json(json),
          m_where(std::move(where))
    {
        if (!json.is_object()) fail("", "should be an object");
        const std::vector<std::string> names(known.begin(), known.end());
        for (const auto& [key, value] : json.items())
            if (!known.count(key)) fail(key, "unknown key" + suggestion(key, names));
    }
    [[noreturn]] void fail(const std::string& key, const std::string& what) const
    {
        throw Error(m_where + (key.empty() ? "" : "." + key) + ": " + what);
    }
    std::string text(const std::string& key, bool required = true) const
    {
        if (!m_json.contains(key) && !required) return {};
        if (!m_json.contains(key)) fail(key, "is missing");
        if (!m_json[key].is_string() || (required && m_json[key].get<std::string>().empty()))
            fail(key, "should be a text");
        return m_json[key];
    }
    /// What only letters, digits, "-", "_" and "." make up, so that it names a file in its folder and nothing else.
    std::string name(const std::string& key) const
    {
        const auto value = text(key);
        const auto plain = [](unsigned char c) {
            return c < 128 && (std::isalnum(c) || c == '-' || c == '_' || c == '.');
        };
        if (!std::all_of(value.begin(), value.end(), plain) || value[0] == '.' || value.size() > 100)
            fail(key, "\"" + value + "\" should be a plain name of letters, digits, -, _ and dots");
        return value;
    }
    std::int64_t bytes(const std::string& key) const
    {
        if (!m_json.contains(key) || m_json[key].is_null()) return -1;
        if (!m_json[key].is_number_unsigned() || m_json[key].get<std::uint64_t>() > (1ull << 50))
            fail(key, "should be a number of bytes, or null");
        return m_json[key].get<std::int64_t>();
    }
    std::string hash(const std::string& key, std::size_t digits) const
    {
        if (!m_json.contains(key) || m_json[key].is_null()) return {};
        const auto value = text(key);
        if (value.size() != digits || value.find_first_not_of("0123456789abcdef") != std::string::npos)
            fail(key, "should be " + std::to_string(digits) + " lower-case hexadecimal digits, or null");
        return value;
    }
    const Json& list(const std::string& key) const
    {
        if (!m_json.contains(key)) fail(key, "is missing");
        if (!m_json[key].is_array()) fail(key, "should be a list");
        return m_json[key];
    }
    std::string at(const std::string& key, std::size_t index) const
    {
        return m_where + "." + key + "[" + std::to_string(index) + "]";
    }

private:
    const Json& m_json;
    std::string m_where;
};

CatalogueFile fileOf(const Json& json, const std::string& where)
{
    const Item item(json, where, {"name", "url", "bytes", "sha256", "md5"});
    CatalogueFile file{item.name("name"), item.text("url"), item.bytes("bytes"), item.hash("sha256", 64),
                       item.hash("md5", 32)};
    if (file.url.rfind("https://", 0) != 0 && file.url.rfind("http://", 0) != 0)
        item.fail("url", "\"" + file.url + "\" should begin with https:// or http://");
    if (std::any_of(file.url.begin(), file.url.end(), [](unsigned char c) { return c <= ' ' || c == 127; }))
        item.fail("url", "should have no spaces or control characters");
    return file;
}

CatalogueEntry entryOf(const Json& json, const std::string& where)
{
    const Item item(json, where,
                    {"name", "title", "about", "sensors", "licence", "citation", "attribution", "unpacks", "opens",
                     "how", "about_bytes", "files"});
    CatalogueEntry entry;
    entry.name = item.name("name");
    entry.title = item.text("title");
    entry.about = item.text("about");
    entry.licence = item.text("licence");
    entry.citation = item.text("citation");
    entry.attribution = item.text("attribution");
    entry.unpacks = item.text("unpacks");
    entry.opens = item.text("opens");
    entry.how = item.text("how", false);
    entry.aboutBytes = item.bytes("about_bytes");
    for (const auto& sensor : item.list("sensors")) {
        if (!sensor.is_string()) item.fail("sensors", "should be a list of texts");
        entry.sensors.push_back(sensor);
    }
    std::set<std::string> names;
    for (const auto& file : item.list("files")) {
        const auto place = item.at("files", entry.files.size());
        entry.files.push_back(fileOf(file, place));
        for (const char* beside : {"", ".json", ".part", ".part.json"}) // what a download puts there
            if (!names.insert(entry.files.back().name + beside).second)
                throw Error(place + ".name: " + entry.files.back().name + beside + " would be there twice");
    }
    if (entry.files.empty() && entry.how.empty()) item.fail("how", "is missing, and there are no files to download");
    return entry;
}

} // namespace

std::int64_t CatalogueEntry::bytes() const
{
    std::int64_t sum = 0;
    for (const auto& file : files) {
        if (file.bytes < 0) return aboutBytes;
        sum += file.bytes;
    }
    return files.empty() ? aboutBytes : sum;
}

std::vector<CatalogueEntry> readCatalogue(const std::filesystem::path& file)
{
    const auto json = parsed(readFile(file, 8 << 20));
    if (json.is_discarded()) throw Error(file.string() + ": is not JSON");
    const Item top(json, file.string() + ": catalogue", {"datasets"});
    std::vector<CatalogueEntry> all;
    for (const auto& entry : top.list("datasets")) {
        all.push_back(entryOf(entry, file.string() + ": datasets[" + std::to_string(all.size()) + "]"));
        for (std::size_t i = 0; i + 1 < all.size(); ++i)
            if (all[i].name == all.back().name) throw Error(file.string() + ": two data sets are named " + all[i].name);
    }
    return all;
}

const CatalogueEntry& entryNamed(const std::vector<CatalogueEntry>& all, const std::string& name)
{
    std::vector<std::string> names;
    for (const auto& entry : all) {
        if (entry.name == name) return entry;
        names.push_back(entry.name);
    }
    throw Error(name + ": no such data set" + suggestion(name, names) +
                "; revisit-engine data fetch lists those that there are");
}

} // namespace revisit

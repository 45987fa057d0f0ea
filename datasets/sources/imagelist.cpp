// SPDX-License-Identifier: Apache-2.0
#include "datasets/sources/imagelist.h"
#include "datasets/base/error.h"
#include <algorithm>
#include <cctype>
#include <set>
#include <sstream>

namespace revisit {

namespace fs = std::filesystem;

namespace {

bool isImage(const std::string& path, bool& mayHavePlace)
{
    std::istringstream parts(path);
    for (std::string part; std::getline(parts, part, '/');)
        if (part.empty() || part.front() == '.' || part == "__MACOSX") return false;
    auto extension = fs::path(path).extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    mayHavePlace = extension == ".tif" || extension == ".tiff" || extension == ".jp2";
    return mayHavePlace || extension == ".jpg" || extension == ".jpeg" || extension == ".png";
}

std::string firstFolder(const std::string& path)
{
    const auto slash = path.find('/');
    return slash == std::string::npos ? "" : path.substr(0, slash);
}

} // namespace

bool naturalLess(const std::string& a, const std::string& b)
{
    const auto digit = [](const std::string& s, std::size_t i) { return i < s.size() && s[i] >= '0' && s[i] <= '9'; };
    std::size_t i = 0, j = 0;
    while (i < a.size() && j < b.size()) {
        if (digit(a, i) && digit(b, j)) {
            while (a[i] == '0' && digit(a, i + 1)) ++i;
            while (b[j] == '0' && digit(b, j + 1)) ++j;
            std::size_t m = i, n = j;
            while (digit(a, m)) ++m;
            while (digit(b, n)) ++n;
            if (m - i != n - j) return m - i < n - j;
            if (const int order = a.compare(i, m - i, b, j, n - j)) return order < 0;
            i = m, j = n;
        } else if (a[i] != b[j]) {
            return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[j]);
        } else {
            ++i, ++j;
        }
    }
    if (a.size() - i != b.size() - j) return a.size() - i < b.size() - j;
    return a < b; // they differ in leading zeros at most
}

ImageList::ImageList(const fs::path& source)
    : m_source(source.has_filename() ? source : source.parent_path()) // "images/" is images
{
    std::error_code error;
    const auto status = fs::status(m_source, error);
    if (!fs::exists(status))
        throw Error(
            "dataset.path: " + m_source.string() + ": " +
                (status.type() == fs::file_type::not_found ? "there is no such folder or file" : error.message()),
            "dataset.path");
    m_isFolder = fs::is_directory(status);
    if (m_isFolder) {
        listFolder();
    } else {
        auto archive = std::make_unique<Archive>(m_source);
        for (const auto& item : archive->items()) add(item.name, item.index);
        m_idle.push_back(std::move(archive));
    }
    if (m_items.empty())
        throw Error("dataset.path: " + m_source.string() + " holds no images (JPEG, PNG, GeoTIFF, JPEG 2000)",
                    "dataset.path");
    std::sort(m_items.begin(), m_items.end(), [](const Item& a, const Item& b) { return naturalLess(a.path, b.path); });
    stripCommonFolders();
    findClasses();
}

void ImageList::add(const std::string& path, std::uint64_t entry)
{
    bool mayHavePlace = false;
    if (!isImage(path, mayHavePlace)) return;
    if (m_items.size() == Archive::maxEntries)
        throw Error("dataset.path: " + m_source.string() +
                        " holds more than a million images; choose a folder below it",
                    "dataset.path");
    m_items.push_back({path, -1, mayHavePlace, path, entry});
}

void ImageList::listFolder()
{
    try {
        for (const auto& file : fs::recursive_directory_iterator(m_source))
            if (file.is_regular_file()) add(file.path().lexically_relative(m_source).generic_string(), 0);
    } catch (const fs::filesystem_error& e) {
        throw Error("dataset.path: " + (e.path1().empty() ? m_source : e.path1()).string() + ": " + e.code().message(),
                    "dataset.path");
    }
}

void ImageList::stripCommonFolders()
{
    for (;;) {
        const auto common = firstFolder(m_items.front().id);
        const auto holds = [&](const Item& item) { return firstFolder(item.id) == common; };
        if (common.empty() || !std::all_of(m_items.begin(), m_items.end(), holds)) return;
        for (auto& item : m_items) item.id.erase(0, common.size() + 1);
    }
}

void ImageList::findClasses()
{
    std::set<std::string, decltype(&naturalLess)> names(naturalLess);
    for (const auto& item : m_items)
        if (const auto folder = firstFolder(item.id); !folder.empty()) names.insert(folder);
    m_classes.assign(names.begin(), names.end());
    for (auto& item : m_items) {
        const auto folder = firstFolder(item.id);
        const auto found = std::lower_bound(m_classes.begin(), m_classes.end(), folder, naturalLess);
        if (!folder.empty()) item.label = static_cast<int>(found - m_classes.begin());
    }
}

std::string ImageList::name() const { return m_source.filename().string(); }

std::string ImageList::fullName(std::int64_t i) const
{
    return (m_source / m_items[static_cast<std::size_t>(i)].path).string();
}

Fingerprint ImageList::fingerprint() const
{
    Fingerprint fingerprint;
    fingerprint.add("folder");
    if (!m_isFolder) return fingerprint.addFile(m_source);
    for (const auto& item : m_items) fingerprint.addFile(m_source / item.path);
    return fingerprint;
}

void ImageList::open(std::int64_t i, const std::function<void(const Raster&)>& use) const
{
    const auto& item = m_items[static_cast<std::size_t>(i)];
    if (m_isFolder) return use(Raster(m_source / item.path));
    std::unique_ptr<Archive> archive;
    {
        const std::lock_guard lock(m_mutex);
        if (!m_idle.empty()) archive = std::move(m_idle.back()), m_idle.pop_back();
    }
    if (!archive) archive = std::make_unique<Archive>(m_source);
    const auto bytes = archive->read({item.path, item.entry, 0});
    {
        const std::lock_guard lock(m_mutex);
        m_idle.push_back(std::move(archive));
    }
    use(Raster(bytes, fullName(i)));
}

} // namespace revisit

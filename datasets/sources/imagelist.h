// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/archive.h"
#include "datasets/raster.h"
#include "datasets/sources/cached.h"
#include <functional>
#include <mutex>

namespace revisit {

/// The images in a folder or zip, in natural order, with their classes. Hidden files and what is no image are passed
/// over; folders that hold everything else (EuroSAT_RGB/) count for nothing.
class ImageList {
public:
    /// Error when there is nothing to read.
    explicit ImageList(const std::filesystem::path& source);

    struct Item {
        std::string id;        ///< path below the folders that hold everything; the same in a folder and its zip
        int label = -1;        ///< index into classes()
        bool mayHavePlace;     ///< whether its format can say where on earth it is
        std::string path;      ///< below the source
        std::uint64_t entry{}; ///< of the zip
    };
    const std::vector<Item>& items() const { return m_items; }
    const std::vector<std::string>& classes() const { return m_classes; }
    /// Leaves out all that `wanted` does not want; classes stay.
    void keep(const std::function<bool(const Item&)>& wanted) { std::erase_if(m_items, std::not_fn(wanted)); }
    /// The source's last name.
    std::string name() const;
    /// How errors call image i.
    std::string fullName(std::int64_t i) const;
    /// Of the zip, or of every file.
    Fingerprint fingerprint() const;
    /// Calls `use` with image i; from any thread.
    void open(std::int64_t i, const std::function<void(const Raster&)>& use) const;

private:
    void add(const std::string& path, std::uint64_t entry);
    void listFolder();
    void stripCommonFolders();
    void findClasses();

    std::filesystem::path m_source;
    bool m_isFolder = false;
    std::vector<Item> m_items;
    std::vector<std::string> m_classes;
    mutable std::mutex m_mutex;
    mutable std::vector<std::unique_ptr<Archive>> m_idle; // one handle a thread: taken out while one reads
};

/// Whether a comes before b when runs of digits count as numbers: a2 before a10.
bool naturalLess(const std::string& a, const std::string& b);

} // namespace revisit

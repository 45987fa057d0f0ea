// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/raster.h"
#include "datasets/sources/cached.h"
#include <mutex>

namespace revisit {

/// A product of Sentinel-2 as ESA delivers it (SAFE, of one granule): what its metadata says, and where the JPEG 2000
/// file of each band is, in a folder or a zip.
class SafeProduct {
public:
    /// Error, naming the file, where the metadata is missing or makes no sense, there are several granules, or a band
    /// of the product lacks.
    explicit SafeProduct(const std::filesystem::path& source);

    const std::string& name() const { return m_name; } ///< "S2A_MSIL2A_..."
    const std::string& sensor() const { return m_sensor; }
    std::int32_t day() const { return m_day; }
    /// The catalogue's, with the product's own scale, offset and nodata; of each the finest resolution that there is.
    const std::vector<Band>& bands() const { return m_bands; }
    /// Opens the image of band b; from any thread.
    std::unique_ptr<Raster> open(std::size_t b) const;
    Fingerprint fingerprint() const;

private:
    struct Entry {
        std::string path;        ///< below the product's folder
        std::uint64_t index = 0; ///< of the zip
    };
    void list();
    std::string read(const Entry& entry) const;
    void findBands();
    void describe(const std::string& metadata, const std::string& file);
    std::filesystem::path m_source;
    bool m_isZip = false;
    std::string m_name, m_sensor;
    std::int32_t m_day = 0;
    std::vector<Entry> m_entries, m_images; ///< all, and of each band
    std::vector<Band> m_bands;
    mutable std::vector<std::vector<std::byte>> m_bytes; ///< of a zip's images, each read once
    mutable std::vector<std::once_flag> m_once;
};

} // namespace revisit

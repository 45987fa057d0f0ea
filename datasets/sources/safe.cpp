// SPDX-License-Identifier: Apache-2.0
#include "datasets/base/error.h"
#include "datasets/dataset.h"
#include "datasets/sources/cached.h"
#include "datasets/sources/cutting.h"
#include "datasets/sources/recognise.h"
#include "datasets/sources/safeproduct.h"
#include <cstring>
#include <mutex>

namespace revisit {
namespace {

namespace fs = std::filesystem;

class Safe final : public Dataset {
public:
    About about() const override
    {
        return {
            "Sentinel-2 product",
            "A product as ESA delivers it (.SAFE or a zip of it), Level-1C or Level-2A, cut into patches of 10 m on a "
            "grid.",
            "Contains Copernicus Sentinel data; the sensor is in docs/sensors.md."};
    }
    void params(Params& p) override
    {
        p("path", m_path, "The .SAFE folder, its MTD_MSIL1C.xml or MTD_MSIL2A.xml, or a zip of it.").path();
        m_cutting.params(p);
    }
    void check() const override
    {
        if (m_path.empty()) throw Error("dataset.path: choose a product of Sentinel-2", "dataset.path");
        if (!fs::exists(m_path)) throw Error("dataset.path: there is no file or folder " + m_path, "dataset.path");
    }
    std::shared_ptr<Pack> open(const fs::path& cache, const Progress& progress) override;

private:
    std::string m_path;
    Cutting m_cutting;
};

// The bands' images on the grid of the finest. Each is open once: neighbouring patches lie in the same blocks of JPEG
// 2000, and a handle for each thread would decode them again for each.
class Stack {
public:
    explicit Stack(const SafeProduct& product) : m_images(product.bands().size())
    {
        for (std::size_t b = 0; b < m_images.size(); ++b) {
            m_images[b].raster = product.open(b);
            m_width = std::max(m_width, m_images[b].raster->width());
            m_height = std::max(m_height, m_images[b].raster->height());
        }
        for (std::size_t b = 0; b < m_images.size(); ++b) {
            auto& [raster, factor, mutex] = m_images[b];
            factor = m_width / raster->width();
            const auto& name = product.bands()[b].name;
            if (raster->width() * factor != m_width || raster->height() * factor != m_height)
                throw Error(product.name() + ": band " + name + " has " + std::to_string(raster->width()) + " x " +
                            std::to_string(raster->height()) + " pixels, which do not go into " +
                            std::to_string(m_width) + " x " + std::to_string(m_height) + "; fetch the product again");
            if (raster->bands().size() != 1 || raster->sample() != Sample::UInt16)
                throw Error(product.name() + ": band " + name + " is no image of one band of 16 bits (" +
                            nameOf(raster->sample()) + "); fetch the product again");
        }
    }
    std::int64_t width() const { return m_width; }
    std::int64_t height() const { return m_height; }
    /// A pixel of a coarser band is repeated.
    void read(const Cutting::Tile& tile, std::int64_t sizePx, std::span<std::byte> record)
    {
        auto* to = record.data();
        for (auto& [raster, factor, mutex] : m_images) {
            const auto left = tile.x / factor, top = tile.y / factor;
            const auto columns = (tile.x + sizePx - 1) / factor - left + 1,
                       rows = (tile.y + sizePx - 1) / factor - top + 1;
            std::vector<std::uint16_t> own(static_cast<std::size_t>(columns * rows));
            {
                const std::lock_guard lock(mutex);
                raster->read({left, top, columns, rows}, columns, rows, std::as_writable_bytes(std::span(own)));
            }
            for (std::int64_t y = 0; y < sizePx; ++y)
                for (std::int64_t x = 0; x < sizePx; ++x, to += sizeof own[0]) {
                    const auto at = ((tile.y + y) / factor - top) * columns + (tile.x + x) / factor - left;
                    std::memcpy(to, &own[static_cast<std::size_t>(at)], sizeof own[0]);
                }
        }
    }

private:
    struct Image {
        std::unique_ptr<Raster> raster;
        std::int64_t factor = 1; // of its pixels' size to the finest's
        std::mutex mutex;
    };
    std::int64_t m_width = 0, m_height = 0;
    std::vector<Image> m_images;
};

std::shared_ptr<Pack> Safe::open(const fs::path& cache, const Progress& progress)
{
    check();
    progress(0, "Reading the metadata of " + fs::path(m_path).filename().string());
    const SafeProduct product(m_path);
    auto key = product.fingerprint();
    m_cutting.addTo(key);
    return cachedPack(cache, product.name(), key, [&](const fs::path& file) {
        Stack stack(product);
        const auto* const finest = "B02";
        std::size_t at = 0;
        while (product.bands()[at].name != finest) ++at;
        const auto image = product.open(at);
        PackFormat format;
        format.name = product.name();
        format.gsdM = image->gsdM();
        format.layers = {{product.sensor(), product.sensor(), Sample::UInt16, product.bands()}};
        format.attribution = "Cut from " + product.name() + "; contains Copernicus Sentinel data.";
        const auto read = [&](const Cutting::Tile& tile, std::span<std::byte> record) {
            stack.read(tile, m_cutting.sizePx(), record);
        };
        const auto place = [&](double x, double y) { return image->place(x, y); };
        m_cutting.write(file, format, {product.name(), stack.width(), stack.height(), read, place, product.day()},
                        progress);
    });
}

} // namespace

std::unique_ptr<Dataset> makeSafe();
std::unique_ptr<Dataset> makeSafe() { return std::make_unique<Safe>(); }

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/pack.h"
#include "datasets/raster.h"
#include "datasets/sources/cached.h"

namespace revisit {

/// How a large image is cut into patches on a grid.
class Cutting {
public:
    void params(Params& p);
    void addTo(Fingerprint& key) const;
    std::int64_t sizePx() const { return m_sizePx; }

    struct Tile {
        std::int64_t row, column, x, y; ///< x, y: its upper left corner in pixels
    };
    struct Image {
        std::string name; ///< for errors
        std::int64_t width, height;
        std::function<void(const Tile&, std::span<std::byte>)> read; ///< fills a record; from any thread
        std::function<std::optional<Raster::Place>(double x, double y)> place;
        std::int32_t day = Patch::noDay;
    };
    /// Writes the pack of this format, whose size it sets, with the patches of the image that have enough data. Whole
    /// blocks of 4 x 4 patches are tests. Error, with its key, where the image is smaller than a patch or none has
    /// data.
    void write(const std::filesystem::path& pack, PackFormat format, const Image& image,
               const Progress& progress) const;

private:
    static constexpr std::int64_t maxPatches = 5'000'000;
    std::vector<Tile> grid(const Image& image) const;
    std::vector<Tile> withData(const std::vector<Tile>& all, const Layer& layer, const Image& image,
                               const Progress& progress) const;
    std::int64_t m_sizePx = 64;
    double m_overlap = 0, m_leastData = 0.9;
};

} // namespace revisit

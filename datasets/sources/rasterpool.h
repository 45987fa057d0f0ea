// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/raster.h"
#include <mutex>

namespace revisit {

/// One image open in as many handles as threads read it at once, so that what GDAL has decoded is kept.
class RasterPool {
public:
    explicit RasterPool(std::function<std::unique_ptr<Raster>()> open) : m_open(std::move(open)) {}
    RasterPool(const std::filesystem::path& file, const std::string& variable)
        : RasterPool([=] { return std::make_unique<Raster>(file, variable); })
    {}
    void with(const std::function<void(const Raster&)>& use)
    {
        std::unique_ptr<Raster> image;
        {
            const std::lock_guard lock(m_mutex);
            if (!m_idle.empty()) image = std::move(m_idle.back()), m_idle.pop_back();
        }
        if (!image) image = m_open();
        use(*image);
        const std::lock_guard lock(m_mutex);
        m_idle.push_back(std::move(image));
    }

private:
    std::function<std::unique_ptr<Raster>()> m_open;
    std::mutex m_mutex;
    std::vector<std::unique_ptr<Raster>> m_idle;
};

} // namespace revisit

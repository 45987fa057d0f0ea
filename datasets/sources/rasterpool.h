// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "datasets/raster.h"
#include <mutex>

namespace revisit {

/// One image file open in as many handles as threads read it at once, so that what GDAL has decoded is kept.
class RasterPool {
public:
    RasterPool(std::filesystem::path file, std::string variable)
        : m_file(std::move(file)),
          m_variable(std::move(variable))
    {}
    void with(const std::function<void(const Raster&)>& use)
    {
        std::unique_ptr<Raster> image;
        {
            const std::lock_guard lock(m_mutex);
            if (!m_idle.empty()) image = std::move(m_idle.back()), m_idle.pop_back();
        }
        if (!image) image = std::make_unique<Raster>(m_file, m_variable);
        use(*image);
        const std::lock_guard lock(m_mutex);
        m_idle.push_back(std::move(image));
    }

private:
    std::filesystem::path m_file;
    std::string m_variable;
    std::mutex m_mutex;
    std::vector<std::unique_ptr<Raster>> m_idle;
};

} // namespace revisit

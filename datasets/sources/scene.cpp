// SPDX-License-Identifier: Apache-2.0
#include "datasets/dataset.h"
#include "datasets/raster.h"
#include "datasets/sources/bandsof.h"
#include "datasets/sources/cached.h"
#include "datasets/sources/cutting.h"
#include "datasets/sources/rasterpool.h"

namespace revisit {
namespace {

namespace fs = std::filesystem;

class Scene final : public Dataset {
public:
    About about() const override
    {
        return {"Scene", "One large image, GeoTIFF, JPEG 2000, netCDF or VRT, cut into patches on a grid.",
                "Your own image; its source and licence are yours to name."};
    }
    void params(Params& p) override
    {
        p("path", m_path, "The image file that is cut into patches.").path();
        p("variable", m_variable, "Which variable of a netCDF file that holds several.").advanced();
        p("sensor", m_sensor,
          "What took it, a name of the catalogue (docs/sensors.md); empty: the names of its bands tell.");
        m_cutting.params(p);
    }
    void check() const override
    {
        if (m_path.empty()) throw Error("dataset.path: choose an image", "dataset.path");
        if (!fs::is_regular_file(m_path)) throw Error("dataset.path: there is no file " + m_path, "dataset.path");
    }
    std::shared_ptr<Pack> open(const fs::path& cache, const Progress& progress) override;

private:
    std::string m_path, m_variable, m_sensor;
    Cutting m_cutting;
};

std::shared_ptr<Pack> Scene::open(const fs::path& cache, const Progress& progress)
{
    check();
    const auto name = fs::path(m_path).filename().string();
    auto key = Fingerprint();
    key.add("scene").addFile(m_path).add(m_variable).add(m_sensor);
    m_cutting.addTo(key);
    return cachedPack(cache, fs::path(m_path).stem().string(), key, [&](const fs::path& file) {
        const Raster image(m_path, m_variable);
        RasterPool pool(m_path, m_variable);
        PackFormat format;
        format.name = fs::path(m_path).stem().string();
        format.gsdM = image.gsdM();
        format.layers = {layerOf(image, m_sensor, name)};
        format.attribution = "Cut from " + name + ".";
        const auto read = [&](const Cutting::Tile& tile, std::span<std::byte> record) {
            const auto size = m_cutting.sizePx();
            pool.with([&](const Raster& own) { own.read({tile.x, tile.y, size, size}, size, size, record); });
        };
        const auto place = [&](double x, double y) { return image.place(x, y); };
        m_cutting.write(file, format, {m_path, image.width(), image.height(), read, place}, progress);
    });
}

} // namespace

std::unique_ptr<Dataset> makeScene();
std::unique_ptr<Dataset> makeScene() { return std::make_unique<Scene>(); }

} // namespace revisit

// SPDX-License-Identifier: Apache-2.0
#include "datasets/base/date.h"
#include "datasets/base/random.h"
#include "datasets/dataset.h"
#include "datasets/sources/bandsof.h"
#include "datasets/sources/cached.h"
#include "datasets/sources/imagetable.h"
#include "datasets/sources/rasterpool.h"
#include "datasets/sources/recognise.h"
#include <algorithm>
#include <cstring>

namespace revisit {
namespace {

namespace fs = std::filesystem;

constexpr int steps = 12, stepDays = 30; // a step's bands cover 30 days; the last ends at the file's second date

// A layer's bands in the stack, by the names of the first step; later steps' end in _1 to _11.
struct Part {
    const char* sensor;
    std::vector<const char*> bands;
    bool everyStep;
};
const std::vector<Part>& parts()
{
    static const std::vector<Part> all = {
        {"sentinel-2-l1c", {"B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B9", "B10", "B11", "B12"}, true},
        {"sentinel-1", {"VV", "VH"}, true},
        {"era5-land", {"temperature_2m", "total_precipitation"}, true},
        {"dem", {"elevation", "slope"}, false},
    };
    return all;
}

class CropHarvest final : public Dataset {
public:
    About about() const override
    {
        return {
            "CropHarvest stacks",
            "GeoTIFFs of 206 bands: twelve months of Sentinel-1, Sentinel-2 and climate over one field, with elevation "
            "and slope.",
            "Tseng et al. 2021, CropHarvest (CC BY-SA 4.0); eo_data of its release."};
    }
    void params(Params& p) override
    {
        p("path", m_path, "One such file, or the folder that holds them.").path();
        p("last_day", m_lastDay,
          "Where a file's name does not say it (name_2019-02-06_2020-02-01.tif): the day on which its last month "
          "ends.");
    }
    void check() const override
    {
        if (m_path.empty())
            throw Error("dataset.path: choose a stack of CropHarvest, or a folder of them", "dataset.path");
        if (!fs::exists(m_path)) throw Error("dataset.path: there is no file or folder " + m_path, "dataset.path");
        if (!dayIn(m_lastDay))
            throw Error("dataset.last_day: " + m_lastDay + " is no date; write it as 2026-07-31", "dataset.last_day");
    }
    std::shared_ptr<Pack> open(const fs::path& cache, const Progress& progress) override;

private:
    std::vector<fs::path> files() const;
    std::int32_t lastDayOf(const fs::path& file) const;
    std::string m_path, m_lastDay = "2020-02-01";
};

std::vector<fs::path> CropHarvest::files() const
{
    if (fs::is_regular_file(m_path)) return {m_path};
    std::vector<fs::path> all;
    for (const auto& item : fs::directory_iterator(m_path))
        if (item.is_regular_file() && item.path().extension() == ".tif") all.push_back(item.path());
    std::sort(all.begin(), all.end(),
              [](const fs::path& a, const fs::path& b) { return naturalLess(a.string(), b.string()); });
    if (all.empty()) throw Error("dataset.path: " + m_path + " holds no .tif files", "dataset.path");
    return all;
}

std::int32_t CropHarvest::lastDayOf(const fs::path& file) const
{
    const auto name = file.stem().string();
    if (name.size() > 11 && name[name.size() - 11] == '_')
        if (const auto day = dayIn(name.substr(name.size() - 10))) return *day;
    return *dayIn(m_lastDay);
}

// Where in a file's bands each of a part's lies at a step.
std::vector<std::size_t> bandsAt(const Raster& image, const Part& part, int step)
{
    std::vector<std::size_t> places;
    for (const std::string name : part.bands) {
        const auto wanted = step == 0 || !part.everyStep ? name : name + "_" + std::to_string(step);
        const auto found = std::ranges::find(image.bands(), wanted, &Band::name);
        if (found == image.bands().end()) return {};
        places.push_back(static_cast<std::size_t>(found - image.bands().begin()));
    }
    return places;
}

Layer layerFor(const Part& part)
{
    Layer layer{part.sensor, part.sensor, Sample::Float32, {}};
    const auto& sensor = *sensorCalled(part.sensor);
    for (const auto* const name : part.bands) {
        layer.bands.push_back(*sensor.band(name));
        layer.bands.back().nodata.reset(); // the stack is of floating point, where NaN says it
    }
    return layer;
}

void requireStack(const Raster& image, const fs::path& file)
{
    for (const auto& part : parts())
        for (int step = 0; step < (part.everyStep ? steps : 1); ++step)
            if (bandsAt(image, part, step).empty())
                throw Error(file.string() + ": is no CropHarvest stack: step " + std::to_string(step + 1) +
                            " has not all of the bands of " + part.sensor + "; choose scene or folder");
    if (image.sample() != Sample::Float32)
        throw Error(file.string() + ": is no CropHarvest stack: its numbers are " + nameOf(image.sample()) +
                    ", not of floating point");
}

std::shared_ptr<Pack> CropHarvest::open(const fs::path& cache, const Progress& progress)
{
    check();
    const auto all = files();
    Fingerprint key;
    key.add("cropharvest").add(m_lastDay);
    for (const auto& file : all) key.addFile(file);
    const auto name = fs::path(m_path).stem().string();
    return cachedPack(cache, name, key, [&](const fs::path& pack) {
        PackContents contents;
        auto& format = contents.format;
        format.name = name;
        format.attribution = "CropHarvest (Tseng et al. 2021), CC BY-SA 4.0; contains modified Copernicus data.";
        for (const auto& part : parts()) format.layers.push_back(layerFor(part));
        contents.records.resize(parts().size());
        std::vector<std::unique_ptr<RasterPool>> pools;
        for (std::size_t f = 0; f < all.size(); ++f) {
            const Raster image(all[f]);
            requireStack(image, all[f]);
            pools.push_back(std::make_unique<RasterPool>(all[f], ""));
            const auto side = std::min(image.width(), image.height());
            if (f == 0) format.sizePx = side, format.gsdM = image.gsdM();
            const auto at =
                image.place(static_cast<double>(image.width()) / 2, static_cast<double>(image.height()) / 2);
            for (int step = 0; step < steps; ++step) {
                Patch patch;
                patch.id = all[f].stem().string() + "/" + std::to_string(step + 1);
                if (at) patch.lon = at->lon, patch.lat = at->lat;
                patch.place = static_cast<std::uint32_t>(f);
                patch.day = lastDayOf(all[f]) - (steps - 1 - step) * stepDays - stepDays / 2; // its middle
                patch.split = f > 0 && Random(0, all[f].stem().string()).chance(0.2) ? Split::Test : Split::Train;
                contents.patches.push_back(patch);
                for (std::size_t l = 0; l < parts().size(); ++l)
                    contents.records[l].push_back(static_cast<std::uint32_t>(
                        parts()[l].everyStep ? f * steps + static_cast<std::size_t>(step) : f));
            }
        }
        writePack(
            pack, contents,
            [&](std::size_t l, std::int64_t number, std::span<std::byte> record) {
                const auto& part = parts()[l];
                const auto file = part.everyStep ? number / steps : number;
                pools[static_cast<std::size_t>(file)]->with([&](const Raster& image) {
                    const auto px = format.sizePx;
                    const auto plane = static_cast<std::size_t>(px * px) * sizeof(float);
                    const auto places = bandsAt(image, part, static_cast<int>(part.everyStep ? number % steps : 0));
                    std::vector<std::byte> stack(plane * image.bands().size());
                    const auto side = std::min(image.width(), image.height());
                    image.read({(image.width() - side) / 2, (image.height() - side) / 2, side, side}, px, px, stack);
                    for (std::size_t b = 0; b < places.size(); ++b)
                        std::memcpy(record.data() + b * plane, stack.data() + places[b] * plane, plane);
                });
            },
            progress);
    });
}

} // namespace

bool isCropHarvest(const Raster& image)
{
    return std::ranges::all_of(
        parts(), [&](const Part& part) { return !bandsAt(image, part, part.everyStep ? steps - 1 : 0).empty(); });
}

std::unique_ptr<Dataset> makeCropHarvest();
std::unique_ptr<Dataset> makeCropHarvest() { return std::make_unique<CropHarvest>(); }

} // namespace revisit

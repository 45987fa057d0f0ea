// SPDX-License-Identifier: Apache-2.0
#include "datasets/gdal.h"
#include "datasets/hdf5.h"
#include "datasets/sources/confined.h"
#include "datasets/sources/hdf5names.h"
#include <algorithm>
#include <cstring>

namespace revisit {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> real = {"float64", "float32"};
const std::vector<std::string> zones = {"compact high-rise",
                                        "compact mid-rise",
                                        "compact low-rise",
                                        "open high-rise",
                                        "open mid-rise",
                                        "open low-rise",
                                        "lightweight low-rise",
                                        "large low-rise",
                                        "sparsely built",
                                        "heavy industry",
                                        "dense trees",
                                        "scattered trees",
                                        "bush or scrub",
                                        "low plants",
                                        "bare rock or paved",
                                        "bare soil or sand",
                                        "water"};

// Reflectance already, in this order.
Layer optical()
{
    Layer layer{"sentinel-2-l1c", "sentinel-2-l1c", Sample::Float32, {}};
    for (const char* const name : {"B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B11", "B12"}) {
        layer.bands.push_back(*sensorCalled(layer.sensor)->band(name));
        layer.bands.back().scale = 1;
        layer.bands.back().nodata.reset();
    }
    return layer;
}

// The catalogue's Sentinel-1 is in decibels; this is neither that nor only intensities.
Layer radar()
{
    Layer layer{"sentinel-1", "", Sample::Float32, {}};
    const auto add = [&](const char* name, const char* unit) {
        Band band;
        band.name = name;
        band.wavelengthNm = sensorCalled("sentinel-1")->band("VH")->wavelengthNm;
        band.gsdM = 10;
        band.unit = unit;
        layer.bands.push_back(band);
    };
    for (const char* const name : {"VH_real", "VH_imaginary", "VV_real", "VV_imaginary"}) add(name, "linear amplitude");
    for (const char* const name : {"VH_intensity", "VV_intensity", "covariance_real", "covariance_imaginary"})
        add(name, "linear power");
    return layer;
}

// One of the files: its images, and the patch that is its first.
struct Part {
    std::vector<Hdf5::Array> layers; // as those of the pack
    std::int64_t first;
};

class So2Sat final : public Confined {
public:
    About about() const override
    {
        return {"So2Sat LCZ42",
                "HDF5 files of Sentinel-2 and Sentinel-1 patches of 42 cities and more, in 17 local climate zones.",
                "Zhu et al. 2020, So2Sat LCZ42 (CC BY 4.0)."};
    }
    void params(Params& p) override
    {
        p("path", m_path,
          "The folder of training.h5, validation.h5 and testing.h5, or one of them; their _geo.h5 give places.")
            .path();
    }
    void check() const override
    {
        if (m_path.empty())
            throw Error("dataset.path: choose the folder of training.h5, validation.h5 and testing.h5", "dataset.path");
        if (!fs::exists(m_path)) throw Error("dataset.path: there is no file or folder " + m_path, "dataset.path");
        if (so2satFiles(m_path).empty())
            throw Error("dataset.path: " + m_path + " holds no training.h5, validation.h5 or testing.h5",
                        "dataset.path");
    }
    void pack(const fs::path& file, const Progress& progress, const Touch& touch) const override;

protected:
    const char* name() const override { return "so2sat"; }
    fs::path source() const override { return m_path; }
    std::vector<fs::path> files() const override
    {
        auto all = so2satFiles(m_path);
        for (const auto& file : so2satFiles(m_path))
            if (fs::is_regular_file(placesOf(file))) all.push_back(placesOf(file));
        return all;
    }

private:
    static fs::path placesOf(const fs::path& file) { return file.parent_path() / (file.stem().string() + "_geo.h5"); }
    static void addPatches(const fs::path& file, std::int64_t rows, const Hdf5& images, PackContents& contents);
    static void addPlaces(const fs::path& file, std::int64_t rows, const Touch& touch, std::span<Patch> patches);
    std::string m_path;
};

void So2Sat::addPatches(const fs::path& file, std::int64_t rows, const Hdf5& images, PackContents& contents)
{
    const auto label = images.array("label").require({static_cast<std::int64_t>(zones.size())}, hdf5Numbers());
    if (label.rows() != rows)
        throw Error(file.string() + ": label has " + std::to_string(label.rows()) + " rows, and sen2 " +
                    std::to_string(rows) + "; fetch the file again");
    const auto part = file.stem().string();
    std::vector<float> oneHot(zones.size());
    for (std::int64_t row = 0; row < rows; ++row) {
        label.read(row, std::span(oneHot));
        const auto ones = std::ranges::count(oneHot, 1.f), zeros = std::ranges::count(oneHot, 0.f);
        if (ones > 1 || ones + zeros != static_cast<std::int64_t>(zones.size()))
            throw Error(file.string() + ": label names no class in row " + std::to_string(row + 1) +
                        ", where a single 1 among zeros should stand; fetch the file again");
        Patch patch;
        patch.id = part + "/" + std::to_string(row);
        patch.label = ones ? static_cast<int>(std::ranges::find(oneHot, 1.f) - oneHot.begin()) : -1;
        patch.split = part == "validation" || part == "testing" ? Split::Test : Split::Train;
        patch.place = static_cast<std::uint32_t>(contents.patches.size());
        contents.patches.push_back(std::move(patch));
    }
}

void So2Sat::addPlaces(const fs::path& file, std::int64_t rows, const Touch& touch, std::span<Patch> patches)
{
    const Hdf5 places(file, touch);
    const auto coord = places.array("coord").require({6}, real); // centre in metres east and north, and more
    const auto epsg = places.array("epsg").require({1}, hdf5Numbers());
    for (const auto& array : {coord, epsg})
        if (array.rows() != rows)
            throw Error(file.string() + ": has places of " + std::to_string(array.rows()) + " patches, and " +
                        std::to_string(rows) + " are wanted; fetch the file of the same version");
    Degrees degrees;
    std::array<double, 6> at{};
    std::array<double, 1> code{};
    for (std::int64_t row = 0; row < rows; ++row) {
        coord.read(row, std::span<double>(at));
        epsg.read(row, std::span<double>(code));
        if (!(code[0] > 0 && code[0] < 1e6)) continue;
        if (const auto place = degrees.of(static_cast<int>(code[0]), at[0], at[1]))
            patches[static_cast<std::size_t>(row)].lon = (*place)[0],
            patches[static_cast<std::size_t>(row)].lat = (*place)[1];
    }
}

void So2Sat::pack(const fs::path& file, const Progress& progress, const Touch& touch) const
{
    PackContents contents;
    auto& format = contents.format;
    auto& patches = contents.patches;
    format.name = "So2Sat LCZ42";
    format.gsdM = 10;
    format.layers = {optical(), radar()};
    format.classes = zones;
    format.attribution = "So2Sat LCZ42 (Zhu et al. 2020), CC BY 4.0; contains modified Copernicus data.";
    std::vector<Part> parts;
    for (const auto& source : so2satFiles(m_path)) {
        progress(0, "Reading the labels of " + source.filename().string());
        const Hdf5 images(source, touch);
        const auto sen2 = images.array("sen2").require({format.sizePx, format.sizePx, 10}, real);
        const auto side = sen2.shape()[0];
        const auto sen1 = images.array("sen1").require({side, side, 8}, real);
        sen2.require({side, side, 10}, real);
        if (sen1.rows() != sen2.rows())
            throw Error(source.string() + ": sen1 has " + std::to_string(sen1.rows()) + " rows, and sen2 " +
                        std::to_string(sen2.rows()) + "; fetch the file again");
        format.sizePx = side;
        const auto first = patches.size();
        addPatches(source, sen2.rows(), images, contents);
        if (fs::is_regular_file(placesOf(source)))
            addPlaces(placesOf(source), sen2.rows(), touch, std::span(patches).subspan(first));
        parts.push_back({{sen2, sen1}, static_cast<std::int64_t>(first)});
    }
    trainOnSomething(patches);
    writePack(
        file, contents,
        [&](std::size_t layer, std::int64_t number, std::span<std::byte> record) {
            const auto part = std::prev(std::ranges::upper_bound(parts, number, {}, &Part::first));
            const auto bands = format.layers[layer].bands.size(),
                       pixels = static_cast<std::size_t>(format.sizePx * format.sizePx);
            std::vector<float> row(pixels * bands), planes(pixels * bands);
            part->layers[layer].read(number - part->first, std::span(row));
            for (std::size_t p = 0; p < pixels; ++p)
                for (std::size_t b = 0; b < bands; ++b)
                    planes[b * pixels + p] = std::isfinite(row[p * bands + b]) ? row[p * bands + b] : NAN;
            std::memcpy(record.data(), planes.data(), record.size());
        },
        progress);
}

} // namespace

std::unique_ptr<Dataset> makeSo2Sat();
std::unique_ptr<Dataset> makeSo2Sat() { return std::make_unique<So2Sat>(); }

} // namespace revisit

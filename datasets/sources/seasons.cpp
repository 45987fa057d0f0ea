// SPDX-License-Identifier: Apache-2.0
#include "datasets/base/date.h"
#include "datasets/base/error.h"
#include "datasets/base/random.h"
#include "datasets/dataset.h"
#include "datasets/sources/bandfiles.h"
#include "datasets/sources/cached.h"
#include "datasets/sources/imagetable.h"
#include "datasets/sources/recognise.h"
#include <algorithm>
#include <map>

namespace revisit {
namespace {

namespace fs = std::filesystem;

// What one satellite gives: a folder of places, in each a folder for each look, in which a file for each band.
struct Product {
    std::string sensor;
    std::vector<std::string> bands; // as their files are called
    fs::path folder;
};

struct Look {
    std::string place, folder;
};

std::vector<fs::path> foldersIn(const fs::path& folder)
{
    std::vector<fs::path> all;
    std::error_code failed;
    for (const auto& item : fs::directory_iterator(folder, failed))
        if (item.is_directory(failed) && item.path().filename().string().front() != '.') all.push_back(item.path());
    if (failed) throw Error("dataset.path: " + folder.string() + ": " + failed.message(), "dataset.path");
    std::ranges::sort(all, [](const fs::path& a, const fs::path& b) { return naturalLess(a.string(), b.string()); });
    return all;
}

// By the files of the first look in the first place that has any.
std::optional<Product> productIn(const fs::path& folder)
{
    for (const auto& place : foldersIn(folder)) {
        const auto looks = foldersIn(place);
        if (looks.empty()) {
            std::error_code failed;
            if (fs::is_empty(place, failed)) continue;
            return {};
        }
        const auto has = [&](const char* band) { return fs::is_regular_file(looks[0] / (std::string(band) + ".tif")); };
        if (has("VV") && has("VH")) return Product{"sentinel-1", {"VV", "VH"}, folder};
        if (!has("B2") || !has("B8A")) return {};
        const bool cirrus = has("B10"); // which Level-2A has not
        Product made{cirrus ? "sentinel-2-l1c" : "sentinel-2-l2a", {}, folder};
        for (const auto* const band :
             {"B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B9", "B10", "B11", "B12"})
            if (cirrus || band != std::string("B10")) made.bands.emplace_back(band);
        return made;
    }
    return {};
}

// SSL4EO-S12's s2a, s2c and s1, SeCo's only folder, or the folder itself.
std::vector<Product> productsIn(const fs::path& source)
{
    if (const auto own = productIn(source)) return {*own};
    std::vector<Product> all;
    for (const auto* const part : {"s2a", "s2c", "s1", "seasonal_contrast_100k", "seasonal_contrast_1m"})
        if (fs::is_directory(source / part))
            if (auto found = productIn(source / part)) all.push_back(std::move(*found));
    return all;
}

class Seasons final : public Dataset {
public:
    About about() const override
    {
        return {"Places in seasons",
                "SeCo and SSL4EO-S12: a folder for each place, in it one for each look, in it a GeoTIFF for each band.",
                "Mañas et al. 2021, Seasonal Contrast; Wang et al. 2023, SSL4EO-S12 (CC BY 4.0)."};
    }
    void params(Params& p) override
    {
        p("path", m_path, "The folder of places, or that of SSL4EO-S12's s1, s2a and s2c.").path();
        p("size_px", m_sizePx, "Width and height of a patch; coarser bands are repeated.")
            .range(8, 1024)
            .unit("px")
            .automatic(0);
    }
    void check() const override
    {
        if (m_path.empty()) throw Error("dataset.path: choose the folder of SeCo or SSL4EO-S12", "dataset.path");
        if (!fs::is_directory(m_path)) throw Error("dataset.path: there is no folder " + m_path, "dataset.path");
    }
    std::shared_ptr<Pack> open(const fs::path& cache, const Progress& progress) override;

private:
    std::string m_path;
    std::int64_t m_sizePx = 0; ///< 0: the finest band's
};

// The patches of all looks: those at one place on one day are one patch, with a record of each product.
class Looks {
public:
    explicit Looks(PackContents& contents, std::size_t products) : m_contents(contents), m_looks(products)
    {
        m_contents.records.resize(products);
    }
    void add(std::size_t product, Look look)
    {
        const auto day = dayInName(look.folder);
        const auto patch = patchOf(product, look.place + "/" + (day ? dateText(*day) : look.folder), look.place, day);
        m_contents.records[product][patch] = static_cast<std::uint32_t>(m_looks[product].size());
        m_looks[product].push_back(std::move(look));
    }
    const Look& look(std::size_t product, std::size_t number) const { return m_looks[product][number]; }
    std::size_t count(std::size_t product) const { return m_looks[product].size(); }

private:
    std::size_t patchOf(std::size_t product, const std::string& id, const std::string& place,
                        std::optional<std::int32_t> day)
    {
        auto& patches = m_contents.patches;
        auto own = id; // two looks of a day: the second is another patch
        for (int again = 2; m_patches.contains(own) && m_contents.records[product][m_patches[own]] != Pack::noRecord;)
            own = id + "/" + std::to_string(again++);
        const auto [found, isNew] = m_patches.try_emplace(own, patches.size());
        if (!isNew) return found->second;
        Patch patch;
        patch.id = own;
        patch.place = m_places.try_emplace(place, static_cast<std::uint32_t>(m_places.size())).first->second;
        patch.day = day.value_or(Patch::noDay);
        patch.split = Random(0, place).chance(0.2) ? Split::Test : Split::Train; // as folder's
        patches.push_back(std::move(patch));
        for (auto& layer : m_contents.records) layer.push_back(Pack::noRecord);
        return found->second;
    }
    PackContents& m_contents;
    std::vector<std::vector<Look>> m_looks; // of each product
    std::map<std::string, std::size_t> m_patches;
    std::map<std::string, std::uint32_t> m_places;
};

std::shared_ptr<Pack> Seasons::open(const fs::path& cache, const Progress& progress)
{
    check();
    const auto products = productsIn(m_path);
    if (products.empty())
        throw Error("dataset.path: " + m_path +
                        " holds no places with looks (PLACE/DATE/B2.tif or PLACE/DATE/VV.tif, as SeCo and SSL4EO-S12)",
                    "dataset.path");
    PackContents contents;
    Looks looks(contents, products.size());
    Fingerprint key;
    key.add("seasons").add(m_sizePx);
    for (std::size_t p = 0; p < products.size(); ++p) {
        if (!progress(0, "Listing " + products[p].folder.filename().string())) throw Cancelled();
        for (const auto& place : foldersIn(products[p].folder))
            for (const auto& look : foldersIn(place)) {
                key.addFile(look);
                looks.add(p, {place.filename().string(), look.filename().string()});
            }
    }
    const auto name = fs::absolute(m_path / fs::path()).parent_path().filename().string();
    return cachedPack(cache, name, key, [&](const fs::path& file) {
        const auto fileOf = [&](std::size_t product, std::size_t number, std::size_t band) {
            const auto& [sensor, bands, folder] = products[product];
            const auto& look = looks.look(product, number);
            return folder / look.place / look.folder / (bands[band] + ".tif");
        };
        auto& format = contents.format;
        format.name = name;
        format.sizePx = m_sizePx;
        format.attribution = "Looks of " + name + "; contains modified Copernicus Sentinel data.";
        for (std::size_t p = 0; p < products.size(); ++p)
            format.layers.push_back(layerOfFiles(
                products[p].sensor, products[p].bands, [&](std::size_t b) { return fileOf(p, 0, b); }, format.sizePx,
                format.gsdM));
        const auto firstFile = [&](std::size_t patch) {
            for (std::size_t p = 0;; ++p)
                if (const auto number = contents.records[p][patch]; number != Pack::noRecord)
                    return fileOf(p, number, 0);
        };
        trainOnSomething(contents.patches);
        locate(contents.patches, firstFile, progress);
        writePack(
            file, contents,
            [&](std::size_t p, std::int64_t number, std::span<std::byte> record) {
                readBandFiles(
                    format.layers[p], [&](std::size_t b) { return fileOf(p, static_cast<std::size_t>(number), b); },
                    format.sizePx, record);
            },
            progress);
    });
}

} // namespace

bool isSeasons(const fs::path& folder) { return !productsIn(folder).empty(); }

std::unique_ptr<Dataset> makeSeasons();
std::unique_ptr<Dataset> makeSeasons() { return std::make_unique<Seasons>(); }

} // namespace revisit

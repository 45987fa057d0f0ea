// SPDX-License-Identifier: Apache-2.0
#include "datasets/base/date.h"
#include "engine/hdf5tools.h"
#include <numbers>

using namespace revisit;
using namespace revisit::testing;
namespace fs = std::filesystem;

class TestHdf5 : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    fs::path path(const std::string& name) const { return pathIn(m_folder, name); }
    std::shared_ptr<Pack> pack(const char* name, const fs::path& source, Json params = Json::object()) const
    {
        params["path"] = source.string();
        return opened(name, params, path("cache"));
    }
    // Sample k of band b of a patch's record in a layer.
    template <class T> static T at(const Pack& pack, std::int64_t i, std::size_t layer, std::size_t b, std::size_t k)
    {
        T value;
        const auto area = static_cast<std::size_t>(pack.format().sizePx * pack.format().sizePx);
        std::memcpy(&value, pack.record(i, layer) + (b * area + k) * sizeof(T), sizeof(T));
        return value;
    }
    // Every sample of the bands of a layer is that of bands `first` on, of `of`, of a known array.
    template <class T>
    static void compareTiles(const Pack& pack, std::size_t layer, const std::vector<std::size_t>& rows,
                             std::size_t seed, std::size_t first, std::size_t of, double scale)
    {
        const auto bands = pack.format().layers[layer].bands.size();
        for (std::size_t i = 0; i < rows.size(); ++i)
            for (std::size_t b = 0; b < bands; ++b)
                for (std::size_t k = 0; k < tileArea; ++k) {
                    const auto wanted = std::floor(known(seed, ((rows[i] * of) + first + b) * tileArea + k) * scale);
                    const auto got = at<T>(pack, static_cast<std::int64_t>(i), layer, b, k);
                    if (std::isnan(static_cast<double>(got)) && rows[i] == 3) continue;
                    if (got == T(-1) && rows[i] == 4) continue;
                    QCOMPARE(got, static_cast<T>(wanted));
                }
    }

private Q_SLOTS:
    void keepsSo2SatAsItIs()
    {
        writeSo2Sat(path("lcz/training.h5"), 20, 1);
        writeSo2Sat(path("lcz/validation.h5"), 5, 2);
        writeSo2Sat(path("lcz/testing.h5"), 4, 3);
        {
            const H5File geo(path("lcz/training_geo.h5"));
            std::vector<double> coord, epsg;
            for (int r = 0; r < 20; ++r) {
                for (const double number : {550495.858, 4183054.43 + 10 * r, 1835., 2550., 1800., 2550.})
                    coord.push_back(number);
                epsg.push_back(r == 19 ? 0 : 32610);
            }
            geo.write("coord", {20, 6}, H5T_IEEE_F64LE, coord);
            geo.write("epsg", {20, 1}, H5T_STD_I64LE, epsg);
        }
        const auto section = recognised(path("lcz"));
        QCOMPARE(section["name"], "so2sat");
        for (const char* const one : {"training", "validation", "testing", "training_geo"})
            QCOMPARE(recognised(path("lcz") / (std::string(one) + ".h5"))["name"], "so2sat");
        const auto all = pack("so2sat", path("lcz"));
        const auto& format = all->format();
        QCOMPARE(all->size(), 29);
        QCOMPARE(format.sizePx, 32);
        QCOMPARE(format.classes.size(), std::size_t(17));
        QCOMPARE(format.layers.size(), std::size_t(2));
        QCOMPARE(format.layers[0].bands[3].name, std::string("B05"));
        QCOMPARE(format.layers[0].bands[3].scale, 1.);
        QCOMPARE(format.layers[1].bands[5].name, std::string("VV_intensity"));
        QCOMPARE(format.layers[1].bands[5].unit, std::string("linear power"));
        const std::size_t rows[] = {20, 5, 4};
        std::int64_t i = 0;
        for (std::size_t part = 0; part < 3; ++part)
            for (std::size_t r = 0; r < rows[part]; ++r, ++i) {
                const auto& patch = all->patches()[static_cast<std::size_t>(i)];
                QCOMPARE(patch.id, std::string(part == 0   ? "training/"
                                               : part == 1 ? "validation/"
                                                           : "testing/") +
                                       std::to_string(r));
                QCOMPARE(patch.label, int(r % 17));
                QVERIFY((patch.split == Split::Train) == (part == 0));
                for (std::size_t k = 0; k < lczPx * lczPx; ++k) {
                    for (std::size_t b = 0; b < 10; ++b) {
                        const auto got = at<float>(*all, i, 0, b, k);
                        if (r == 1 && (k * 10 + b == 25 || k * 10 + b == 36))
                            QVERIFY(std::isnan(got));
                        else
                            QCOMPARE(got, static_cast<float>(known(part + 1, r * lczRow2 + k * 10 + b)));
                    }
                    for (std::size_t b = 0; b < 8; ++b)
                        QCOMPARE(at<float>(*all, i, 1, b, k),
                                 static_cast<float>(known(part + 2, r * lczRow1 + k * 8 + b)));
                }
            }
        // gdaltransform's place of it
        QVERIFY(std::abs(all->patches()[0].lon + 122.426466049649) < 1e-6);
        QVERIFY(std::abs(all->patches()[0].lat - 37.7934615047997) < 1e-6);
        QVERIFY(all->patches()[18].located() && !all->patches()[19].located() && !all->patches()[20].located());
        // a file by itself, by whatever name
        fs::create_directories(path("alone"));
        fs::rename(path("lcz/testing.h5"), path("alone/cities.h5"));
        COMPARE_CONTAINS(errorOf([&] { recognised(path("alone/cities.h5")); }), "so2sat");
        const auto alone = pack("so2sat", path("alone/cities.h5"));
        QCOMPARE(alone->indices(Split::Train).size(), std::size_t(4));
        QCOMPARE(at<float>(*alone, 2, 1, 3, 7), static_cast<float>(known(4, 2 * lczRow1 + 7 * 8 + 3)));
    }
    void keepsMMEarthAsItIs()
    {
        const auto file = writeMMEarth(path("data_100k_v001"));
        QCOMPARE(recognised(path("data_100k_v001"))["name"], "mmearth");
        QCOMPARE(recognised(file)["name"], "mmearth");
        const auto all = pack("mmearth", path("data_100k_v001"));
        const std::vector<std::size_t> rows = {0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11}; // 7 is in no split
        QCOMPARE(all->size(), std::int64_t(rows.size()));
        std::vector<std::string> layers, factors;
        for (const auto& layer : all->format().layers) layers.push_back(layer.name);
        for (const auto& factor : all->format().factors) factors.push_back(factor.name);
        QCOMPARE(layers, (std::vector<std::string>{"sentinel-2", "sentinel-1-ascending", "sentinel-1-descending", "dem",
                                                   "canopy-height", "worldcover", "dynamic-world",
                                                   "scene-classification", "cloud-mask", "cloud-probability"}));
        const auto& optical = all->format().layers[0].bands;
        QCOMPARE(optical[7].name, std::string("B8A"));
        QCOMPARE(optical[8].name, std::string("B08"));
        QCOMPARE(optical[8].nodata.value_or(-1), 0.);
        QCOMPARE(optical[8].scale, 1e-4);
        compareTiles<std::uint16_t>(*all, 0, rows, 1, 0, 13, 10000);
        compareTiles<float>(*all, 1, rows, 2, 0, 8, -30);
        compareTiles<float>(*all, 2, rows, 2, 4, 8, -30);
        compareTiles<std::int16_t>(*all, 3, rows, 3, 0, 2, 4000);
        compareTiles<std::int16_t>(*all, 4, rows, 4, 0, 2, 60);
        compareTiles<std::uint8_t>(*all, 5, rows, 5, 0, 1, 100);
        compareTiles<std::uint8_t>(*all, 6, rows, 6, 0, 1, 10);
        compareTiles<std::uint8_t>(*all, 7, rows, 7, 0, 1, 12);
        compareTiles<std::uint16_t>(*all, 9, rows, 8, 0, 1, 100);
        QVERIFY(!std::isnan(at<float>(*all, 3, 1, 0, 0)) && std::isnan(at<float>(*all, 3, 2, 0, 0)));
        QCOMPARE(int(at<std::int16_t>(*all, 4, 4, 1, 9)), -1);
        const std::pair<std::size_t, double> missing[] = {{4, -1}, {5, 255}, {6, 0}, {7, 255}, {8, 65535}, {9, 65535}};
        for (const auto& [layer, nodata] : missing)
            QCOMPARE(all->format().layers[layer].bands[0].nodata.value_or(7), nodata);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto& patch = all->patches()[i];
            const auto r = rows[i];
            QCOMPARE(patch.id, tileName(r));
            QVERIFY((patch.split == Split::Train) == (r < 8 || r == 11));
            QCOMPARE(patch.lon, -170 + 28. * double(r));
            QCOMPARE(patch.lat, -60 + 11. * double(r));
            QCOMPARE(patch.day, *dayOf(2018, unsigned(r + 1), 16));
            const auto factor = [&](const char* name) {
                return all->factor(std::size_t(std::ranges::find(factors, name) - factors.begin()))[i];
            };
            QCOMPARE(factor("month"), float(r + 1));
            QCOMPARE(factor("biome"), float(r % 14));
            QCOMPARE(factor("level"), r % 3 ? 1.f : 0.f);
            if (r == 3)
                QVERIFY(std::isnan(factor("year_max_temp")));
            else
                QCOMPARE(factor("year_max_temp"), static_cast<float>(known(9, r * 12 + 10) * 300));
        }
    }
    void opensMMEarthWithoutItsTables()
    {
        const auto file = writeMMEarth(path("bare"));
        fs::remove(path("bare/bare_splits.json"));
        fs::remove(path("bare/bare_tile_info.json"));
        const auto all = pack("mmearth", file, {{"modalities", "dem,sentinel-2"}});
        QCOMPARE(all->size(), std::int64_t(tiles));
        QCOMPARE(all->indices(Split::Train).size(), tiles);
        QCOMPARE(all->format().layers.size(), std::size_t(2));
        QCOMPARE(all->format().layers[0].name, std::string("dem"));
        for (std::size_t r = 0; r < tiles; ++r) {
            QVERIFY(std::abs(all->patches()[r].lon + 170 - 28. * double(r)) < 2e-5);
            QVERIFY(std::abs(all->patches()[r].lat + 60 - 11. * double(r)) < 2e-5);
        }
        COMPARE_CONTAINS(errorOf([&] {
                             pack("mmearth", file, {{"modalities", "dem,sentinel2"}});
                         }),
                         "did you mean sentinel-2?");
    }
    void keepsCropHarvestAsItIs()
    {
        const auto arrays = path("crops/features/arrays");
        for (const char* const name : {"0_togo", "7_kenya", "10_togo-eval", "11_unknown"})
            writeArray(arrays / (std::string(name) + ".h5"), std::size_t(name[0]));
        writeFile(path("crops/labels.geojson"), R"({"type": "FeatureCollection", "features": [
            {"type": "Feature", "properties": {"index": 0, "dataset": "togo", "is_crop": 1, "label": "maize", "lat": 8.5, "lon": 1.25, "export_end_date": "2020-02-01T00:00:00", "is_test": false}, "geometry": {"type": "Point", "coordinates": [1, 8]}},
            {"type": "Feature", "properties": {"index": 7, "dataset": "kenya", "is_crop": 0, "label": null, "lat": 0.5, "lon": 37, "export_end_date": "2019-02-01T00:00:00", "is_test": false}, "geometry": {"type": "Polygon", "coordinates": [[[37, 0], [37, 1], [38, 1], [37, 0]]]}},
            {"type": "Feature", "properties": {"index": 10, "dataset": "togo-eval", "is_crop": 1, "label": null, "lat": 8, "lon": 1, "export_end_date": null, "is_test": true}, "geometry": null}]})");
        for (const auto& source : {path("crops"), arrays, arrays / "0_togo.h5"})
            QCOMPARE(recognised(source)["name"], "cropharvest-features");
        const auto all = pack("cropharvest-features", path("crops"));
        QCOMPARE(all->size(), 48);
        QCOMPARE(all->format().classes, (std::vector<std::string>{"no crop", "crop", "maize"}));
        const int labels[] = {2, 0, 1, -1};
        const std::size_t firsts[] = {2, 0, 13, 15, 17};
        for (std::int64_t i = 0; i < 48; ++i) {
            const auto& patch = all->patches()[static_cast<std::size_t>(i)];
            const auto file = static_cast<std::size_t>(i / 12), month = static_cast<std::size_t>(i % 12);
            QCOMPARE(patch.label, labels[file]);
            QVERIFY((patch.split == Split::Test) == (file == 2));
            QCOMPARE(patch.place, std::uint32_t(file));
            QVERIFY(patch.dated() == (file < 2) && patch.located() == (file < 3));
            const std::size_t seed = std::size_t("0711"[file]);
            for (std::size_t l = 0; l < 5; ++l)
                for (std::size_t b = 0; b < all->format().layers[l].bands.size(); ++b)
                    QCOMPARE(at<float>(*all, i, l, b, 0),
                             static_cast<float>(known(seed, (l == 3 ? 0 : month) * 18 + firsts[l] + b) * 300));
        }
        QCOMPARE(all->patches()[11].day, *dayOf(2020, 1, 17)); // the middle of 30 days up to 1 February
        QCOMPARE(all->patches()[0].lon, 1.25);
        QCOMPARE(all->records(3), 4);
        QCOMPARE(all->format().layers[0].bands[8].name, std::string("B09"));
    }
    void readsOneRowOfManyChunksAndSingleNumbers()
    {
        const H5File out(path("odd/training.h5"));
        const std::size_t rows = 11;
        out.write("sen1", {rows, lczPx, lczPx, 8}, H5T_IEEE_F32BE, knownValues(1, rows * lczRow1),
                  gzipped({3, 5, 32, 4}));
        out.write("sen2", {rows, lczPx, lczPx, 10}, H5T_IEEE_F64BE, knownValues(2, rows * lczRow2),
                  gzipped({7, 32, 9, 10}));
        std::vector<double> label(rows * 17);
        for (std::size_t r = 1; r < rows; ++r) label[r * 17 + 16] = 1;
        out.write("label", {rows, 17}, H5T_STD_I8LE, label);
        H5Fflush(out.id(), H5F_SCOPE_GLOBAL);
        const auto all = pack("so2sat", path("odd"));
        for (std::size_t r = 0; r < rows; ++r)
            for (std::size_t k = 0; k < lczPx * lczPx; ++k) {
                QCOMPARE(at<float>(*all, std::int64_t(r), 0, 9, k),
                         static_cast<float>(known(2, r * lczRow2 + k * 10 + 9)));
                QCOMPARE(at<float>(*all, std::int64_t(r), 1, 7, k),
                         static_cast<float>(known(1, r * lczRow1 + k * 8 + 7)));
            }
        QCOMPARE(all->patches()[0].label, -1);
        QCOMPARE(all->patches()[1].label, 16);
    }
};

HDF5_TEST_MAIN(TestHdf5)
#include "tst_hdf5.moc"

// SPDX-License-Identifier: Apache-2.0
#include "datasets/raster.h"
#include "datasets/sources/imagetable.h"
#include "engine/sourcetools.h"

using namespace revisit;
using namespace revisit::testing;
namespace fs = std::filesystem;

namespace {

// 12 steps of 17 bands, then elevation and slope: every sample tells its step and its band.
std::string stack(int missing = -1)
{
    const std::vector<std::string> each = {"VV",
                                           "VH",
                                           "B1",
                                           "B2",
                                           "B3",
                                           "B4",
                                           "B5",
                                           "B6",
                                           "B7",
                                           "B8",
                                           "B8A",
                                           "B9",
                                           "B10",
                                           "B11",
                                           "B12",
                                           "temperature_2m",
                                           "total_precipitation"};
    Image image{4, 4, {}, {}};
    for (int step = 0; step < 12; ++step)
        for (const auto& name : each) image.names.push_back(step ? name + "_" + std::to_string(step) : name);
    image.names.push_back("elevation");
    image.names.push_back("slope");
    if (missing >= 0) image.names[static_cast<std::size_t>(missing)] = "other";
    return geotiff<float>(image, [](std::size_t b, int x, int) { return float(b) * 10 + float(x); });
}

} // namespace

class TestSources : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    fs::path path(const std::string& name) const { return pathIn(m_folder, name); }
    std::shared_ptr<Pack> open(const std::string& name, const std::string& file, Json params = Json::object()) const
    {
        params["path"] = path(file).string();
        return opened(name, params, path("cache"));
    }
    void writeScene(const std::string& name, std::uint32_t width, std::uint32_t height,
                    const std::string& nodata = {}) const
    {
        writeFile(path(name), geotiff<std::uint16_t>({width, height, {"B02", "B8A"}, nodata}, [](auto b, int x, int y) {
                      return static_cast<std::uint16_t>(x < 20 && y < 20 ? 0 : b * 5000 + std::size_t(y * 200 + x));
                  }));
    }

private Q_SLOTS:
    void cutsAScene()
    {
        writeScene("scene.tif", 170, 90);
        const auto pack = open("scene", "scene.tif", {{"size_px", 16}, {"least_data", 0}});
        const Raster image(path("scene.tif"));
        QCOMPARE(pack->size(), 10 * 5);
        QCOMPARE(pack->format().layers[0].sensor, std::string("sentinel-2-l2a"));
        QCOMPARE(pack->format().layers[0].bands[1].wavelengthNm,
                 sensorCalled("sentinel-2-l2a")->band("B8A")->wavelengthNm);
        QCOMPARE(pack->format().gsdM, 10.0);
        for (std::int64_t i = 0; i < pack->size(); ++i) {
            const auto& patch = pack->patches()[static_cast<std::size_t>(i)];
            int row = -1, column = -1;
            QCOMPARE(std::sscanf(patch.id.c_str(), "r%dc%d", &row, &column), 2);
            const auto centre = image.place(column * 16 + 8, row * 16 + 8);
            QVERIFY(std::abs(patch.lon - centre->lon) < 1e-9 && std::abs(patch.lat - centre->lat) < 1e-9);
            std::vector<std::uint16_t> there(2 * 256);
            image.read({column * 16, row * 16, 16, 16}, 16, 16, std::as_writable_bytes(std::span(there)));
            QCOMPARE(std::memcmp(there.data(), pack->record(i), 1024), 0);
        }
    }
    // Patches that overlap share ground: none for training may touch one of a test.
    void keepsTestsApart()
    {
        writeScene("wide.tif", 400, 300);
        const auto pack = open("scene", "wide.tif", {{"size_px", 16}, {"overlap", 0.5}, {"least_data", 0}});
        const auto corner = [&](std::int64_t i) {
            int row = -1, column = -1;
            std::sscanf(pack->patches()[static_cast<std::size_t>(i)].id.c_str(), "r%dc%d", &row, &column);
            return std::pair(column * 8, row * 8);
        };
        const auto tests = pack->indices(Split::Test);
        QVERIFY(tests.size() > 20 && pack->indices(Split::Train).size() > tests.size());
        for (const auto i : pack->indices(Split::Train))
            for (const auto k : tests) {
                const auto [x, y] = corner(i);
                const auto [tx, ty] = corner(k);
                QVERIFY(std::abs(x - tx) >= 16 || std::abs(y - ty) >= 16);
            }
    }
    void leavesOutPatchesWithoutData()
    {
        writeScene("holes.tif", 64, 64, "0");
        const auto all = open("scene", "holes.tif", {{"size_px", 16}, {"least_data", 0}});
        const auto pack = open("scene", "holes.tif", {{"size_px", 16}});
        QCOMPARE(all->size() - pack->size(), 3); // r0c0; r0c1 and r1c0 lack a quarter
        QCOMPARE(pack->format().layers[0].bands[0].nodata, std::optional<double>(0.0));
        QVERIFY(all->statistics()[0].least > 0);
        COMPARE_CONTAINS(errorOf([&] {
                             open("scene", "holes.tif", {{"size_px", 65}});
                         }),
                         "64 x 64 pixels, less than one patch");
        COMPARE_CONTAINS(errorOf([&] {
                             open("scene", "holes.tif", {{"sensor", std::string("sentinel-2-l3")}});
                         }),
                         "dataset.sensor: there is no sensor");
        COMPARE_CONTAINS(errorOf([&] {
                             open("scene", "holes.tif", {{"sensor", std::string("sentinel-1")}});
                         }),
                         "has 4 bands, and holes.tif has 2");
    }
    void readsAStackOfMonths()
    {
        writeFile(path("field_2019-02-06_2020-02-01.tif"), stack());
        QCOMPARE(recognised(path("field_2019-02-06_2020-02-01.tif"))["name"], Json("cropharvest"));
        const auto pack = open("cropharvest", "field_2019-02-06_2020-02-01.tif");
        QCOMPARE(pack->size(), 12);
        QCOMPARE(pack->format().layers.size(), std::size_t(4));
        for (std::int64_t step = 0; step < 12; ++step) {
            const auto& patch = pack->patches()[static_cast<std::size_t>(step)];
            QCOMPARE(patch.place, 0u);
            QCOMPARE(patch.day, 18293 - 15 - 30 * (11 - std::int32_t(step))); // 18293: 2020-02-01
            float blue = 0, vh = 0, rain = 0, slope = 0;
            std::memcpy(&blue, pack->record(step, 0) + 1 * 64, 4);
            std::memcpy(&vh, pack->record(step, 1) + 1 * 64, 4);
            std::memcpy(&rain, pack->record(step, 2) + 1 * 64, 4);
            std::memcpy(&slope, pack->record(step, 3) + 1 * 64, 4);
            const auto first = float(step) * 170;
            QCOMPARE(blue, first + 30); // B2 is the stack's fourth
            QCOMPARE(vh, first + 10);
            QCOMPARE(rain, first + 160);
            QCOMPARE(slope, 2050.f);
        }
        QCOMPARE(pack->record(0, 3), pack->record(11, 3));
        writeFile(path("other.tif"), stack(20));
        COMPARE_CONTAINS(errorOf([&] { open("cropharvest", "other.tif"); }),
                         "step 2 has not all of the bands of sentinel-2-l1c");
        COMPARE_CONTAINS(errorOf([&] {
                             open("cropharvest", "other.tif", {{"last_day", std::string("soon")}});
                         }),
                         "soon is no date");
    }
    void joinsATableToItsImages()
    {
        for (const auto* const name : {"a_1.tif", "a_2.tif", "b_1.tif", "c.tif"})
            writeFile(path(std::string("set/images/") + name), tiff(plainTags(8, 8, 3, 8, 192), std::string(192, 'x')));
        const auto table = [&](const std::string& text) { writeFile(path("set/index.csv"), text); };
        table("lat,lon,fn,date,class,place,split,height\n"
              "45.5,7.25,a_1.tif,2019-03-07,field,a,train,812.5\n"
              "45.5,7.25,images/a_2.tif,2019-07-01T10:00:00Z,field,a,test,\n"
              "-3,100,b_1.tif,20200101,forest,b,,3\n");
        const auto pack = open("folder", "set");
        QCOMPARE(pack->size(), 4);
        const auto& patches = pack->patches();
        QCOMPARE(patches[0].lon, 7.25);
        QCOMPARE(patches[0].lat, 45.5);
        QCOMPARE(patches[0].day, 17962);
        QCOMPARE(patches[1].day, 18078);
        QCOMPARE(patches[2].day, 18262);
        QVERIFY(patches[0].place == patches[1].place && patches[0].place != patches[2].place);
        QVERIFY(patches[0].split == Split::Train && patches[1].split == Split::Test);
        QCOMPARE(pack->format().classes, (std::vector<std::string>{"field", "forest"}));
        QVERIFY(patches[1].label == 0 && patches[2].label == 1 && patches[3].label == -1);
        QVERIFY(!patches[3].located() && !patches[3].dated());
        QCOMPARE(pack->format().factors.size(), std::size_t(1));
        QCOMPARE(pack->factor(0)[0], 812.5f);
        QVERIFY(std::isnan(pack->factor(0)[1]) && pack->factor(0)[2] == 3 && std::isnan(pack->factor(0)[3]));
        table("lat,lon,name\n1,2,a_1.tif\n");
        COMPARE_CONTAINS(errorOf([&] { open("folder", "set"); }),
                         "index.csv: has no column of file names; call it file");
        table("lat,lon,file\n1,2,other.tif\n");
        COMPARE_CONTAINS(errorOf([&] { open("folder", "set"); }), "none of its 1 rows names an image");
        table("file,date\na_1.tif,yesterday\n");
        COMPARE_CONTAINS(errorOf([&] { open("folder", "set"); }), "row 1: yesterday is no date");
        table("file,lat,lon\na_1.tif,100,12\n");
        COMPARE_CONTAINS(errorOf([&] { open("folder", "set"); }), "the wrong way round");
    }
    void understandsDates()
    {
        QCOMPARE(dayIn("1970-01-02"), std::optional<std::int32_t>(1));
        QCOMPARE(dayIn("2020-02-29T23:59:59Z"), std::optional<std::int32_t>(18321));
        QCOMPARE(dayIn("20200229T101010"), std::optional<std::int32_t>(18321));
        for (const auto* const text : {"2019-02-29", "2019-13-01", "2019", "", "31.07.2026", "99999999"})
            QVERIFY2(!dayIn(text), text);
    }
    void tellsWhatAFileIs()
    {
        const auto known = dataFolder();
        NEED(known / "s2-patches");
        QCOMPARE(recognised(known / "s2-patches")["sensor"], Json("sentinel-2-l2a"));
        QCOMPARE(recognised(known / "landsat7-olinda.tif")["name"], Json("scene"));
        QCOMPARE(recognised(known / "togo-s1-s2-climate-12-months.tif")["name"], Json("cropharvest"));
        QCOMPARE(recognised(known / "EuroSAT_RGB-10000.zip")["name"], Json("folder"));
        COMPARE_CONTAINS(errorOf([&] { recognised(known / "hooker2018_air_temperature_stations.csv"); }),
                         "is a table without images");
    }
    // Against `gdalinfo -stats` and `gdaltransform` of GDAL 3.6.
    void measuresAFileAsGdalDoes()
    {
        const auto landsat = dataFolder() / "landsat7-olinda.tif";
        NEED(landsat);
        const auto info = *inspected(landsat, goOn);
        QCOMPARE(info["width"], Json(349));
        QCOMPARE(info["reference_system"], Json("EPSG:31985"));
        const auto& band = info["bands"][4];
        QVERIFY(std::abs(band["mean"].get<double>() * 255 - 83.182664756447) < 1e-9);
        QVERIFY(std::abs(band["deviation"].get<double>() * 255 - 38.492124507301) < 1e-9);
        QCOMPARE(band["minimum"], Json(1.0 / 255));
        QCOMPARE(band["maximum"], Json(1.0));
        const auto stations = *inspected(dataFolder() / "hooker2018_air_temperature_stations.csv", goOn);
        QCOMPARE(stations["rows"], Json(3076));
        QCOMPARE(stations["lon"][0], Json(-179.98));
    }
};

QTEST_APPLESS_MAIN(TestSources)
#include "tst_sources.moc"

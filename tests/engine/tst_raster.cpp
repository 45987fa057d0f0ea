// SPDX-License-Identifier: Apache-2.0
#include "datasets/raster.h"
#include "datasets/resample.h"
#include "engine/sourcetools.h"
#include <cstring>
#include <sys/resource.h>

using namespace revisit;
using namespace revisit::testing;
namespace fs = std::filesystem;

namespace {

template <class T> std::vector<T> readAll(const Raster& image, std::int64_t columns, std::int64_t rows)
{
    std::vector<T> samples(static_cast<std::size_t>(static_cast<std::int64_t>(image.bands().size()) * columns * rows));
    image.read({0, 0, image.width(), image.height()}, columns, rows, std::as_writable_bytes(std::span(samples)));
    return samples;
}

} // namespace

class TestRaster : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    static std::vector<std::string> namesOf(const Raster& image)
    {
        std::vector<std::string> names;
        for (const auto& band : image.bands()) names.push_back(band.name);
        return names;
    }
    fs::path made(const char* name, const std::string& bytes) const
    {
        const auto file = pathIn(m_folder, name);
        writeFile(file, bytes);
        return file;
    }
    // What opening the file and reading all of it is refused with; it must name the file.
    std::string refused(const char* name, const std::string& bytes) const
    {
        const auto file = made(name, bytes);
        const auto message = errorOf([&] {
            const Raster image(file);
            std::vector<std::byte> patch(image.bands().size() * 64 * 64 * 4);
            image.read({0, 0, image.width(), image.height()}, 64, 64,
                       std::span(patch).first(image.bands().size() * 64 * 64 * revisit::bytesOf(image.sample())));
        });
        return message.find(file.string() + ": ") == 0 ? message : "";
    }

private Q_SLOTS:
    void readsTiff()
    {
        std::string strip;
        for (int i = 0; i < 6; ++i) strip += raw(static_cast<std::uint16_t>(i * 1000));
        const Raster image(made("six.tif", tiff(plainTags(3, 2, 1, 16, 12), strip)));
        QCOMPARE(image.width(), 3);
        QCOMPARE(image.height(), 2);
        QCOMPARE(image.bands().size(), std::size_t(1));
        QCOMPARE(image.sample(), Sample::UInt16);
        QCOMPARE(image.bands()[0].scale, 1e-4);
        QCOMPARE(namesOf(image), std::vector<std::string>{"B1"});
        QVERIFY(!image.place(0, 0));
        QVERIFY(std::isnan(image.gsdM()));
        QCOMPARE(readAll<std::uint16_t>(image, 3, 2), (std::vector<std::uint16_t>{0, 1000, 2000, 3000, 4000, 5000}));
        std::vector<std::uint16_t> corner(1);
        image.read({2, 1, 1, 1}, 1, 1, std::as_writable_bytes(std::span(corner)));
        QCOMPARE(corner[0], 5000);
    }
    void separatesBandsAndNamesThem()
    {
        const Raster image(made("rgb.tif", tiff(plainTags(2, 1, 3, 8, 6), "RGBrgb")));
        QCOMPARE(namesOf(image), (std::vector<std::string>{"red", "green", "blue"}));
        QCOMPARE(image.bands()[0].scale, 1.0 / 255);
        const auto samples = readAll<std::uint8_t>(image, 2, 1);
        QCOMPARE(std::string(samples.begin(), samples.end()), std::string("RrGgBb"));
    }
    void readsTheSameFromMemory()
    {
        const auto bytes = jpeg();
        const Raster image(std::as_bytes(std::span(bytes)), "clouds.jpg");
        const Raster file(made("clouds.jpg", bytes));
        QCOMPARE(image.width(), 64);
        QCOMPARE(image.bands().size(), std::size_t(3));
        QVERIFY(readAll<std::uint8_t>(image, 64, 64) == readAll<std::uint8_t>(file, 64, 64));
    }
    void leavesAlphaOut()
    {
        const Raster image(made("alpha.png", png(1, 1, 6, std::string("\0RGBA", 5))));
        QCOMPARE(namesOf(image), (std::vector<std::string>{"red", "green", "blue"}));
        const auto samples = readAll<std::uint8_t>(image, 1, 1);
        QCOMPARE(std::string(samples.begin(), samples.end()), std::string("RGB"));
    }
    void averagesAreas()
    {
        const Raster image(made("three.png", png(3, 1, 0, std::string("\0\0\x1e\x3c", 4)))); // 0, 30, 60
        QCOMPARE(readAll<std::uint8_t>(image, 2, 1), (std::vector<std::uint8_t>{10, 50}));
        QCOMPARE(readAll<std::uint8_t>(image, 1, 1), (std::vector<std::uint8_t>{30}));
        QCOMPARE(readAll<std::uint8_t>(image, 6, 2),
                 (std::vector<std::uint8_t>{0, 0, 30, 30, 60, 60, 0, 0, 30, 30, 60, 60}));
    }
    void averagesAroundTheGlobe()
    {
        const std::vector<float> ring = {1, 2, 3, 4};
        const AreaWeights around(3, 5, 1, 4, true), below(0, 1, 1, 1);
        float mean = 0;
        areaAverage(ring.data(), 4, below, around, &mean);
        QCOMPARE(mean, 2.5f);
        for (const auto& part : AreaWeights(0.3, 77.1, 13, 80).parts)
            QVERIFY(std::abs(std::accumulate(part.share.begin(), part.share.end(), 0.0) - 1) < 1e-6);
    }
    void knowsWhereItIs()
    {
        const Raster image(made("utm.tif", tiff(located(plainTags(4, 4, 1, 8, 16)), std::string(16, 'x'))));
        const auto corner = image.place(0, 0); // on the central meridian, 3 degrees east
        QVERIFY(corner.has_value());
        QVERIFY(std::abs(corner->lon - 3) < 1e-9);
        QVERIFY(std::abs(corner->lat - 45.1535) < 1e-3);
        const auto east = image.place(4, 0);
        QVERIFY(east->lon > corner->lon && image.place(0, 4)->lat < corner->lat);
        QCOMPARE(image.gsdM(), 10.0);
    }
    void refusesHostileFiles()
    {
        const std::string strip(4096, 'A');
        const auto small = plainTags(64, 64, 1, 8, 4096);
        const auto with = [&](Tags more) {
            for (const auto& [id, tag] : small) more.emplace(id, tag);
            return tiff(more, strip);
        };
        QCOMPARE(errorOf([&] { Raster(made("good.tif", tiff(small, strip))); }), std::string());
        COMPARE_CONTAINS(refused("huge.tif", tiff(plainTags(0x7fffffff, 0x7fffffff, 1, 8, 100), strip)), "huge.tif: ");
        COMPARE_CONTAINS(refused("lines.tif", with({{256, number(1 << 21)}, {257, number(64)}, {278, number(1)}})),
                         "the most that Revisit opens is 1048576 on a side");
        COMPARE_CONTAINS(refused("rows.tif", with({{256, number(100000)}, {257, number(100000)}, {278, number(1)}})),
                         "too much for one patch");
        COMPARE_CONTAINS(refused("large.tif", with({{256, number(1 << 20)}, {257, number(1 << 20)}, {278, number(1)}})),
                         "more than 64 GiB");
        Tags tiles = {{322, number(46336)}, {323, number(46336)}, {324, number(8)}, {325, number(4096)}};
        tiles[256] = tiles[257] = number(46336);
        COMPARE_CONTAINS(refused("tile.tif", with(tiles)), "in blocks of 46336 x 46336, which are more than 256 MiB");
        COMPARE_CONTAINS(refused("bands.tif", tiff(plainTags(64, 64, 65535, 8, 4096), strip)), "bands.tif: ");
        COMPARE_CONTAINS(refused("bands2.tif", tiff(plainTags(1, 1, 5000, 8, 5000), strip + strip)),
                         "declares 5000 bands");
        COMPARE_CONTAINS(refused("short.tif", tiff(small, strip).substr(0, 2000)), "short.tif: ");
        COMPARE_CONTAINS(refused("lying.tif", with({{279, number(0xffffffff)}, {273, number(1 << 30)}})),
                         "lying.tif: ");
        COMPARE_CONTAINS(refused("empty.tif", ""), "cannot be read as an image");
        COMPARE_CONTAINS(refused("text.jpg", "not an image"), "cannot be read as an image");
        const auto vrt =
            "<VRTDataset rasterXSize=\"20\" rasterYSize=\"1\"><VRTRasterBand dataType=\"Byte\" band=\"1\" "
            "subClass=\"VRTRawRasterBand\"><SourceFilename relativetoVRT=\"0\">/etc/passwd</SourceFilename>"
            "</VRTRasterBand></VRTDataset>";
        COMPARE_CONTAINS(refused("vrt.tif", vrt), "cannot be read as an image");
        COMPARE_CONTAINS(refused("huge.png", png(0x7fffffff, 0x7fffffff, 0, "x")), "huge.png: ");
        COMPARE_CONTAINS(refused("short.png", png(60000, 60000, 0, std::string(1000, '\0'))), "too much for one patch");
        COMPARE_CONTAINS(refused("table.png", png(1, 1, 3, std::string(2, '\0'))),
                         "has a colour table; save it as RGB");
        rusage used{};
        getrusage(RUSAGE_SELF, &used);
        QVERIFY2(used.ru_maxrss < 1 << 20, std::to_string(used.ru_maxrss).c_str()); // KiB: none of them was allocated
    }
    void refusesTruncatedImages_data()
    {
        QTest::addColumn<int>("sixteenths");
        for (int k = 0; k < 16; ++k) QTest::addRow("%d of 16", k) << k;
    }
    void refusesTruncatedImages()
    {
        QFETCH(int, sixteenths);
        const auto part = [&](const std::string& all) {
            return all.substr(0, all.size() * std::size_t(sixteenths) / 16);
        };
        QVERIFY(!refused("part.jpg", part(jpeg())).empty());
        std::string rows;
        for (int y = 0; y < 64; ++y) rows += '\0' + std::string(64, char(y));
        QVERIFY(!refused("part.png", part(png(64, 64, 0, rows))).empty());
        QVERIFY(!refused("part.tif", part(tiff(plainTags(64, 64, 1, 8, 4096), std::string(4096, 'A')))).empty());
    }
    void refusesWhatIsNoFile()
    {
        COMPARE_CONTAINS(errorOf([&] { Raster("MEM:::DATAPOINTER=1,PIXELS=9,LINES=9"); }), "there is no such file");
        COMPARE_CONTAINS(errorOf([&] { Raster("/vsicurl/x.tif"); }), "there is no such file");
        COMPARE_CONTAINS(errorOf([&] { Raster("/dev/zero"); }), "is not a regular file");
        COMPARE_CONTAINS(errorOf([&] { Raster(pathIn(m_folder, ".")); }), "is not a regular file");
    }
    void refusesWindowsThatAreNotThere()
    {
        const Raster image(made("good.tif", tiff(plainTags(64, 64, 1, 8, 4096), std::string(4096, 'A'))));
        std::vector<std::byte> patch(64 * 64);
        for (const Raster::Window window :
             {Raster::Window{0, 0, 65, 64}, {-1, 0, 2, 2}, {64, 0, 1, 1}, {0, 0, 0, 4}, {1, 1, INT64_MAX, 1}})
            COMPARE_CONTAINS(errorOf([&] { image.read(window, 64, 64, patch); }), "good.tif: has no such window");
    }
};

QTEST_APPLESS_MAIN(TestRaster)
#include "tst_raster.moc"

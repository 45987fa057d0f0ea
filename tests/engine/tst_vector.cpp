// SPDX-License-Identifier: Apache-2.0
#include "datasets/gdal.h"
#include "datasets/raster.h"
#include "datasets/vector.h"
#include "engine/sourcetools.h"

using namespace revisit;
using namespace revisit::testing;
namespace fs = std::filesystem;

namespace {

std::string square(double lon, double lat, double side, const std::string& properties)
{
    const auto corner = [&](double x, double y) { return Json{lon + x * side, lat + y * side}; };
    const Json ring = {corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1), corner(0, 0)};
    return R"({"type": "Feature", "properties": )" + properties +
           R"(, "geometry": {"type": "Polygon", "coordinates": [)" + ring.dump() + "]}}";
}

} // namespace

class TestVector : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    fs::path made(const std::string& name, const std::string& text) const
    {
        writeFile(pathIn(m_folder, name), text);
        return pathIn(m_folder, name);
    }
    std::string refused(const std::string& name, const std::string& text) const
    {
        const auto file = made(name, text);
        const auto message = errorOf([&] { Vector table(file); });
        return message.find(file.string() + ": ") == 0 ? message : "";
    }
    std::string refusedVrt(const std::string& element) const
    {
        const auto file =
            made("v/a.vrt", "<VRTDataset rasterXSize=\"4\" rasterYSize=\"4\">" + element + "</VRTDataset>");
        return errorOf([&] { Raster image(file); });
    }

private Q_SLOTS:
    void readsNumbersTextsAndPlaces()
    {
        const Vector table(
            made("a.csv", "Name,Longitude,LATITUDE,t\nOslo,10.75,59.9,5.7\nLima,-77,-12,\n\"a, b\",0,0,1e3\n"));
        QCOMPARE(table.rows(), 3);
        QCOMPARE(table.lon(), (std::vector<double>{10.75, -77, 0}));
        QCOMPARE(table.lat()[1], -12.0);
        QCOMPARE(table.column("name")->texts[2], std::string("a, b"));
        QCOMPARE(table.column("T")->numbers[2], 1000.0);
        QVERIFY(std::isnan(table.column("t")->numbers[1]));
        QVERIFY(table.column("u") == nullptr);
        const auto info = vectorInfo(table);
        QCOMPARE(info["columns"][3]["rows"], Json(2));
        QCOMPARE(info["lon"], (Json{-77.0, 10.75}));
    }
    void findsThePolygonThatHoldsAPoint()
    {
        const auto text = R"({"type": "FeatureCollection", "features": [)" +
                          square(10, 50, 0.5, R"({"kind": "field"})") + "," +
                          square(10.2, 50.2, 30, R"({"kind": "country"})") + "," +
                          square(-60, -10, 100, R"({"kind": "ocean"})") + "]}";
        const Vector table(made("p.geojson", text));
        QVERIFY(table.hasPolygons());
        QCOMPARE(table.rowAt(10.1, 50.1), 0);
        QCOMPARE(table.rowAt(10.3, 50.3), 0); // in both: the first
        QCOMPARE(table.rowAt(30, 60), 1);
        QCOMPARE(table.rowAt(20, 20), 2); // too large for the cells
        QCOMPARE(table.rowAt(-100, 0), -1);
        QVERIFY(std::abs(table.lon()[0] - 10.25) < 1e-9 && std::abs(table.lat()[0] - 50.25) < 1e-9);
    }
    void refusesWhatMakesNoSense()
    {
        COMPARE_CONTAINS(refused("e.csv", ""), "cannot be read as a table");
        COMPARE_CONTAINS(refused("x.gpkg", "SQLite format 3"), "cannot be read as a table");
        COMPARE_CONTAINS(refused("x.geojson", "{\"type\": \"FeatureCollection\", \"features\": [{"), "x.geojson: ");
        COMPARE_CONTAINS(refused("s.csv", "lon,lat\n10,170\n"), "row 1 has longitude and latitude the wrong way round");
        COMPARE_CONTAINS(refused("m.csv", "x,y\n500000,4649776\n"), "row 1 is not on the globe");
        COMPARE_CONTAINS(errorOf([] { Vector table("/dev/zero"); }), "is not a regular file");
        COMPARE_CONTAINS(errorOf([] { Vector table("/vsicurl/x.csv"); }), "there is no such file");
    }
    void opensPlainVirtualRasters()
    {
        made("v/four.tif",
             geotiff<std::uint16_t>({4, 4, {"a"}, {}}, [](auto, int x, int) { return std::uint16_t(x); }));
        const auto band = [](const std::string& source) {
            return "<VRTRasterBand dataType=\"UInt16\" band=\"1\"><SimpleSource><SourceFilename relativeToVRT=\"1\">" +
                   source + "</SourceFilename><SourceBand>1</SourceBand></SimpleSource></VRTRasterBand>";
        };
        QCOMPARE(refusedVrt(band("four.tif")), std::string());
        const Raster image(pathIn(m_folder, "v/a.vrt"));
        std::vector<std::uint16_t> samples(16);
        image.read({0, 0, 4, 4}, 4, 4, std::as_writable_bytes(std::span(samples)));
        QCOMPARE(samples[3], 3);
        made("outside.tif", "x");
        COMPARE_CONTAINS(refusedVrt(band("../outside.tif")), "which is no file below its folder");
        COMPARE_CONTAINS(refusedVrt(band("/etc/passwd")), "which is no file below its folder");
        COMPARE_CONTAINS(refusedVrt(band("/vsicurl/x.tif")), "which is no file below its folder");
        made("v/inner.tif", "<VRTDataset rasterXSize=\"4\" rasterYSize=\"4\"></VRTDataset>");
        COMPARE_CONTAINS(refusedVrt(band("inner.tif")), "names another virtual raster");
        COMPARE_CONTAINS(refusedVrt("<VRTRasterBand dataType=\"Byte\" band=\"1\" subClass=\"VRTRawRasterBand\"/>"),
                         "has bands of the kind VRTRawRasterBand");
        COMPARE_CONTAINS(
            refusedVrt("<VRTRasterBand dataType=\"Byte\" band=\"1\"><PixelFunctionType>sum</PixelFunctionType>"
                       "</VRTRasterBand>"),
            "has an element PixelFunctionType");
        COMPARE_CONTAINS(refusedVrt("<GDALWarpOptions/>"), "has an element GDALWarpOptions");
        COMPARE_CONTAINS(errorOf([&] { Raster broken(made("v/b.vrt", "<VRTDataset")); }), "is no virtual raster");
    }
};

QTEST_APPLESS_MAIN(TestVector)
#include "tst_vector.moc"

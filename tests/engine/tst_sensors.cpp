// SPDX-License-Identifier: Apache-2.0
#include "datasets/sensor.h"
#include <QtTest/QtTest>
#include <algorithm>
#include <fstream>
#include <map>
#include <regex>
#include <set>

using namespace revisit;

namespace {

using Names = std::vector<std::string>;

// Where the kind's wavelengths lie, in nanometres; a kind that is not here has none.
const std::map<std::string, std::pair<double, double>> rangeOfKind = {
    {"optical", {350, 15000}}, {"lights", {350, 1200}}, {"radar", {1e7, 1e9}}};
const std::set<std::string> kinds = {"optical", "radar", "elevation", "climate", "lights", "cover", "display"};

// The eo extension's table of common names, in nanometres.
const std::map<std::string, std::pair<double, double>> rangeOfCommon = {
    {"pan", {400, 1000}},       {"coastal", {400, 450}},    {"blue", {450, 530}},      {"green", {510, 600}},
    {"green05", {510, 550}},    {"yellow", {580, 620}},     {"red", {620, 690}},       {"rededge071", {690, 730}},
    {"rededge075", {730, 760}}, {"rededge078", {760, 790}}, {"nir", {760, 1000}},      {"nir08", {800, 900}},
    {"nir09", {900, 1000}},     {"cirrus", {1350, 1400}},   {"swir16", {1550, 1750}},  {"swir22", {2080, 2350}},
    {"lwir", {10400, 12500}},   {"lwir11", {10500, 11500}}, {"lwir12", {11500, 12500}}};

bool within(double value, const std::pair<double, double>& range)
{
    return value >= range.first && value <= range.second;
}

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

std::string nameOf(const Sensor* sensor) { return sensor ? sensor->name : "none"; }

} // namespace

#define CONTEXT(sensor, band) qPrintable(QString::fromStdString((sensor).name + " " + (band).name))

class TestSensors : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyEntryIsWhole()
    {
        std::set<std::string> names;
        for (const Sensor& sensor : sensors()) {
            QVERIFY2(std::regex_match(sensor.name, std::regex("[a-z0-9]+(-[a-z0-9]+)*")), sensor.name.c_str());
            QVERIFY2(names.insert(sensor.name).second, sensor.name.c_str());
            QCOMPARE(sensorCalled(sensor.name), &sensor);
            QVERIFY2(!sensor.title.empty() && kinds.count(sensor.kind) && !sensor.bands.empty(), sensor.name.c_str());
            QVERIFY2(sensor.source.size() > 20, sensor.name.c_str());
            for (const SensorBand& band : sensor.bands) {
                QVERIFY2(!band.name.empty() && !band.unit.empty() && band.scale > 0, CONTEXT(sensor, band));
                QVERIFY2(band.low < band.high, CONTEXT(sensor, band));
                QVERIFY2(sensor.kind == "display" || band.gsdM > 0, CONTEXT(sensor, band));
                // a sample that means nothing must not be a possible measurement, but where 0 is the darkest too
                if (band.nodata && *band.nodata != 0)
                    QVERIFY2(!within(*band.nodata * band.scale + band.offset, {band.low, band.high}),
                             CONTEXT(sensor, band));
            }
        }
        QVERIFY(names.size() > 20);
        QVERIFY(!sensorCalled("sentinel-3"));
    }

    void namesOfASensorMeanOneBand()
    {
        for (const Sensor& sensor : sensors()) {
            std::set<std::string> called;
            for (const SensorBand& band : sensor.bands) {
                QVERIFY2(called.insert(lower(band.name)).second, CONTEXT(sensor, band));
                QCOMPARE(sensor.band(band.name), &band);
                QCOMPARE(sensor.band(lower(band.name)), &band);
            }
            for (const SensorBand& band : sensor.bands)
                for (const std::string& alias : band.aliases) {
                    QVERIFY2(called.insert(lower(alias)).second, (sensor.name + " " + alias).c_str());
                    QCOMPARE(sensor.band(alias), &band);
                }
            QVERIFY(!sensor.band(""));
            QVERIFY(!sensor.band("no such band"));
        }
    }

    void wavelengthsAreWhereTheirNamesSay()
    {
        for (const Sensor& sensor : sensors()) {
            const auto range = rangeOfKind.find(sensor.kind);
            for (const SensorBand& band : sensor.bands) {
                QCOMPARE(!std::isnan(band.wavelengthNm), range != rangeOfKind.end());
                if (range == rangeOfKind.end()) continue;
                QVERIFY2(within(band.wavelengthNm, range->second), CONTEXT(sensor, band));
                if (!std::isnan(band.widthNm))
                    QVERIFY2(band.widthNm > 0 && band.widthNm < band.wavelengthNm, CONTEXT(sensor, band));
                if (!band.common.empty())
                    QVERIFY2(rangeOfCommon.count(band.common) &&
                                 within(band.wavelengthNm, rangeOfCommon.at(band.common)),
                             CONTEXT(sensor, band));
            }
        }
    }

    void theVegetationIndexHasItsBands()
    {
        int with = 0;
        for (const Sensor& sensor : sensors()) {
            if (sensor.kind != "optical") continue;
            const SensorBand* nir = sensor.band("nir") ? sensor.band("nir") : sensor.band("nir08");
            const SensorBand* red = sensor.band("red");
            QVERIFY2(nir && red && nir != red, sensor.name.c_str());
            QVERIFY2(nir->wavelengthNm > red->wavelengthNm + 100 && nir->unit == red->unit, sensor.name.c_str());
            ++with;
        }
        QVERIFY(with >= 14);
    }

    void compositesShowBandsThatAreThere()
    {
        for (const Sensor& sensor : sensors())
            for (const Composite& composite : sensor.composites) {
                QVERIFY(!composite.name.empty());
                for (const std::string& shown : composite.bands) {
                    const std::size_t slash = shown.find('/'); // the ratio of two bands
                    const std::string first = shown.substr(0, slash);
                    const std::string second = slash == std::string::npos ? first : shown.substr(slash + 1);
                    for (const std::string& name : {first, second}) {
                        const SensorBand* band = sensor.band(name);
                        QVERIFY2(band && band->name == name, (sensor.name + ": " + shown).c_str());
                    }
                }
                if (composite.name == "True colour") {
                    const char* colours[] = {"red", "green", "blue"};
                    for (std::size_t i = 0; i < 3; ++i)
                        QCOMPARE(sensor.band(composite.bands[i])->common, std::string(colours[i]));
                }
            }
    }

    void wellKnownNumbers()
    {
        const SensorBand& red = *sensorCalled("sentinel-2-l2a")->band("B4");
        QCOMPARE(red.name, std::string("B04"));
        QCOMPARE(red.wavelengthNm, 664.6);
        QCOMPARE(red.widthNm, 31.0);
        QCOMPARE(red.gsdM, 10.0);
        QCOMPARE(2500 * red.scale + red.offset, 0.25);
        QCOMPARE(red.nodata, std::optional<double>(0));
        QCOMPARE(sensorCalled("sentinel-2-l1c")->bands.size(), std::size_t(13));
        QVERIFY(!sensorCalled("sentinel-2-l2a")->band("B10"));

        const Sensor& landsat = *sensorCalled("landsat-8-9-l2");
        QCOMPARE(landsat.band("B5")->wavelengthNm, 865.0);
        // the two examples of USGS's page on scale factors
        QVERIFY(std::abs(18639 * landsat.band("SR_B4")->scale + landsat.band("SR_B4")->offset - 0.313) < 5e-4);
        QVERIFY(std::abs(44947 * landsat.band("ST_B10")->scale + landsat.band("ST_B10")->offset - 302.6) < 0.05);

        const Sensor& modis = *sensorCalled("modis-mod09");
        QCOMPARE(modis.band("sur_refl_b01")->common, std::string("red"));
        QCOMPARE(modis.band("sur_refl_b03")->common, std::string("blue"));

        const Sensor& enmap = *sensorCalled("enmap");
        QCOMPARE(enmap.bands.size(), std::size_t(224));
        for (std::size_t i = 1; i < enmap.bands.size(); ++i) // two cameras; the second begins where the first goes on
            QCOMPARE(enmap.bands[i].wavelengthNm > enmap.bands[i - 1].wavelengthNm, enmap.bands[i].name != "B92");
    }

    void aSensorIsKnownByItsBands_data()
    {
        QTest::addColumn<QString>("bands");
        QTest::addColumn<QString>("product");
        QTest::addColumn<QString>("sensor");
        const auto row = [](const char* name, const char* bands, const char* sensor, const char* product = "") {
            QTest::newRow(name) << bands << product << sensor;
        };
        row("twelve bands", "B01 B02 B03 B04 B05 B06 B07 B08 B8A B09 B11 B12", "sentinel-2-l2a");
        row("EuroSAT's thirteen", "B01 B02 B03 B04 B05 B06 B07 B08 B09 B10 B11 B12 B8A", "sentinel-2-l1c");
        row("CropHarvest's thirteen", "B1 B2 B3 B4 B5 B6 B7 B8 B8A B9 B10 B11 B12", "sentinel-2-l1c");
        row("the bands of 10 m", "B02 B03 B04 B08", "sentinel-2-l2a");
        row("the same of a Level-1C file", "B02 B03 B04 B08", "sentinel-2-l1c", "S2A_MSIL1C_20200601T100031_T33UUP");
        row("BigEarthNet's radar", "VV VH", "sentinel-1");
        row("radar, other way round, in small letters", "vh vv", "sentinel-1");
        row("Landsat 7's six", "SR_B1 SR_B2 SR_B3 SR_B4 SR_B5 SR_B7", "landsat-7-l2",
            "LE07_L2SP_123032_20020502_20200916_02_T1.tif");
        row("Landsat 5's six", "SR_B1 SR_B2 SR_B3 SR_B4 SR_B5 SR_B7", "landsat-5-l2",
            "LT05_L2SP_123032_20020502_20200916_02_T1.tif");
        row("six bands of either", "SR_B1 SR_B2 SR_B3 SR_B4 SR_B5 SR_B7", "none");
        row("the seven of OLI", "SR_B1 SR_B2 SR_B3 SR_B4 SR_B5 SR_B6 SR_B7", "landsat-8-9-l2");
        row("all of OLI and TIRS, or Sentinel-2's by Earth Engine's names", "B1 B2 B3 B4 B5 B6 B7 B8 B9 B10 B11",
            "none");
        row("all of OLI and TIRS", "B1 B2 B3 B4 B5 B6 B7 B8 B9 B10 B11", "landsat-8-9-l1", "LC08_L1TP_195028.tif");
        row("MODIS", "sur_refl_b01 sur_refl_b02 sur_refl_b03", "modis-mod09");
        row("SuperDove", "coastal_blue blue green_i green yellow red rededge nir", "planetscope-superdove");
        row("Dove, by its file", "blue green red nir", "planetscope-dove", "20180801_1021_3B_AnalyticMS_SR.tif");
        row("CropHarvest's climate", "temperature_2m total_precipitation", "era5-land");
        row("CropHarvest's relief", "elevation slope", "dem");
        row("a picture", "red green blue", "rgb");
        row("another sensor's names of other bands", "B2 B3 B4 B8", "none");
        row("colours that many have", "blue green red nir", "none");
        row("one colour", "red", "none");
        row("misspelt", "B02 B03 B0A", "none");
        row("twice the same", "VV VV", "none");
        row("one too many", "VV VH angle", "none");
        row("an empty name", "B02 ", "none");
        row("nothing", "", "none");
    }

    void aSensorIsKnownByItsBands()
    {
        QFETCH(QString, bands);
        QFETCH(QString, product);
        QFETCH(QString, sensor);
        Names names;
        if (!bands.isEmpty())
            for (const QString& name : bands.split(' ')) names.push_back(name.toStdString());
        QCOMPARE(nameOf(sensorWithBands(names, product.toStdString())), sensor.toStdString());
        std::reverse(names.begin(), names.end());
        QCOMPARE(nameOf(sensorWithBands(names, product.toStdString())), sensor.toStdString());
    }

    // No two sensors have the same bands, and a product that names its satellite is never taken for another's.
    void eachSensorIsToldFromAllOthers()
    {
        for (const Sensor& sensor : sensors()) {
            Names names;
            for (const SensorBand& band : sensor.bands) names.push_back(band.name);
            for (const std::string& product : sensor.products)
                QCOMPARE(nameOf(sensorWithBands(names, "x/" + product + "_20200101.tif")), sensor.name);
            const Sensor* guessed = sensorWithBands(names);
            QVERIFY2(!guessed || guessed == &sensor, sensor.name.c_str());
        }
    }

    void asJsonItIsTheSame()
    {
        const Json& all = sensorsAsJson();
        QCOMPARE(all.size(), sensors().size());
        for (std::size_t i = 0; i < all.size(); ++i) {
            QVERIFY(!all[i].contains("every_band"));
            QCOMPARE(all[i]["bands"].size(), sensors()[i].bands.size());
            for (std::size_t k = 0; k < all[i]["bands"].size(); ++k) {
                const Json& json = all[i]["bands"][k];
                const SensorBand& band = sensors()[i].bands[k];
                QCOMPARE(json["name"].get<std::string>(), band.name);
                QCOMPARE(json["unit"].get<std::string>(), band.unit);
                QCOMPARE(json["scale"].get<double>(), band.scale);
            }
        }
    }

    // A field that nobody reads is a field misspelt.
    void theFileHasOnlyFieldsThatAreKnown()
    {
        const std::set<std::string> ofSensor = {"name", "title", "kind",       "products",  "source",
                                                "note", "bands", "composites", "every_band"};
        const std::set<std::string> ofBand = {"name", "aliases", "common", "wavelength_nm", "width_nm", "gsd_m",
                                              "unit", "scale",   "offset", "nodata",        "valid"};
        std::ifstream file(REVISIT_SOURCE "/resources/sensors.json");
        for (const auto& sensor : Json::parse(file)) {
            for (const auto& [key, value] : sensor.items()) QVERIFY2(ofSensor.count(key), key.c_str());
            for (const auto& [key, value] : sensor["every_band"].items()) QVERIFY2(ofBand.count(key), key.c_str());
            for (const auto& band : sensor["bands"])
                for (const auto& [key, value] : band.items()) QVERIFY2(ofBand.count(key), key.c_str());
        }
    }

    void thePageNamesEachSensorAndNoOther()
    {
        std::ifstream file(REVISIT_SOURCE "/docs/sensors.md");
        const std::string page{std::istreambuf_iterator<char>(file), {}};
        std::set<std::string> named, there;
        const std::regex line("\n\\| `([^`]+)` \\|");
        for (std::sregex_iterator at(page.begin(), page.end(), line), end; at != end; ++at) named.insert((*at)[1]);
        for (const Sensor& sensor : sensors()) there.insert(sensor.name);
        QCOMPARE(named, there);
    }
};

QTEST_APPLESS_MAIN(TestSensors)
#include "tst_sensors.moc"

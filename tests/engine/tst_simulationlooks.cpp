// SPDX-License-Identifier: Apache-2.0
#include "engine/simulationtools.h"
#include <QtTest/QtTest>
#include <numeric>

using namespace revisit;
using namespace revisit::testing;

namespace {

double correlation(const std::vector<double>& a, const std::vector<double>& b)
{
    const auto n = static_cast<double>(a.size());
    const double ma = std::accumulate(a.begin(), a.end(), 0.0) / n, mb = std::accumulate(b.begin(), b.end(), 0.0) / n;
    double ab = 0, aa = 0, bb = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        ab += (a[i] - ma) * (b[i] - mb), aa += (a[i] - ma) * (a[i] - ma), bb += (b[i] - mb) * (b[i] - mb);
    return ab / std::sqrt(aa * bb);
}

} // namespace

class TestSimulationLooks : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void greenestInLocalSummer_data()
    {
        QTest::addColumn<int>("scene");
        QTest::addColumn<double>("lat");
        QTest::addColumn<double>("lon");
        for (const auto& [title, lat, lon] :
             {std::tuple{"north", 49.0, 11.0}, {"south", -36.0, -61.0}, {"far south", -43.7, 172.0}})
            for (const Scene scene : {Scene::Fields, Scene::Forest})
                QTest::addRow("%s, %s", name(scene), title) << static_cast<int>(scene) << lat << lon;
    }
    void greenestInLocalSummer()
    {
        QFETCH(int, scene);
        QFETCH(double, lat);
        QFETCH(double, lon);
        // mean over places: one place may be all of one crop
        const auto green = [&](int day) {
            double sum = 0;
            for (std::uint64_t place = 0; place < 12; ++place)
                sum += ndvi(Landscape(3, place, optionsOf(static_cast<Scene>(scene), lat, lon)), day);
            return sum / 12;
        };
        const int summer = lat > 0 ? 172 : 355, winter = lat > 0 ? 15 : 197;
        const double warm = green(summer), cold = green(winter);
        QVERIFY2(warm > cold + 0.05, qPrintable(QString("%1 in summer, %2 in winter").arg(warm).arg(cold)));
    }

    void sunIsLowerInWinter()
    {
        for (const double lat : {-60.0, -35.0, 35.0, 60.0}) {
            const double june = sunAt(lat, 172).elevationDeg, december = sunAt(lat, 355).elevationDeg;
            QVERIFY(lat > 0 ? june > december + 10 : december > june + 10);
        }
        // at the equinox the noon sun stands 90 - lat high; at 10:30 lower, and in the east
        const Sun equinox = sunAt(45, 81);
        QVERIFY(equinox.elevationDeg > 35 && equinox.elevationDeg < 45);
        QVERIFY(equinox.azimuthDeg > 90 && equinox.azimuthDeg < 180); // south-east
        QVERIFY(sunAt(-45, 81).azimuthDeg < 90);                      // north-east
    }

    void waterIsDarkInTheNearInfrared()
    {
        for (const Scene scene : {Scene::Lake, Scene::River, Scene::Coast})
            for (std::uint64_t place = 0; place < 6; ++place) {
                const Landscape land(4, place, optionsOf(scene, 48.5, 1.0));
                const auto image = optical(land, lookOf(180));
                const auto covers = coverOf(land, lookOf(180));
                double sum = 0, count = 0; // shores and surf aside
                for (std::size_t j = 2; j < 62; ++j)
                    for (std::size_t i = 2; i < 62; ++i) {
                        bool inside = true;
                        for (const std::size_t k :
                             {j * 64 + i, j * 64 + i - 2, j * 64 + i + 2, j * 64 + i - 128, j * 64 + i + 128})
                            inside &= covers[k] == static_cast<std::uint8_t>(Cover::Water);
                        if (inside && image[kBlue * 4096 + j * 64 + i] < 0.15)
                            sum += image[kNir * 4096 + j * 64 + i], ++count;
                    }
                if (count < 20) continue; // a brook
                QVERIFY2(sum / count < 0.065, qPrintable(QString("%1: %2").arg(name(scene)).arg(sum / count)));
                QVERIFY(sum / count < 0.5 * mean(land, image, kNir, covers, Cover::Trees) || scene == Scene::Coast);
            }
    }

    void snowIsBrightAndDarkInShortWaveInfrared()
    {
        const Landscape land(5, 3, optionsOf(Scene::Grassland, 51.0, -105.0));
        Look look = lookOf(30);
        const auto bare = optical(land, look);
        const double bareVv = mean(land, radar(land, look), 0);
        look.snowDepthCm = 30;
        const auto white = optical(land, look);
        QVERIFY(mean(land, white, kGreen) > 0.6);
        QVERIFY(mean(land, white, kGreen) > mean(land, bare, kGreen) + 0.4);
        QVERIFY(mean(land, white, kSwir) < 0.15);
        QVERIFY(mean(land, white, kSwir) < mean(land, bare, kSwir));
        // dry snow is transparent to the radar, melting snow is not
        QVERIFY(std::abs(mean(land, radar(land, look), 0) - bareVv) < 0.5);
        look.dayOfYear = 120;
        const double wet = mean(land, radar(land, look), 0);
        look.snowDepthCm = 0;
        QVERIFY(wet < mean(land, radar(land, look), 0) - 2);
        // half the depth is half the snow at most, and never more
        double before = 0;
        for (const double depth : {0.0, 2.0, 5.0, 20.0, 80.0}) {
            look.snowDepthCm = depth;
            const double green = mean(land, optical(land, look), kGreen);
            QVERIFY(green > before);
            before = green;
        }
    }

    void hazeRaisesBlueMoreThanNearInfrared()
    {
        for (std::uint64_t place = 0; place < 12; ++place) {
            const Landscape land(6, place, optionsOf(static_cast<Scene>(place)));
            Look clear = lookOf(180), hazy = clear;
            clear.haze = 0;
            hazy.haze = 0.6;
            const auto a = optical(land, clear), b = optical(land, hazy);
            QVERIFY(mean(land, b, kBlue) - mean(land, a, kBlue) > mean(land, b, kNir) - mean(land, a, kNir) + 0.005);
        }
    }

    // Slopes that face the sun are brighter; where the sun stands follows from hemisphere and season.
    void hillshadeFollowsTheSun()
    {
        for (const double lat : {46.0, -44.0}) {
            const Landscape land(7, 4, optionsOf(Scene::Mountain, lat, lat > 0 ? 10.0 : 171.0));
            const Look look = lookOf(lat > 0 ? 300 : 120);
            const Sun sun = sunAt(lat, look.dayOfYear);
            const auto image = optical(land, look), z = elevation(land);
            const Axis to(sun.azimuthDeg), beside(sun.azimuthDeg + 90);
            std::vector<double> facing, across, bright;
            for (std::size_t j = 1; j < 63; ++j)
                for (std::size_t i = 1; i < 63; ++i) {
                    const double east = z[j * 64 + i + 1] - z[j * 64 + i - 1],
                                 north = z[j * 64 - 64 + i] - z[j * 64 + 64 + i];
                    facing.push_back(-to.along(east, north));
                    across.push_back(-beside.along(east, north));
                    bright.push_back(image[kNir * 4096 + j * 64 + i]);
                }
            QVERIFY2(correlation(facing, bright) > 0.4, qPrintable(QString::number(correlation(facing, bright))));
            QVERIFY(correlation(facing, bright) > std::abs(correlation(across, bright)) + 0.15);
        }
    }

    void cloudsCoverTheShareTheyShould()
    {
        const Landscape land(8, 1, optionsOf(Scene::Forest));
        Look look = lookOf(180);
        const auto clear = optical(land, look);
        for (const double share : {0.1, 0.3, 0.7, 1.0}) {
            look.cloudCover = share;
            const auto image = optical(land, look);
            QVERIFY(std::abs(land.factors(look)[static_cast<std::size_t>(Factor::CloudCover)] - share) < 0.03);
            std::vector<float> clouds(4096);
            land.clouds(look, clouds);
            int darker = 0;
            for (std::size_t k = 0; k < 4096; ++k) {
                if (clouds[k] > 0.7f) QVERIFY(image[kBlue * 4096 + k] > clear[kBlue * 4096 + k] + 0.1f);
                darker += image[kNir * 4096 + k] < 0.7f * clear[kNir * 4096 + k];
            }
            if (share == 0.3) QVERIFY(darker > 50); // their shadows
        }
    }

    void radarTellsCityFromFieldsFromLake()
    {
        const auto vv = [](Scene scene) {
            double sum = 0;
            for (std::uint64_t place = 0; place < 8; ++place) {
                const Landscape land(9, place, optionsOf(scene, 49.0, 1.0));
                const auto image = radar(land, lookOf(150));
                const auto covers = coverOf(land, lookOf(150));
                sum += scene == Scene::Lake ? mean(land, image, 0, covers, Cover::Water) : mean(land, image, 0);
            }
            return sum / 8;
        };
        const double city = vv(Scene::City), fields = vv(Scene::Fields), lake = vv(Scene::Lake);
        QVERIFY2(city > fields + 4 && fields > lake + 4,
                 qPrintable(QString("%1 %2 %3").arg(city).arg(fields).arg(lake)));
    }

    // The intensities of a homogeneous, flat surface have the variance of a gamma law with that many looks.
    void speckleHasItsLooks()
    {
        for (const int looks : {1, 4, 16}) {
            SceneOptions options = optionsOf(Scene::Lake, 48.5, 1.0);
            options.radarLooks = looks;
            double sum = 0, squares = 0, count = 0;
            for (std::uint64_t place = 0; place < 4; ++place) {
                const Landscape land(10, place, options);
                const auto covers = coverOf(land, lookOf(180));
                const auto image = radar(land, lookOf(180));
                double level = 0, pixels = 0; // each lake has its own wind
                std::vector<double> values;
                for (std::size_t j = 2; j < 62; ++j)
                    for (std::size_t i = 2; i < 62; ++i) {
                        bool inside = true;
                        for (const std::size_t k :
                             {j * 64 + i, j * 64 + i - 2, j * 64 + i + 2, j * 64 + i - 128, j * 64 + i + 128})
                            inside &= covers[k] == static_cast<std::uint8_t>(Cover::Water);
                        if (inside)
                            values.push_back(std::pow(10, image[j * 64 + i] / 10)), level += values.back(), ++pixels;
                    }
                for (const double v : values)
                    sum += v * pixels / level, squares += std::pow(v * pixels / level, 2), ++count;
            }
            QVERIFY(count > 1000);
            const double variance = squares / count - sum / count * sum / count;
            QVERIFY2(std::abs(variance * looks - 1) < 0.15,
                     qPrintable(QString("%1 looks: %2").arg(looks).arg(variance)));
        }
    }

    void destructionChangesBuildingsAndWhatTheyShade()
    {
        const Landscape land(11, 6, optionsOf(Scene::City, 37.7, -4.5));
        Look whole = lookOf(180), half = whole, all = whole;
        half.destroyed = 0.5;
        all.destroyed = 1;
        const auto before = coverOf(land, whole), after = coverOf(land, half), last = coverOf(land, all);
        int rubble = 0, built = 0;
        for (std::size_t k = 0; k < before.size(); ++k) {
            built += before[k] == static_cast<std::uint8_t>(Cover::Building);
            rubble += after[k] == static_cast<std::uint8_t>(Cover::Rubble);
            // the more buildings fall, the more of the same are rubble
            if (after[k] == static_cast<std::uint8_t>(Cover::Rubble)) QCOMPARE(last[k], after[k]);
            QVERIFY(last[k] != static_cast<std::uint8_t>(Cover::Building));
        }
        QVERIFY2(std::abs(rubble / static_cast<double>(built) - 0.5) < 0.2,
                 qPrintable(QString("%1 of %2").arg(rubble).arg(built)));
        QVERIFY(std::abs(land.factors(half)[static_cast<std::size_t>(Factor::Destroyed)] - 0.5) < 0.1);
        QVERIFY(mean(land, radar(land, all), 0) <
                mean(land, radar(land, whole), 0) - 1.5); // no walls, no double bounce
        // without buildings nothing changes
        const Landscape forest(11, 6, optionsOf(Scene::Desert));
        QCOMPARE(optical(forest, all), optical(forest, whole));
    }

    void harvestChangesFieldsOnly()
    {
        const Landscape land(12, 3, optionsOf(Scene::Fields, 48.5, 1.0));
        Look standing = lookOf(150), cut = standing;
        cut.harvested = 1;
        const auto covers = coverOf(land, standing);
        QCOMPARE(coverOf(land, cut), covers);
        const auto a = optical(land, standing), b = optical(land, cut);
        int changed = 0, elsewhere = 0;
        for (std::size_t j = 1; j < 63; ++j)
            for (std::size_t i = 1; i < 63; ++i) {
                bool crop = false;
                for (std::size_t y = j - 1; y <= j + 1; ++y)
                    for (std::size_t x = i - 1; x <= i + 1; ++x)
                        crop |= covers[y * 64 + x] == static_cast<std::uint8_t>(Cover::Crop);
                const bool differs = std::abs(a[kNir * 4096 + j * 64 + i] - b[kNir * 4096 + j * 64 + i]) > 0.02f;
                changed += crop && differs;
                elsewhere += !crop && differs;
            }
        QVERIFY2(changed > 500, qPrintable(QString::number(changed)));
        QVERIFY2(elsewhere <= 0.02 * changed, qPrintable(QString("%1 beside %2").arg(elsewhere).arg(changed)));
        QVERIFY(mean(land, b, kNir, covers, Cover::Crop) < mean(land, a, kNir, covers, Cover::Crop));
    }
};

QTEST_GUILESS_MAIN(TestSimulationLooks)
#include "tst_simulationlooks.moc"

// SPDX-License-Identifier: Apache-2.0
#include "datasets/base/error.h"
#include "datasets/base/parallel.h"
#include "datasets/simulation/landscape.h"
#include <QtTest/QtTest>
#include <functional>
#include <numeric>

using namespace revisit;
using namespace revisit::simulation;

namespace {

constexpr std::size_t kBlue = 1, kGreen = 2, kRed = 3, kNir = 7, kSwir = 10;

SceneOptions optionsOf(Scene scene, std::optional<double> lat = {}, std::optional<double> lon = {})
{
    SceneOptions options;
    options.scene = scene;
    options.lat = lat;
    options.lon = lon;
    return options;
}

Look lookOf(int day)
{
    Look look;
    look.dayOfYear = day;
    return look;
}

std::vector<float> optical(const Landscape& land, const Look& look)
{
    std::vector<float> out(static_cast<std::size_t>(12 * land.cells()));
    land.optical(look, out);
    return out;
}

std::vector<float> radar(const Landscape& land, const Look& look)
{
    std::vector<float> out(static_cast<std::size_t>(2 * land.cells()));
    land.radar(look, out);
    return out;
}

std::vector<std::uint8_t> coverOf(const Landscape& land, const Look& look)
{
    std::vector<std::uint8_t> out(static_cast<std::size_t>(land.cells()));
    land.cover(look, out);
    return out;
}

std::vector<float> elevation(const Landscape& land)
{
    std::vector<float> out(static_cast<std::size_t>(land.cells()));
    land.elevation(out);
    return out;
}

// The mean of a band, over the pixels of a cover if one is named.
double mean(const Landscape& land, const std::vector<float>& image, std::size_t band,
            const std::vector<std::uint8_t>& covers = {}, Cover of = Cover::Water)
{
    const auto cells = static_cast<std::size_t>(land.cells());
    double sum = 0, count = 0;
    for (std::size_t k = 0; k < cells; ++k)
        if (covers.empty() || covers[k] == static_cast<std::uint8_t>(of)) sum += image[band * cells + k], ++count;
    return sum / count;
}

double ndvi(const Landscape& land, int day)
{
    const auto image = optical(land, lookOf(day));
    const double red = mean(land, image, kRed), nir = mean(land, image, kNir);
    return (nir - red) / (nir + red);
}

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

class TestSimulation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void samePlaceSameImageOnAnyThreadInAnyOrder()
    {
        constexpr std::int64_t kPlaces = 24;
        const auto image = [](std::int64_t place) {
            const Landscape land(7, static_cast<std::uint64_t>(place));
            auto all = optical(land, land.naturalLook(130));
            const auto waves = radar(land, land.naturalLook(130));
            all.insert(all.end(), waves.begin(), waves.end());
            return all;
        };
        std::vector<std::vector<float>> parallel(kPlaces);
        parallelFor(
            kPlaces, [&](std::int64_t i) { parallel[static_cast<std::size_t>(i)] = image(i); },
            [](std::int64_t) { return true; }, 4);
        for (std::int64_t i = kPlaces - 1; i >= 0; --i) QCOMPARE(image(i), parallel[static_cast<std::size_t>(i)]);
        QVERIFY(parallel[0] != parallel[1]);
        QVERIFY(optical(Landscape(7, 0), lookOf(130)) != optical(Landscape(8, 0), lookOf(130)));
    }

    void geometryStaysWhileCropsChange()
    {
        const Landscape land(1, 5, optionsOf(Scene::Fields, 48.5, 1.0));
        const auto may = coverOf(land, lookOf(130)), september = coverOf(land, lookOf(260));
        QCOMPARE(may, september);
        const auto a = optical(land, lookOf(130)), b = optical(land, lookOf(260));
        QVERIFY(std::abs(mean(land, a, kNir, may, Cover::Crop) - mean(land, b, kNir, may, Cover::Crop)) > 0.03);
    }

    // A larger frame sees the same land and more around it.
    void frameIsAWindowOnTheLand()
    {
        for (const Scene scene : {Scene::Fields, Scene::City, Scene::River}) {
            SceneOptions small = optionsOf(scene, 48.5, 1.0), large = small;
            large.sizePx = 128;
            const Landscape a(2, 9, small), b(2, 9, large);
            const auto near = coverOf(a, lookOf(180)), far = coverOf(b, lookOf(180));
            int same = 0;
            for (std::size_t j = 0; j < 64; ++j)
                for (std::size_t i = 0; i < 64; ++i) same += near[j * 64 + i] == far[(j + 32) * 128 + i + 32];
            QVERIFY2(same > 0.97 * 64 * 64, qPrintable(QString("%1: %2").arg(name(scene)).arg(same)));
        }
    }

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
        for (const Scene scene : {Scene::Lake, Scene::River, Scene::Coast}) {
            const Landscape land(4, 2, optionsOf(scene, 48.5, 1.0));
            const auto image = optical(land, lookOf(180));
            const auto covers = coverOf(land, lookOf(180));
            const auto water = std::count(covers.begin(), covers.end(), static_cast<std::uint8_t>(Cover::Water));
            QVERIFY2(water > 0.05 * 64 * 64, name(scene));
            double worst = 0; // with neighbours, waves and haze; pixels on the shore aside
            for (std::size_t j = 1; j < 63; ++j)
                for (std::size_t i = 1; i < 63; ++i) {
                    bool inside = true;
                    for (const std::size_t k :
                         {j * 64 + i, j * 64 + i - 1, j * 64 + i + 1, j * 64 + i - 64, j * 64 + i + 64})
                        inside &= covers[k] == static_cast<std::uint8_t>(Cover::Water);
                    if (inside && scene != Scene::Coast)
                        worst = std::max<double>(worst, image[kNir * 4096 + j * 64 + i]);
                }
            QVERIFY2(worst < 0.15, qPrintable(QString::number(worst)));
            QVERIFY(mean(land, image, kNir, covers, Cover::Water) < 0.1);
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

    void everywhereAlwaysPhysical()
    {
        std::uint64_t place = 0;
        for (std::int64_t scene = 0; scene < kScenes; ++scene)
            for (const double lat : {-90.0, -67.0, -20.0, 0.0, 33.0, 61.0, 90.0}) {
                SceneOptions options =
                    optionsOf(static_cast<Scene>(scene), lat, 170.0 - 3.7 * static_cast<double>(place % 90));
                options.sizePx = std::array<std::int64_t, 5>{8, 17, 32, 64, 31}[place % 5];
                options.gsdM = std::array{10.0, 1.0, 3.0, 30.0, 100.0}[place / 5 % 5];
                if (place == 40) options.sizePx = 256;
                const Landscape land(13, place++, options);
                for (const int day : {1, 95, 190, 285, 366}) {
                    Look look = land.naturalLook(day);
                    look.haze = 0.1 * (day % 7);
                    const auto image = optical(land, look), waves = radar(land, look), z = elevation(land);
                    const auto inside = [](const std::vector<float>& values, float low, float high) {
                        return std::all_of(values.begin(), values.end(),
                                           [&](float v) { return v >= low && v <= high; }); // no NaN is
                    };
                    QVERIFY(inside(image, 0, 1.6f));
                    QVERIFY(inside(waves, -45, 25));
                    QVERIFY(inside(z, -500, 9000));
                    const auto [warmth, rain] = land.climate(day);
                    QVERIFY(warmth > -80 && warmth < 50 && rain >= 0 && rain < 1500);
                    QVERIFY(look.snowDepthCm >= 0 && look.snowDepthCm <= 250 && look.cloudCover >= 0 &&
                            look.cloudCover < 1);
                    const Factors factors = land.factors(look);
                    QVERIFY(std::all_of(factors.begin(), factors.end(), [](double v) { return std::isfinite(v); }));
                }
            }
    }

    void factorsSayWhatIsRendered()
    {
        const auto factor = [](const Landscape& land, const Look& look, Factor f) {
            return land.factors(look)[static_cast<std::size_t>(f)];
        };
        for (std::uint64_t place = 0; place < 36; ++place) {
            const Landscape land(14, place, optionsOf(static_cast<Scene>(place % kScenes)));
            const Look look = land.naturalLook(200);
            QCOMPARE(factor(land, look, Factor::Class), static_cast<double>(place % kScenes));
            QCOMPARE(factor(land, look, Factor::SunElevation),
                     sunAt(factor(land, look, Factor::Latitude), 200).elevationDeg);
            const auto z = elevation(land);
            const double level = std::accumulate(z.begin(), z.end(), 0.0) / 4096;
            double squares = 0;
            for (const float v : z) squares += (v - level) * (v - level);
            QVERIFY(std::abs(std::sqrt(squares / 4096) - factor(land, look, Factor::Relief)) <
                    0.1 + 0.02 * factor(land, look, Factor::Relief));
            QVERIFY(factor(land, look, Factor::Orientation) >= 0 && factor(land, look, Factor::Orientation) < 180);
        }
        // what a class is called after is there
        const auto share = [](Scene scene, std::vector<Cover> of) {
            double least = 1;
            for (std::uint64_t place = 0; place < 12; ++place) {
                const Landscape land(15, place, optionsOf(scene));
                double found = 0;
                for (const std::uint8_t c : coverOf(land, lookOf(200)))
                    found += std::count(of.begin(), of.end(), static_cast<Cover>(c));
                least = std::min(least, found / 4096);
            }
            return least;
        };
        QVERIFY(share(Scene::Forest, {Cover::Trees}) > 0.5);
        QVERIFY(share(Scene::Fields, {Cover::Crop, Cover::Grass}) > 0.5);
        QVERIFY(share(Scene::Orchard, {Cover::Orchard}) > 0.2);
        QVERIFY(share(Scene::City, {Cover::Building, Cover::Paved}) > 0.5);
        QVERIFY(share(Scene::Suburb, {Cover::Building, Cover::Paved}) > 0.1);
        QVERIFY(share(Scene::Industry, {Cover::Building, Cover::Paved}) > 0.2);
        QVERIFY(share(Scene::Desert, {Cover::Bare}) > 0.5);
        QVERIFY(share(Scene::Lake, {Cover::Water}) > 0.1);
        QVERIFY(share(Scene::Coast, {Cover::Water}) > 0.05);
        QVERIFY(share(Scene::River, {Cover::Water}) > 0.01);
    }

    void optionsAreChecked()
    {
        const auto refused = [](const std::function<void(SceneOptions&)>& spoil) {
            SceneOptions options;
            spoil(options);
            try {
                const Landscape land(1, 1, options);
            } catch (const Error& e) {
                return !e.key().empty();
            }
            return false;
        };
        QVERIFY(refused([](SceneOptions& o) { o.sizePx = 4; }));
        QVERIFY(refused([](SceneOptions& o) { o.sizePx = 5000; }));
        QVERIFY(refused([](SceneOptions& o) { o.gsdM = NAN; }));
        QVERIFY(refused([](SceneOptions& o) { o.radarLooks = 0; }));
        QVERIFY(refused([](SceneOptions& o) { o.lat = 10; }));
        QVERIFY(refused([](SceneOptions& o) { o.lat = 91, o.lon = 0; }));
        QVERIFY(!refused([](SceneOptions&) {}));
    }
};

QTEST_GUILESS_MAIN(TestSimulation)
#include "tst_simulation.moc"

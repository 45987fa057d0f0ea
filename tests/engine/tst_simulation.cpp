// SPDX-License-Identifier: Apache-2.0
#include "datasets/base/error.h"
#include "datasets/base/parallel.h"
#include "engine/simulationtools.h"
#include <QtTest/QtTest>
#include <functional>
#include <numeric>

using namespace revisit;
using namespace revisit::testing;

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

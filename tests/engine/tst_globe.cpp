// SPDX-License-Identifier: Apache-2.0
#include "datasets/globe.h"
#include "engine/samplertools.h"
#include <algorithm>
#include <map>

using namespace revisit;
using namespace revisit::testing;

namespace {

Patch place(double lon, double lat) { return {"", lon, lat}; }

std::vector<std::int64_t> all(const std::vector<Patch>& patches)
{
    std::vector<std::int64_t> which;
    for (std::size_t i = 0; i < patches.size(); ++i) which.push_back(static_cast<std::int64_t>(i));
    return which;
}

} // namespace

class TestGlobe : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void knowsGreatCircles()
    {
        const double quarter = 6371.0088 * std::numbers::pi / 2;
        const auto km = [](double lonA, double latA, double lonB, double latB) {
            return kilometres(place(lonA, latA), place(lonB, latB));
        };
        QVERIFY(std::abs(km(0, 0, 90, 0) - quarter) < 1e-6);
        QVERIFY(std::abs(km(33, 90, -120, 0) - quarter) < 1e-6);                    // from the pole
        QVERIFY(std::abs(km(10, 20, -170, -20) - 2 * quarter) < 1e-6);              // antipodes
        QVERIFY(std::abs(km(179.5, 0, -179.5, 0) - quarter / 90) < 1e-6);           // over the date line
        QVERIFY(km(12, 90, 77, 90) < 1e-6 && km(180, 5, -180, 5) < 1e-6);           // one place, two names
        QVERIFY(std::abs(km(0, 60, 1e-6, 60) - quarter / 90e6 / 2) < 1e-10);        // a decimetre
        QVERIFY(std::abs(km(13.405, 52.52, 2.3522, 48.8566) - 877.5) < 1);          // Berlin to Paris
        QVERIFY(std::abs(km(174.7633, -36.8485, -118.2437, 34.0522) - 10490) < 15); // Auckland to Los Angeles
        QVERIFY(std::isnan(km(NAN, 0, 0, 0)));
        for (const double far : {1.0, 5000.0, 20015.0}) {
            const auto end = place(far / quarter * 90, 0); // along the equator
            QVERIFY(std::abs(squaredBetween(pointOf(place(0, 0)), pointOf(end)) - std::pow(chordOf(far), 2)) < 1e-9);
        }
    }
    void agreesWithTheHaversine()
    {
        const auto patches = globe(400);
        for (std::size_t i = 1; i < patches.size(); ++i)
            QVERIFY(std::abs(kilometres(patches[i], patches[i - 1]) - haversineKm(patches[i], patches[i - 1])) < 1e-3);
    }
    void findsAllAroundAndTheNearest()
    {
        auto patches = globe(500);
        patches.push_back(place(NAN, NAN));
        for (int k = 0; k < 30; ++k) patches.push_back(patches[7]); // looks at one place
        patches.push_back(place(-179.99, -3));
        patches.push_back(place(50, 89.95));
        const Globe tree(patches, all(patches));
        for (const auto& here : {patches[7], patches[100], place(179.99, -3), place(-130, 89.95), place(5, -90)}) {
            double nearest = 1e9;
            for (const auto& there : patches)
                if (there.located()) nearest = std::min(nearest, haversineKm(here, there));
            QVERIFY(std::abs(tree.nearestKm(here) - nearest) < 1e-6);
            for (const double km : {0.0, 5.0, 1000.0, 9000.0, 20100.0}) {
                std::vector<std::int64_t> near;
                for (const auto i : all(patches))
                    if (const auto& there = patches[std::size_t(i)]; there.located() && haversineKm(here, there) <= km)
                        near.push_back(i);
                auto found = tree.around(here, km);
                QVERIFY(found == Globe(patches, all(patches)).around(here, km));
                std::sort(found.begin(), found.end());
                QVERIFY(found == near);
                QCOMPARE(tree.any(here, km, [](std::int64_t i) { return i % 2; }),
                         std::any_of(near.begin(), near.end(), [](std::int64_t i) { return i % 2; }));
            }
        }
        QVERIFY(std::isinf(Globe(patches, {}).nearestKm(patches[0])));
    }
    void cutsTheEarthIntoCellsOfEqualArea()
    {
        Random random(3, "sphere");
        for (const std::int64_t side : {1, 2, 3, 8}) {
            const auto cells = 12 * side * side;
            std::map<std::int64_t, std::vector<Patch>> met;
            const auto many = 1000 * cells;
            for (std::int64_t k = 0; k < many; ++k) { // uniform on the sphere
                const auto patch =
                    place(random.uniform(-180, 180), std::asin(random.uniform(-1, 1)) * 180 / std::numbers::pi);
                met[equalAreaCell(patch.lon, patch.lat, side)].push_back(patch);
            }
            QCOMPARE(std::int64_t(met.size()), cells);
            QVERIFY(met.begin()->first == 0 && met.rbegin()->first == cells - 1);
            double chi2 = 0;
            for (const auto& [cell, patches] : met) {
                chi2 += std::pow(double(patches.size()) - 1000, 2) / 1000;
                for (std::size_t k = 1; k < patches.size(); ++k) // and in one piece
                    QVERIFY(haversineKm(patches[0], patches[k]) < 2.6 * 6519.6 / double(side));
            }
            QVERIFY(chi2 < double(cells) + 5 * std::sqrt(2 * double(cells)));
        }
        QVERIFY(equalAreaCell(180, 10, 5) == equalAreaCell(-180, 10, 5));
        QCOMPARE(equalAreaCell(12, 90, 5), equalAreaCell(13, 90, 5));
        QCOMPARE(equalAreaSide(6520), std::int64_t(1));
        QCOMPARE(equalAreaSide(652), std::int64_t(10));
        QCOMPARE(equalAreaSide(1e6), std::int64_t(1));
    }
};

QTEST_APPLESS_MAIN(TestGlobe)
#include "tst_globe.moc"

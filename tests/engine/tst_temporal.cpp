// SPDX-License-Identifier: Apache-2.0
#include "engine/samplertools.h"
#include <set>

using namespace revisit;
using namespace revisit::testing;

// Positives of other dates: temporal and spatiotemporal.
class TestTemporal : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    std::shared_ptr<Pack> packOf(const std::vector<Patch>& patches) const { return testing::packOf(m_folder, patches); }

    static double aroundTheYear(const Patch& a, const Patch& b)
    {
        double apart = std::abs(double(a.day) - b.day);
        while (apart >= 365.25) apart -= 365.25;
        return std::min(apart, 365.25 - apart);
    }

private Q_SLOTS:
    void showsOnePlaceOnDifferentDates()
    {
        auto patches = looksAt(100, 5);
        patches.push_back(patches[5]); // another look on the same date
        patches.back().id = "again";
        const auto pack = packOf(patches);
        for (const char* const other : {"any", "season", "nearest"}) {
            const auto one = sampler("temporal", *pack, {{"other", other}});
            std::set<std::int64_t> shown;
            for (std::int64_t step = 1; step <= 40; ++step) {
                const auto drawn = one->draw(step, 20, 7); // 5 dates for 7 views
                for (std::size_t k = 0; k < 20; ++k) {
                    std::set<std::int32_t> days;
                    for (std::size_t v = 0; v < 7; ++v) {
                        QCOMPARE(patchOf(*pack, drawn[v][k]).place, patchOf(*pack, drawn[0][k]).place);
                        days.insert(patchOf(*pack, drawn[v][k]).day);
                        if (v < 5) QCOMPARE(days.size(), v + 1);
                        if (v > 0) QVERIFY(patchOf(*pack, drawn[v][k]).day != patchOf(*pack, drawn[0][k]).day);
                        shown.insert(drawn[v][k]);
                    }
                }
            }
            QCOMPARE(shown.size(), pack->indices(Split::Train).size()); // "again" too
        }
    }
    void showsEachPlaceOnceAnEpoch()
    {
        const auto pack = packOf(looksAt(100, 3)); // 80 for training
        const auto one = sampler("temporal", *pack);
        for (std::int64_t epoch = 0; epoch < 3; ++epoch) {
            std::set<std::uint32_t> places;
            for (std::int64_t step = 1; step <= 4; ++step) {
                const auto drawn = one->draw(epoch * 4 + step, 20, 2);
                for (const auto i : drawn[0]) places.insert(patchOf(*pack, i).place);
            }
            QCOMPARE(places.size(), std::size_t(80));
        }
        QVERIFY(one->warning(80).empty());
        COMPARE_CONTAINS(one->warning(81), "there are only 80");
    }
    void goesRoundTheYearForAnotherSeason()
    {
        const auto places = globe(40);
        std::vector<Patch> patches;
        for (int place = 0; place < 20; ++place)
            for (const int day : {0, 20, 350, 365 + 180, 365 + 200, 366 * 9}) { // winters, and two in summer
                patches.push_back(places[std::size_t(place)]);
                patches.back().id += " " + std::to_string(day);
                patches.back().day = day;
            }
        const auto pack = packOf(patches);
        const auto one = sampler("temporal", *pack, {{"other", "season"}, {"apart_days", 100}});
        for (std::int64_t step = 1; step <= 50; ++step) {
            const auto drawn = one->draw(step, 16, 2);
            for (std::size_t k = 0; k < 16; ++k)
                QVERIFY(aroundTheYear(patchOf(*pack, drawn[0][k]), patchOf(*pack, drawn[1][k])) >= 100);
        }
        COMPARE_CONTAINS(errorOf([&] {
                             sampler("temporal", *pack, {{"other", "season"}, {"apart_days", 182}});
                         }),
                         "182 days apart around the year");
    }
    void showsTheNearestDate()
    {
        const auto pack = packOf(looksAt(50, 6));
        const auto one = sampler("temporal", *pack, {{"other", "nearest"}});
        for (std::int64_t step = 1; step <= 20; ++step) {
            const auto drawn = one->draw(step, 16, 4);
            for (std::size_t k = 0; k < 16; ++k) {
                const auto gap = [&](std::size_t v) {
                    return std::abs(patchOf(*pack, drawn[v][k]).day - patchOf(*pack, drawn[0][k]).day);
                };
                QCOMPARE(gap(1), 122);
                QVERIFY(gap(2) == 122 || gap(2) == 244);
                QVERIFY(gap(2) <= gap(3));
            }
        }
    }
    void standsForItselfWhereThereIsOneDate()
    {
        auto patches = looksAt(40, 2);
        for (int k = 0; k < 40; ++k) {
            patches.push_back(patches[0]);
            patches.back().id = "single " + std::to_string(k);
            patches.back().place = std::uint32_t(1000 + k);
            patches.back().split = Split::Train;
        }
        const auto pack = packOf(patches);
        const auto one = sampler("temporal", *pack);
        COMPARE_CONTAINS(one->warning(16), "40 of 72 places have no looks of several dates");
        const auto drawn = one->draw(1, 72, 3);
        for (std::size_t k = 0; k < 72; ++k)
            QCOMPARE(drawn[0][k] == drawn[1][k] && drawn[0][k] == drawn[2][k],
                     patchOf(*pack, drawn[0][k]).place >= 1000);
    }
    void needsDatesAndPlaces()
    {
        const auto undated = packOf(globe(50));
        COMPARE_CONTAINS(errorOf([&] { sampler("temporal", *undated); }), "choose uniform or neighbours");
        COMPARE_CONTAINS(errorOf([&] { sampler("spatiotemporal", *undated); }), "choose neighbours or uniform");
        const auto single = packOf(looksAt(50, 1));
        COMPARE_CONTAINS(errorOf([&] { sampler("temporal", *single); }), "places with looks of several dates");
        COMPARE_CONTAINS(errorOf([&] {
                             sampler("spatiotemporal", *single, {{"radius_km", 0}});
                         }),
                         "within 0.0 km and 1 days");
        auto lost = looksAt(50, 2);
        for (auto& patch : lost) patch.lon = NAN;
        const auto unlocated = packOf(lost);
        COMPARE_CONTAINS(errorOf([&] { sampler("spatiotemporal", *unlocated); }), "choose temporal or uniform");
        QVERIFY(!sampler("temporal", *unlocated)->draw(1, 8, 2).empty());
    }
    void findsLooksNearInSpaceAndFarInTime()
    {
        const auto pack = packOf(looksAt(200, 3));
        const auto training = pack->indices(Split::Train);
        for (const std::int64_t days : {1, 130, 200}) {
            const double km = 1500;
            const auto one = sampler("spatiotemporal", *pack, {{"radius_km", km}, {"apart_days", days}});
            std::set<std::uint32_t> elsewhere;
            for (std::int64_t step = 1; step <= 10; ++step) {
                const auto drawn = one->draw(step, 24, 3);
                for (std::size_t k = 0; k < 24; ++k) {
                    const auto& here = patchOf(*pack, drawn[0][k]);
                    std::set<std::int32_t> there, shown;
                    for (const auto i : training)
                        if (haversineKm(here, patchOf(*pack, i)) <= km &&
                            std::abs(here.day - patchOf(*pack, i).day) >= days)
                            there.insert(patchOf(*pack, i).day);
                    for (std::size_t v = 1; v < 3; ++v) {
                        const auto& other = patchOf(*pack, drawn[v][k]);
                        if (there.empty()) QCOMPARE(drawn[v][k], drawn[0][k]);
                        if (there.empty()) continue;
                        QVERIFY(haversineKm(here, other) <= km && there.contains(other.day));
                        shown.insert(other.day);
                        if (other.place != here.place) elsewhere.insert(other.place);
                    }
                    QCOMPARE(shown.size(), std::min<std::size_t>(there.size(), 2));
                }
            }
            QVERIFY(elsewhere.size() > 10);
        }
        const auto same = sampler("spatiotemporal", *pack, {{"radius_km", 0}});
        const auto drawn = same->draw(1, 100, 2);
        for (std::size_t k = 0; k < 100; ++k)
            QCOMPARE(patchOf(*pack, drawn[0][k]).place, patchOf(*pack, drawn[1][k]).place);
        QVERIFY(drawn[0] != drawn[1]);
    }
};

QTEST_APPLESS_MAIN(TestTemporal)
#include "tst_temporal.moc"

// SPDX-License-Identifier: Apache-2.0
#include "datasets/samplers/report.h"
#include "engine/samplertools.h"
#include <map>
#include <set>

using namespace revisit;
using namespace revisit::testing;

class TestBatchReport : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

private Q_SLOTS:
    void countsWhatABatchHolds()
    {
        auto patches = looksAt(60, 3);
        for (int i = 0; i < 30; ++i) patches[std::size_t(i)].label = -1;
        patches[10].lon = NAN;
        patches[11].day = Patch::noDay;
        const auto pack = packOf(m_folder, patches);
        Random random(1, "batch");
        std::vector<std::vector<std::int64_t>> drawn(3);
        for (auto& view : drawn)
            for (int k = 0; k < 80; ++k) view.push_back(std::int64_t(random.below(patches.size())));
        drawn[0][3] = drawn[1][4] = 10;
        drawn[0][5] = drawn[1][6] = 11;
        const auto report = reportOn(*pack, drawn, 2000);

        std::int64_t pairs = 0, near = 0, samePlace = 0, sameClass = 0, dates = 0;
        for (std::size_t a = 0; a < 80; ++a)
            for (std::size_t b = 0; b < a; ++b) {
                const auto &one = patchOf(*pack, drawn[0][a]), &other = patchOf(*pack, drawn[0][b]);
                ++pairs;
                near += one.located() && other.located() && haversineKm(one, other) < 2000;
                samePlace += one.place == other.place;
                sameClass += one.label != -1 && one.label == other.label;
            }
        QCOMPARE(report.pairs, pairs);
        QCOMPARE(report.near, near);
        QCOMPARE(report.samePlace, samePlace);
        QCOMPARE(report.sameClass, sameClass);
        QVERIFY(near > 0 && samePlace > 0 && sameClass > 0);
        for (const auto& date : report.dates) {
            std::int64_t met = 0;
            for (const auto& view : drawn)
                for (const auto i : view) met += patchOf(*pack, i).day == date.first;
            QCOMPARE(date.second, met);
            dates += met;
        }
        QCOMPARE(dates, std::int64_t(240));
        std::map<int, std::int64_t> classes;
        std::set<std::uint32_t> places;
        for (std::size_t a = 0; a < 80; ++a) {
            const auto& one = patchOf(*pack, drawn[0][a]);
            ++classes[one.label];
            places.insert(one.place);
            double nearest = 1e9;
            for (std::size_t b = 0; b < 80; ++b)
                if (const auto& other = patchOf(*pack, drawn[0][b]); b != a && one.located() && other.located())
                    nearest = std::min(nearest, haversineKm(one, other));
            QVERIFY(one.located() ? std::abs(report.negativeKm[a] - nearest) < 1e-3 : std::isnan(report.negativeKm[a]));
        }
        QCOMPARE(report.negativeKm.size(), std::size_t(80));
        QVERIFY((report.classes == std::map<std::int32_t, std::int64_t>(classes.begin(), classes.end())));
        QCOMPARE(report.places, std::int64_t(places.size()));
        auto twice = report;
        twice.add(report);
        QCOMPARE(twice.pairs, 2 * pairs);
        QCOMPARE(twice.near + twice.samePlace + twice.sameClass, 2 * (near + samePlace + sameClass));
        QCOMPARE(twice.places, 2 * report.places);
        QCOMPARE(twice.classes.at(-1), 2 * report.classes.at(-1));
        QCOMPARE(twice.dates.at(patches[0].day), 2 * report.dates.at(patches[0].day));
        QCOMPARE(twice.negativeKm.size() + twice.positiveKm.size() + twice.positiveDays.size(),
                 std::size_t(160 + 320 + 320));
        QCOMPARE(report.positiveKm.size(), std::size_t(160));
        for (std::size_t k = 0; k < 160; ++k) {
            const auto &first = patchOf(*pack, drawn[0][k / 2]), &other = patchOf(*pack, drawn[1 + k % 2][k / 2]);
            if (first.located() && other.located())
                QVERIFY(std::abs(report.positiveKm[k] - haversineKm(first, other)) < 1e-3);
            else
                QVERIFY(std::isnan(report.positiveKm[k]));
            if (first.dated() && other.dated())
                QCOMPARE(report.positiveDays[k], double(std::abs(first.day - other.day)));
            else
                QVERIFY(std::isnan(report.positiveDays[k]));
        }
    }
    void takesABatchOfNothing()
    {
        const auto pack = packOf(m_folder, globe(10));
        QCOMPARE(reportOn(*pack, {}, 1).pairs, std::int64_t(0));
        QCOMPARE(reportOn(*pack, {{3}}, 1).pairs, std::int64_t(0));
    }
};

QTEST_APPLESS_MAIN(TestBatchReport)
#include "tst_batchreport.moc"

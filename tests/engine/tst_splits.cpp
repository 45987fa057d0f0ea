// SPDX-License-Identifier: Apache-2.0
#include "datasets/splits.h"
#include "datasets/subset.h"
#include "engine/samplertools.h"
#include <algorithm>
#include <functional>
#include <map>
#include <set>

using namespace revisit;
using namespace revisit::testing;

namespace {

double shareOf(const Splits& splits)
{
    return double(std::count(splits.begin(), splits.end(), Split::Test)) / double(splits.size());
}

// The same patches the other way around, with other numbers for their places.
std::vector<Patch> reversed(std::vector<Patch> patches)
{
    std::reverse(patches.begin(), patches.end());
    for (auto& patch : patches) patch.place = 5000 - patch.place;
    return patches;
}

} // namespace

class TestSplits : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

private Q_SLOTS:
    void splitsWholeGroupsByChance()
    {
        const auto patches = looksAt(400, 3);
        const std::map<std::string, std::function<Splits(const std::vector<Patch>&, double, std::uint64_t)>> ways = {
            {"at random", splitAtRandom},
            {"by block", [](const auto& all, double share, auto seed) { return splitByBlock(all, 10, share, seed); }}};
        for (const auto& [name, way] : ways)
            for (const double share : {0.0, 0.2, 0.5, 1.0}) {
                const auto splits = way(patches, share, 1);
                QVERIFY2(std::abs(shareOf(splits) - share) < 0.01, name.c_str());
                auto other = way(reversed(patches), share, 1);
                std::reverse(other.begin(), other.end());
                QVERIFY2(other == splits, name.c_str());
                if (share == 0.2) QVERIFY(way(patches, share, 2) != splits);
                std::map<std::string, std::set<Split>> met;
                for (std::size_t i = 0; i < patches.size(); ++i) {
                    const auto block = std::to_string(std::floor(patches[i].lon / 10)) + " " +
                                       std::to_string(std::floor(patches[i].lat / 10));
                    met[name == "by block" ? block : std::to_string(patches[i].place)].insert(splits[i]);
                }
                for (const auto& [group, parts] : met) QCOMPARE(parts.size(), std::size_t(1));
            }
    }
    void splitsByRegionLatitudeAndTime()
    {
        const auto patches = looksAt(400, 5);
        const auto pacific = splitByRegion(patches, 150, -30, -120, 40), band = splitByLatitude(patches, 20, 50);
        const auto europe = splitByRegion(patches, -10, 35, 30, 70);
        const auto late = splitByDate(patches, 17300);
        const auto winter = splitBySeason(patches, 12, 2), summer = splitBySeason(patches, 6, 8);
        for (std::size_t i = 0; i < patches.size(); ++i) {
            const auto& p = patches[i];
            const bool isNorth = p.lat >= -30 && p.lat < 40;
            QCOMPARE(pacific[i] == Split::Test, isNorth && (p.lon >= 150 || p.lon < -120));
            QCOMPARE(europe[i] == Split::Test, p.lon >= -10 && p.lon < 30 && p.lat >= 35 && p.lat < 70);
            QCOMPARE(band[i] == Split::Test, p.lat >= 20 && p.lat < 50);
            QCOMPARE(late[i] == Split::Test, p.day >= 17300);
            const int month = QDate(1970, 1, 1).addDays(p.day).month();
            QCOMPARE(winter[i] == Split::Test, month == 12 || month <= 2);
            QCOMPARE(summer[i] == Split::Test, month >= 6 && month <= 8);
        }
        for (const auto& splits : {pacific, europe, band, late, winter, summer})
            QVERIFY(shareOf(splits) > 0 && shareOf(splits) < 1);
        auto unknown = globe(5);
        COMPARE_CONTAINS(errorOf([&] { splitByDate(unknown, 0); }), "when patch p0 was taken");
        unknown[2].lat = NAN;
        COMPARE_CONTAINS(errorOf([&] { splitByBlock(unknown, 5, 0.2, 1); }), "where patch p2 is");
    }
    void measuresWhatLeaks()
    {
        auto patches = looksAt(150, 3);
        patches[4].lon = NAN;
        patches[11].day = Patch::noDay;
        Splits splits;
        Random random(2, "split");
        for (std::size_t i = 0; i < patches.size(); ++i)
            splits.push_back(random.chance(0.5) ? Split::Test : Split::Train);
        splits[4] = splits[11] = Split::Test;
        const double side = 400;
        const auto leak = leakOf(patches, splits, side);
        std::vector<double> allKm, allDays;
        std::size_t at = 0, shown = 0;
        for (std::size_t i = 0; i < patches.size(); ++i) {
            if (splits[i] == Split::Train) continue;
            QCOMPARE(leak.tests[at], std::int64_t(i));
            double km = 1e9, days = 1e9;
            for (std::size_t k = 0; k < patches.size(); ++k) {
                if (splits[k] != Split::Train || !patches[i].located()) continue;
                const double far = haversineKm(patches[i], patches[k]);
                km = std::min(km, far);
                if (far < side && patches[i].dated())
                    days = std::min(days, std::abs(double(patches[i].day) - patches[k].day));
            }
            if (patches[i].located()) {
                QVERIFY(std::abs(leak.km[at] - km) < 1e-6);
                allKm.push_back(km);
                shown += km < side;
            } else {
                QVERIFY(std::isnan(leak.km[at]));
            }
            if (days < 1e9) allDays.push_back(days);
            QVERIFY(days < 1e9 ? leak.days[at] == days : std::isnan(leak.days[at]));
            ++at;
        }
        QCOMPARE(leak.tests.size(), at);
        const auto median = [](std::vector<double> values) {
            std::sort(values.begin(), values.end());
            return (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
        };
        QVERIFY(std::abs(leak.medianKm - median(allKm)) < 1e-6);
        QCOMPARE(leak.medianDays, median(allDays));
        QCOMPARE(leak.shownShare, double(shown) / double(allKm.size()));
        QVERIFY(std::isnan(leakOf(patches, splits, NAN).shownShare));
        QVERIFY(std::isinf(leakOf(patches, Splits(patches.size(), Split::Test), 1).medianKm));
    }
    void showsThatBlocksLeakLess()
    {
        const auto patches = globe(20000);
        const auto random = leakOf(patches, splitAtRandom(patches, 0.2, 1), 10);
        const auto blocks = leakOf(patches, splitByBlock(patches, 20, 0.2, 1), 10);
        QVERIFY(blocks.medianKm > 2 * random.medianKm);
    }
    void takesSubsetsThatAreNestedAndBalanced()
    {
        const auto patches = looksAt(500, 3); // 400 places for training, unevenly of five classes
        const auto pack = packOf(m_folder, patches);
        std::map<int, std::set<std::uint32_t>> there;
        for (const auto i : pack->indices(Split::Train)) there[patchOf(*pack, i).label].insert(patchOf(*pack, i).place);
        std::set<std::int64_t> smaller;
        for (const std::int64_t places : {1, 3, 10, 47, 100, 250, 400}) {
            const auto some = trainingSubset(*pack, places, 1);
            QVERIFY(std::is_sorted(some.begin(), some.end()));
            const std::set<std::int64_t> subset(some.begin(), some.end());
            QVERIFY(std::includes(subset.begin(), subset.end(), smaller.begin(), smaller.end()));
            smaller = subset;
            std::map<int, std::set<std::uint32_t>> met;
            for (const auto i : subset) {
                QVERIFY(patchOf(*pack, i).split == Split::Train);
                met[patchOf(*pack, i).label].insert(patchOf(*pack, i).place);
            }
            QCOMPARE(subset.size(), std::size_t(3 * places)); // all looks
            std::size_t most = 0;
            for (const auto& [label, of] : met) most = std::max(most, of.size());
            for (const auto& [label, of] : there) QVERIFY(met[label].size() + 1 >= std::min(most, of.size()));
        }
        QVERIFY(trainingSubset(*pack, 0, 1) == pack->indices(Split::Train));
        QVERIFY(trainingSubset(*pack, 50, 2) != trainingSubset(*pack, 50, 1));
        COMPARE_CONTAINS(errorOf([&] { trainingSubset(*pack, 401, 1); }), "training.subset: 401 places");
        const auto idsOf = [](const Pack& of) {
            std::set<std::string> ids;
            for (const auto i : trainingSubset(of, 50, 1)) ids.insert(patchOf(of, i).id);
            return ids;
        };
        const auto ids = idsOf(*pack);
        QVERIFY(idsOf(*packOf(m_folder, reversed(patches))) == ids);
    }
};

QTEST_APPLESS_MAIN(TestSplits)
#include "tst_splits.moc"

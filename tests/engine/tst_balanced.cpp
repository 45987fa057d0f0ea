// SPDX-License-Identifier: Apache-2.0
#include "datasets/globe.h"
#include "engine/samplertools.h"
#include <functional>
#include <map>
#include <set>

using namespace revisit;
using namespace revisit::testing;

// Which patches make a batch: balanced, hard_negatives and curriculum.
class TestBalanced : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    std::shared_ptr<Pack> packOf(const std::vector<Patch>& patches) const { return testing::packOf(m_folder, patches); }

private Q_SLOTS:
    void balancesWithinOneInEveryBatch()
    {
        const auto pack = packOf(looksAt(300, 3));
        const auto side = equalAreaSide(4000);
        const std::map<std::string, std::function<int(std::int64_t)>> keys = {
            {"class", [&](std::int64_t i) { return patchOf(*pack, i).label; }},
            {"place", [&](std::int64_t i) { return int(patchOf(*pack, i).place); }},
            {"sphere",
             [&](std::int64_t i) { return int(equalAreaCell(patchOf(*pack, i).lon, patchOf(*pack, i).lat, side)); }},
            {"factor", [&](std::int64_t i) { return int(pack->factor(1)[std::size_t(i)]); }}};
        for (const auto& [by, keyOf] : keys) {
            const auto one = sampler("balanced", *pack, {{"by", by}, {"factor", "season"}, {"cell_km", 4000}});
            QVERIFY(one->warning(16).empty());
            std::set<int> there;
            std::set<std::int64_t> met;
            for (const auto i : pack->indices(Split::Train)) there.insert(keyOf(i));
            std::map<int, int> total;
            for (std::int64_t step = 1; step <= 60; ++step)
                for (const std::int64_t size : {7, 50, 700}) {
                    const auto drawn = one->draw(step, size, 2);
                    QVERIFY(drawn[0] == drawn[1]);
                    std::map<int, int> counts;
                    for (const auto key : there) counts[key] = 0;
                    for (const auto i : drawn[0]) ++counts[keyOf(i)], ++total[keyOf(i)], met.insert(i);
                    int least = int(size), most = 0;
                    for (const auto& [key, count] : counts)
                        least = std::min(least, count), most = std::max(most, count);
                    QVERIFY2(most - least <= 1, by.c_str());
                }
            QCOMPARE(total.size(), there.size());
            QCOMPARE(met.size(), pack->indices(Split::Train).size()); // none of a group is left out
        }
    }
    void repeatsNoPatchWhileAGroupHasOthers()
    {
        const auto pack = packOf(looksAt(100, 1));
        const auto drawn = sampler("balanced", *pack, {{"by", "place"}})->draw(1, 120, 1)[0];
        std::map<std::int64_t, int> counts;
        for (const auto i : drawn) ++counts[i];
        QCOMPARE(counts.size(), std::size_t(80));
        for (const auto& [patch, count] : counts) QVERIFY(count <= 2);
    }
    void cutsANumberIntoQuantiles()
    {
        const auto pack = packOf(globe(1000)); // lights is the index, unknown of every eleventh
        const auto one = sampler("balanced", *pack, {{"by", "factor"}, {"factor", "lights"}, {"bins", 4}});
        COMPARE_CONTAINS(one->warning(16), "training patches are never drawn");
        std::vector<std::int64_t> known;
        for (const auto i : pack->indices(Split::Train))
            if (!std::isnan(pack->factor(0)[std::size_t(i)])) known.push_back(i);
        for (std::int64_t step = 1; step < 20; ++step) {
            std::array<int, 4> counts{};
            const auto drawn = one->draw(step, 80, 1)[0];
            for (const auto i : drawn) {
                const auto rank = std::lower_bound(known.begin(), known.end(), i) - known.begin();
                QCOMPARE(known[std::size_t(rank)], i);
                ++counts[std::size_t(rank) * 4 / known.size()];
            }
            QVERIFY((counts == std::array{20, 20, 20, 20}));
        }
    }
    void namesWhatIsMissing()
    {
        const auto pack = packOf(globe(50));
        const auto error = [&](const char* name, const Json& params) {
            return errorOf([&] { sampler(name, *pack, params); });
        };
        COMPARE_CONTAINS(error("balanced", Json::object()), "have no classes; choose place, sphere or factor");
        COMPARE_CONTAINS(error("balanced", {{"by", "factor"}, {"factor", "light"}}), "did you mean lights?");
        COMPARE_CONTAINS(error("balanced", {{"by", "factor"}}), "sampler.factor: Globe has no factor");
        COMPARE_CONTAINS(error("balanced", {{"by", "sphere"}, {"cell_km", 7000}}) + "none", "none");
        COMPARE_CONTAINS(error("hard_negatives", {{"by", "class"}}), "choose region or factor");
        COMPARE_CONTAINS(error("hard_negatives", {{"radius_km", 0.1}}), "has a mate at another place");
        COMPARE_CONTAINS(error("curriculum", {{"by", "factor"}, {"factor", "x"}}), "sampler.factor");
        auto lost = globe(50);
        for (auto& patch : lost) patch.lon = patch.lat = NAN, patch.label = 1;
        const auto unlocated = packOf(lost);
        COMPARE_CONTAINS(errorOf([&] {
                             sampler("balanced", *unlocated, {{"by", "sphere"}});
                         }),
                         "choose class, place or factor");
        COMPARE_CONTAINS(errorOf([&] { sampler("hard_negatives", *unlocated); }), "choose uniform");
        COMPARE_CONTAINS(errorOf([&] { sampler("balanced", *unlocated); }), "are of the same class");
    }
    void fillsAShareWithMates()
    {
        const auto pack = packOf(looksAt(400, 2));
        for (const std::string by : {"region", "class", "factor"})
            for (const double gap : {0.0, 300.0}) {
                const auto one = sampler("hard_negatives", *pack,
                                         {{"by", by},
                                          {"factor", "season"},
                                          {"share", 0.5},
                                          {"mates", 3},
                                          {"radius_km", 3000},
                                          {"gap_km", gap}});
                QVERIFY(one->warning(32).empty());
                const auto isMate = [&](std::int64_t a, std::int64_t b) {
                    const auto &here = patchOf(*pack, a), &there = patchOf(*pack, b);
                    if (here.place == there.place || haversineKm(here, there) < gap) return false;
                    if (by == "region") return haversineKm(here, there) <= 3000;
                    if (by == "class") return here.label == there.label;
                    return pack->factor(1)[std::size_t(a)] == pack->factor(1)[std::size_t(b)];
                };
                std::set<std::int64_t> firsts;
                int mates = 0;
                for (std::int64_t step = 1; step <= 40; ++step) {
                    const auto drawn = one->draw(step, 32, 2)[0];
                    QCOMPARE(std::set(drawn.begin(), drawn.end()).size(), std::size_t(32));
                    firsts.insert(drawn.begin(), drawn.begin() + 16);
                    for (std::size_t k = 16; k < 32; ++k)
                        mates += std::any_of(drawn.begin(), drawn.begin() + 16,
                                             [&](std::int64_t first) { return isMate(first, drawn[k]); });
                }
                QCOMPARE(firsts.size(), std::size_t(640)); // all of the epoch
                QCOMPARE(mates, 40 * 16);
            }
        const auto plain = sampler("hard_negatives", *pack, {{"share", 0}})->draw(3, 32, 1);
        QVERIFY(plain == sampler("uniform", *pack)->draw(3, 32, 1));
    }
    void goesFromEasyToHard()
    {
        const auto pack = packOf(globe(1000)); // contrast and lights grow with the index
        const auto training = pack->indices(Split::Train);
        auto known = training;
        std::erase_if(known, [&](std::int64_t i) { return std::isnan(pack->factor(0)[std::size_t(i)]); });
        for (const std::string by : {"contrast", "factor"})
            for (const std::string easy : {"low", "high"}) {
                const Json params = {
                    {"by", by}, {"factor", "lights"}, {"easy", easy}, {"start", 0.1}, {"full_step", 11}};
                const auto one = sampler("curriculum", *pack, params);
                for (std::int64_t step = 1; step < 11; ++step) {
                    const double share = 0.1 + 0.9 * double(step - 1) / 10;
                    const auto drawn = one->draw(step, 64, 2);
                    QVERIFY(drawn[0] == drawn[1]);
                    QCOMPARE(std::set(drawn[0].begin(), drawn[0].end()).size(), std::size_t(64));
                    for (const auto i : drawn[0]) {
                        const auto& ranked = by == "factor" ? known : training;
                        const auto found = std::lower_bound(ranked.begin(), ranked.end(), i);
                        if (found == ranked.end() || *found != i) { // unknown ones come last
                            QVERIFY(share * 800 > double(known.size()));
                            continue;
                        }
                        const auto rank = easy == "low" ? found - ranked.begin() : ranked.end() - found - 1;
                        QVERIFY(double(rank) < share * 800 + 4); // patches of equal contrast in any order
                    }
                }
                for (const std::int64_t step : {11, 40})
                    QVERIFY(one->draw(step, 64, 2) == sampler("uniform", *pack)->draw(step, 64, 2));
            }
        const auto small = sampler("curriculum", *pack, {{"start", 0.001}})->draw(1, 64, 1)[0];
        QCOMPARE(std::set(small.begin(), small.end()).size(), std::size_t(64));
    }
};

QTEST_APPLESS_MAIN(TestBalanced)
#include "tst_balanced.moc"

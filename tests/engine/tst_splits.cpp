// SPDX-License-Identifier: Apache-2.0
#include "datasets/leak.h"
#include "datasets/splitter.h"
#include "datasets/subset.h"
#include "engine/samplertools.h"
#include "experiments/experiment.h"
#include <algorithm>
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

Splits splitOf(const char* name, const Pack& pack, const Json& params = Json::object())
{
    const auto made = make(splitters(), name, "split.name");
    made->read(params, "split", name);
    return made->split(pack);
}

Json runOf(const Pack& pack, const Json& split)
{
    return {{"dataset", {{"name", "pack"}, {"path", pack.file().string()}}}, {"split", split}};
}

} // namespace

class TestSplits : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    std::shared_ptr<Pack> packOf(const std::vector<Patch>& patches, double sideKm = NAN) const
    {
        return testing::packOf(m_folder, patches, sideKm);
    }
    std::shared_ptr<Pack> parted(const Pack& pack, const char* name, const Json& params = Json::object()) const
    {
        return pack.divided(splitOf(name, pack, params));
    }

private Q_SLOTS:
    // The contract of every split in the list.
    void partsEveryPatchTheSameWayAgain()
    {
        const auto patches = looksAt(400, 5);
        const auto pack = packOf(patches);
        for (const auto& entry : splitters()) {
            const auto splitter = entry.make();
            const auto about = splitter->about();
            QVERIFY2(!about.title.empty() && !about.summary.empty() && !about.reference.empty(), entry.name);
            const auto splits = splitter->split(*pack);
            QCOMPARE(splits.size(), patches.size());
            QVERIFY2(shareOf(splits) > 0 && shareOf(splits) < 1, entry.name);
            QVERIFY2(entry.make()->split(*pack) == splits, entry.name);
            if (splitter->isByTime()) continue;
            std::map<std::uint32_t, std::set<Split>> met;
            for (std::size_t i = 0; i < patches.size(); ++i) met[patches[i].place].insert(splits[i]);
            for (const auto& [place, parts] : met) QVERIFY2(parts.size() == 1, entry.name);
        }
        const auto backwards = packOf(reversed(patches)); // writes over the file, and what was mapped stays
        for (const auto& entry : splitters()) {
            auto other = entry.make()->split(*backwards);
            std::reverse(other.begin(), other.end());
            QVERIFY2(other == entry.make()->split(*pack), entry.name);
        }
    }
    void refusesWhatItCannotPart()
    {
        const auto undated = packOf(globe(50));
        auto nowhere = looksAt(50, 3);
        for (auto& patch : nowhere) patch.lon = patch.lat = NAN;
        const auto unplaced = packOf(nowhere);
        for (const char* name : {"date", "season"})
            COMPARE_CONTAINS(errorOf([&] { splitOf(name, *undated); }),
                             std::string("split.name: ") + name +
                                 " needs to know when patches were taken, and of Globe it is not known of 50 of 50 "
                                 "patches, p0 for one; choose");
        for (const char* name : {"block", "region", "latitude"})
            COMPARE_CONTAINS(errorOf([&] { splitOf(name, *unplaced); }),
                             std::string("split.name: ") + name + " needs to know where patches are, and of Globe");
        auto all = looksAt(2, 1);
        all[0].place = all[1].place = 0, all[0].split = Split::Train;
        all[1].lon = all[0].lon, all[1].lat = all[0].lat, all[1].day = all[0].day;
        const auto one = packOf(all); // a single place on a single day
        for (const auto& entry : splitters())
            if (entry.name != std::string("given"))
                COMPARE_CONTAINS(errorOf([&] { entry.make()->split(*one); }), "leaves none of the 2 patches of Globe");
        COMPARE_CONTAINS(errorOf([&] {
                             splitOf("date", *one, {{"from", "2021-02-30"}});
                         }),
                         "split.from: \"2021-02-30\"");
        COMPARE_CONTAINS(errorOf([&] { splitOf("date", *one, {{"from", "2021-02-03 noon"}}); }), "is no date");
    }
    void splitsWholeGroupsByChance()
    {
        const auto patches = looksAt(400, 3);
        const auto pack = packOf(patches);
        for (const char* name : {"random", "block"})
            for (const double share : {0.05, 0.2, 0.5, 0.9}) {
                Json params = {{"test_share", share}};
                if (name == std::string("block")) params["block_deg"] = 10;
                const auto splits = splitOf(name, *pack, params);
                QVERIFY2(std::abs(shareOf(splits) - share) < 0.01, name);
                params["seed"] = 2;
                if (share == 0.2) QVERIFY(splitOf(name, *pack, params) != splits);
                std::map<std::string, std::set<Split>> met;
                for (std::size_t i = 0; i < patches.size(); ++i) {
                    const auto block = std::to_string(std::floor(patches[i].lon / 10)) + " " +
                                       std::to_string(std::floor(patches[i].lat / 10));
                    met[name == std::string("block") ? block : std::to_string(patches[i].place)].insert(splits[i]);
                }
                for (const auto& [group, parts] : met) QCOMPARE(parts.size(), std::size_t(1));
            }
    }
    void splitsByRegionLatitudeAndTime()
    {
        const auto patches = looksAt(400, 5);
        const auto pack = packOf(patches);
        const auto region = [&](double west, double south, double east, double north) {
            return splitOf("region", *pack, {{"west", west}, {"south", south}, {"east", east}, {"north", north}});
        };
        const auto season = [&](int from, int to) {
            return splitOf("season", *pack, {{"from_month", from}, {"to_month", to}});
        };
        const auto pacific = region(150, -30, -120, 40), europe = region(-10, 35, 30, 70);
        const auto band = splitOf("latitude", *pack, {{"south", 20}, {"north", 50}});
        const auto late = splitOf("date", *pack, {{"from", "2017-05-14"}}); // day 17300
        const auto winter = season(12, 2), summer = season(6, 8);
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
        const auto newest = shareOf(splitOf("date", *pack));
        QVERIFY2(std::abs(newest - 0.2) < 0.01, qPrintable(QString::number(newest)));
    }
    void theEndsOfTheEarthBelongToSomePart()
    {
        auto patches = globe(20);
        for (auto& patch : patches) patch.lon = 20, patch.lat = 10;
        patches[0].lat = 90, patches[1].lat = -90, patches[2].lon = 180, patches[3].lon = -180;
        const auto pack = packOf(patches);
        const auto tests = [&](const char* name, const Json& params) {
            std::set<std::size_t> found;
            const auto splits = splitOf(name, *pack, params);
            for (std::size_t i = 0; i < splits.size(); ++i)
                if (splits[i] == Split::Test) found.insert(i);
            return found;
        };
        QVERIFY((tests("latitude", {{"south", 60}, {"north", 90}}) == std::set<std::size_t>{0}));
        QVERIFY((tests("latitude", {{"south", -90}, {"north", -60}}) == std::set<std::size_t>{1}));
        QVERIFY(
            (tests("region", {{"west", 0}, {"south", 50}, {"east", 40}, {"north", 90}}) == std::set<std::size_t>{0}));
        QVERIFY((tests("region", {{"west", -180}, {"south", 0}, {"east", -170}, {"north", 20}}) ==
                 std::set<std::size_t>{2, 3}));
        for (int seed = 0; seed < 20; ++seed) { // the pole is in the block below it, 180 in that of -180
            auto below = patches;
            below[4].lat = 86, below[4].lon = patches[0].lon;
            const auto splits =
                splitOf("block", *packOf(below), {{"block_deg", 5}, {"test_share", 0.2}, {"seed", seed}});
            QCOMPARE(splits[0], splits[4]);
            QCOMPARE(splits[2], splits[3]);
        }
    }
    void anExperimentSeesItsSplit()
    {
        const auto pack = packOf(looksAt(300, 3));
        const Experiment plain(runOf(*pack, {{"name", "given"}}));
        const Experiment tropics(runOf(*pack, {{"name", "latitude"}, {"south", -20}, {"north", 20}}));
        QVERIFY(plain.asSeen(*pack, goOn)->indices(Split::Test) == pack->indices(Split::Test));
        const auto seen = tropics.asSeen(*pack, goOn);
        for (const auto& patch : seen->patches())
            QCOMPARE(patch.split == Split::Test, patch.lat >= -20 && patch.lat < 20);
        for (const auto i : trainingSubset(*seen, 50, 1)) QVERIFY(std::abs(patchOf(*seen, i).lat) >= 20 - 1e-9);
        // what is unsound goes from the parts as they are then: here all that is tested
        auto run = runOf(*pack, {{"name", "latitude"}, {"south", -20}, {"north", 20}});
        auto constant = looksAt(300, 3);
        std::erase_if(constant, [&](const Patch& patch) { return patch.lat >= -20 && patch.lat < 20; });
        auto equator = looksAt(1, 1).front();
        equator.lat = 0, equator.id = "flat";
        constant.insert(constant.begin(), equator); // the first patch has no contrast
        const auto flat = packOf(constant);
        QVERIFY(tropics.asSeen(*flat, goOn)->indices(Split::Test).size() == 1);
        run["training"] = {{"constant", false}};
        COMPARE_CONTAINS(errorOf([&] { Experiment(run).asSeen(*flat, goOn); }),
                         "leave none of the test patches of Globe");
    }
    void measuresWhatLeaks()
    {
        auto patches = looksAt(150, 3);
        patches[4].lon = NAN;
        patches[11].day = Patch::noDay;
        Random random(2, "split");
        for (auto& patch : patches) patch.split = random.chance(0.5) ? Split::Test : Split::Train;
        patches[4].split = patches[11].split = Split::Test;
        patches[5].split = Split::Train;
        const double side = 400;
        const auto pack = packOf(patches, side);
        const auto leak = leakOf(*pack);
        std::vector<double> allKm, allDays;
        std::size_t at = 0, shown = 0, touching = 0;
        for (std::size_t i = 0; i < patches.size(); ++i) {
            if (patches[i].split == Split::Train) continue;
            QCOMPARE(leak.tests[at], std::int64_t(i));
            double km = 1e9, days = 1e9;
            for (const auto& other : patches) {
                if (other.split != Split::Train || !patches[i].located()) continue;
                const double far = haversineKm(patches[i], other);
                km = std::min(km, far);
                if (far < 0.95 * side && patches[i].dated())
                    days = std::min(days, std::abs(double(patches[i].day) - other.day));
            }
            if (patches[i].located()) {
                QVERIFY(std::abs(leak.km[at] - km) < 1e-6);
                allKm.push_back(km);
                shown += km < 0.95 * side;
                touching += km < 1.5 * side;
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
        QCOMPARE(leak.sameGround(), double(shown) / double(allKm.size()));
        QCOMPARE(leak.touching(), double(touching) / double(allKm.size()));
        QCOMPARE(leak.nearerThan(1e5), 1.0);
        QCOMPARE(leak.values()["tests"].get<std::size_t>(), at);
        const auto unscaled = leakOf(*packOf(patches));
        QVERIFY(std::isnan(unscaled.sameGround()) && unscaled.warning().empty());
        QVERIFY(unscaled.values()["same_ground"].is_null());
    }
    void showsThatBlocksLeakLess()
    {
        const auto pack = packOf(globe(20000));
        QVERIFY(leakOf(*parted(*pack, "block", {{"block_deg", 20}})).medianKm >
                2 * leakOf(*parted(*pack, "random")).medianKm);
    }
    void warnsOfWhatLeaks()
    {
        std::vector<Patch> grid; // tiles of 0.1 degrees at the equator, edge to edge
        for (int x = 0; x < 40; ++x)
            for (int y = 0; y < 40; ++y)
                grid.push_back({std::to_string(x) + " " + std::to_string(y), x * 0.1, y * 0.1, -1, Split::Train,
                                Patch::noDay, std::uint32_t(grid.size())});
        const double side = 0.1 * 111.195;
        const auto tiles = packOf(grid, side);
        const auto touching = leakOf(*parted(*tiles, "random"));
        QCOMPARE(touching.sameGround(), 0.0);
        QVERIFY(touching.touching() > 0.99);
        COMPARE_CONTAINS(touching.warning(), "100 % of the test patches touch ground that is trained on");
        const Json apart = {{"west", 0}, {"south", -10}, {"east", 1.95}, {"north", 10}};
        const auto edge = leakOf(*parted(*tiles, "region", apart)); // 1 column of 20 lies at the edge
        QCOMPARE(edge.touching(), 1.0 / 20);
        QCOMPARE(edge.warning(), std::string());
        const auto overlapping = leakOf(*parted(*packOf(grid, 2 * side), "region", apart));
        QVERIFY(overlapping.sameGround() > 0.02);
        COMPARE_CONTAINS(overlapping.warning(), "show ground that is trained on");
    }
    void takesSubsetsThatAreNestedAndBalanced()
    {
        const auto patches = looksAt(500, 3); // 400 places for training, unevenly of five classes
        const auto pack = packOf(patches);
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
        QVERIFY(idsOf(*packOf(reversed(patches))) == ids);
    }
};

QTEST_APPLESS_MAIN(TestSplits)
#include "tst_splits.moc"

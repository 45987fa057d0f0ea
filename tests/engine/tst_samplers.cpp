// SPDX-License-Identifier: Apache-2.0
#include "engine/samplertools.h"
#include <map>
#include <set>

using namespace revisit;
using namespace revisit::testing;

// What holds for every sampler, and uniform and neighbours.
class TestSamplers : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    std::shared_ptr<Pack> packOf(const std::vector<Patch>& patches) const { return testing::packOf(m_folder, patches); }

private Q_SLOTS:
    // The contract of every sampler in the list.
    void drawsWhatTheStepSays()
    {
        const auto pack = packOf(looksAt(250, 4));
        for (const auto& entry : samplers()) {
            const auto about = entry.make()->about();
            QVERIFY2(!about.title.empty() && !about.summary.empty() && !about.reference.empty(), entry.name);
            const auto one = sampler(entry.name, *pack), other = sampler(entry.name, *pack, Json::object(), 2);
            const auto first = one->draw(1, 32, 2), far = one->draw(90, 32, 2);
            QVERIFY(one->draw(1, 32, 2) == first); // again, and from another one, in any order
            QVERIFY(sampler(entry.name, *pack)->draw(90, 32, 2) == far);
            QVERIFY(other->draw(1, 32, 2) != first);
            for (const int views : {1, 2, 5}) {
                const auto drawn = one->draw(7, 32, views);
                QCOMPARE(drawn.size(), std::size_t(views));
                for (const auto& view : drawn) {
                    QCOMPARE(view.size(), std::size_t(32));
                    for (const auto i : view) QVERIFY(pack->patches()[std::size_t(i)].split == Split::Train);
                }
            }
        }
    }
    void drawsNothingButWhatItMay()
    {
        const auto pack = packOf(looksAt(250, 4));
        const auto training = pack->indices(Split::Train);
        const std::vector some(training.begin(), training.begin() + 200);
        for (const auto& entry : samplers()) {
            const auto one = make(samplers(), entry.name, "sampler.name");
            one->prepare(*pack, some, 1);
            for (std::int64_t step = 1; step < 30; ++step)
                for (const auto& view : one->draw(step, 32, 3))
                    for (const auto i : view) QVERIFY2(std::binary_search(some.begin(), some.end(), i), entry.name);
            QVERIFY2(!errorOf([&] { one->prepare(*pack, {}, 1); }).empty(), entry.name);
        }
    }
    void showsEveryTrainingPatchOnceAnEpoch()
    {
        const auto pack = packOf(looksAt(250, 4)); // 800 for training
        const std::map<std::string, Json> all = {{"uniform", Json::object()},
                                                 {"neighbours", Json::object()},
                                                 {"spatiotemporal", Json::object()},
                                                 {"hard_negatives", {{"share", 0}}},
                                                 {"curriculum", {{"full_step", 1}}}};
        for (const auto& [name, params] : all) {
            const auto one = sampler(name.c_str(), *pack, params);
            std::vector<std::int64_t> anchors;
            for (std::int64_t step = 1; step <= 54; ++step) { // 1,728: two epochs and a bit
                const auto drawn = one->draw(step, 32, 2);
                anchors.insert(anchors.end(), drawn[0].begin(), drawn[0].end());
            }
            const std::vector first(anchors.begin(), anchors.begin() + 800),
                second(anchors.begin() + 800, anchors.begin() + 1600);
            QCOMPARE(std::set(first.begin(), first.end()).size(), std::size_t(800));
            QCOMPARE(std::set(second.begin(), second.end()).size(), std::size_t(800));
            QVERIFY(first != second);
        }
    }
    void keepsThePatchesOfABatchApart()
    {
        const auto pack = packOf(looksAt(250, 4)); // 200 places for training
        for (const char* const name : {"uniform", "neighbours", "temporal", "spatiotemporal"}) {
            const auto one = sampler(name, *pack, {{"apart_km", 500}});
            QVERIFY2(one->warning(15).empty(), name);
            std::set<std::int64_t> met;
            const auto perEpoch = std::string(name) == "temporal" ? 200 / 15 : 800 / 15;
            for (std::int64_t step = 1; step <= perEpoch; ++step) {
                const auto anchors = one->draw(step, 15, 2)[0];
                for (std::size_t a = 0; a < anchors.size(); ++a) {
                    QVERIFY2(met.insert(anchors[a]).second, name);
                    for (std::size_t b = 0; b < a; ++b)
                        QVERIFY(haversineKm(patchOf(*pack, anchors[a]), patchOf(*pack, anchors[b])) >= 500);
                }
            }
            QVERIFY(one->draw(perEpoch + 1, 15, 2)[0] != one->draw(1, 15, 2)[0]);
        }
    }
    void saysWhereABatchCannotBeFilledSo()
    {
        const auto pack = packOf(globe(100));
        const auto one = sampler("uniform", *pack, {{"apart_km", 5000}});
        COMPARE_CONTAINS(one->warning(40), "of the 80 patches of the first epoch's batches are nearer than");
        const auto drawn = one->draw(1, 40, 1)[0];
        QCOMPARE(std::set(drawn.begin(), drawn.end()).size(), std::size_t(40));
        COMPARE_CONTAINS(one->warning(90), "larger than an epoch");
        QCOMPARE(one->draw(1, 90, 1)[0].size(), std::size_t(90));
        auto lost = globe(20);
        lost[3].lon = lost[3].lat = NAN;
        const auto unknown = packOf(lost);
        COMPARE_CONTAINS(errorOf([&] { sampler("uniform", *unknown, {{"apart_km", 5}}); }), "sampler.apart_km");
    }
    void fillsABatchThatIsLargerThanTheEpoch()
    {
        const auto pack = packOf(globe(10));
        const auto drawn = sampler("uniform", *pack)->draw(1, 100, 1);
        QCOMPARE(drawn[0].size(), std::size_t(100));
        for (const auto i : drawn[0]) QVERIFY(i % 5 != 0);
    }
    void showsTheSamePatchInAllViews()
    {
        const auto drawn = sampler("uniform", *packOf(globe(100)))->draw(3, 16, 3);
        QVERIFY(drawn[0] == drawn[1] && drawn[1] == drawn[2]);
    }
    void findsEveryNeighbourAndNoOther()
    {
        auto places = globe(600);
        places.push_back({"west", -179.9, 10, -1, Split::Train});
        places.push_back({"east", 179.9, 10, -1, Split::Train});
        places.push_back({"pole", 12, 89.9, -1, Split::Train});
        places.push_back({"pole's other side", -168, 89.9, -1, Split::Train});
        const auto pack = packOf(places);
        for (const double radius : {300.0, 1500.0, 12000.0}) {
            const auto one = sampler("neighbours", *pack, {{"radius_km", radius}});
            std::map<std::int64_t, std::set<std::int64_t>> met;
            for (std::int64_t step = 1; step <= 8; ++step) {
                const auto drawn = one->draw(step, 121, 12); // 484 for training: 2 epochs
                for (std::size_t v = 1; v < drawn.size(); ++v)
                    for (std::size_t k = 0; k < drawn[v].size(); ++k) met[drawn[0][k]].insert(drawn[v][k]);
            }
            int alone = 0;
            for (const auto& [anchor, others] : met) {
                const auto& here = pack->patches()[std::size_t(anchor)];
                std::set<std::int64_t> near;
                for (const auto i : pack->indices(Split::Train))
                    if (i != anchor && haversineKm(here, pack->patches()[std::size_t(i)]) <= radius) near.insert(i);
                alone += near.empty();
                if (near.empty())
                    QVERIFY(others == std::set{anchor});
                else
                    QVERIFY(std::includes(near.begin(), near.end(), others.begin(), others.end()));
                if (near.size() == 1) QVERIFY(others == near);
            }
            const auto warning = one->warning(121);
            if (alone * 10 >= 484) // fewer are not worth a warning
                COMPARE_CONTAINS(warning, std::to_string(alone) + " of 484 training patches have no neighbour");
            else
                QVERIFY(warning.empty());
        }
    }
    void needsPlaces()
    {
        auto places = globe(20);
        places[3].lon = places[3].lat = NAN;
        const auto pack = packOf(places);
        COMPARE_CONTAINS(errorOf([&] { sampler("neighbours", *pack); }), "and Globe does not say; choose uniform");
        const auto lonely = packOf(globe(20));
        COMPARE_CONTAINS(errorOf([&] {
                             sampler("neighbours", *lonely, {{"radius_km", 0.1}});
                         }),
                         "no training patch of Globe has another within 0.1 km");
    }
    // Ten times the patches, as many neighbours each: ten times the work, not a hundred times.
    void isFastForMany()
    {
        const auto milliseconds = [&](int count, double radiusKm) {
            const auto pack = packOf(globe(count));
            QElapsedTimer clock;
            clock.start();
            sampler("neighbours", *pack, {{"radius_km", radiusKm}})->draw(1, 256, 2);
            return double(clock.nsecsElapsed()) / 1e6;
        };
        const double few = milliseconds(10000, 316), many = milliseconds(100000, 100);
        qInfo("prepared and drawn: 10,000 patches in %.0f ms, 100,000 in %.0f ms", few, many);
        QVERIFY(many < 50 * few);
    }
};

QTEST_APPLESS_MAIN(TestSamplers)
#include "tst_samplers.moc"

// SPDX-License-Identifier: Apache-2.0
#include "datasets/base/random.h"
#include "datasets/sampler.h"
#include "engine/datatools.h"
#include <numbers>
#include <set>

using namespace revisit;
using namespace revisit::testing;

namespace {

// Patches around the whole globe, poles and date line too; every fifth is a test patch.
std::vector<Patch> globe(int count)
{
    Random random(4, "globe");
    std::vector<Patch> patches;
    for (int i = 0; i < count; ++i)
        patches.push_back({"p" + std::to_string(i), random.uniform(-180, 180), random.uniform(-90, 90), -1,
                           i % 5 ? Split::Train : Split::Test});
    return patches;
}

// The haversine formula: another one than the sampler's.
double kilometres(const Patch& a, const Patch& b)
{
    const auto half = [](double degrees) { return std::sin(degrees * std::numbers::pi / 360); };
    const auto cosine = [](double degrees) { return std::cos(degrees * std::numbers::pi / 180); };
    const double h = half(a.lat - b.lat) * half(a.lat - b.lat) +
                     cosine(a.lat) * cosine(b.lat) * half(a.lon - b.lon) * half(a.lon - b.lon);
    return 2 * 6371.0088 * std::asin(std::sqrt(std::min(1.0, h)));
}

} // namespace

class TestSamplers : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    std::shared_ptr<Pack> packOf(const std::vector<Patch>& patches) const
    {
        const auto file = pathIn(m_folder, "a.pack");
        PackFormat format;
        format.name = "Globe";
        format.sizePx = 1;
        format.layers = {{"grey", "", Sample::UInt8, {{.name = "grey"}}}};
        writePack(
            file, {format, patches, {}, {}}, [](std::size_t, std::int64_t, std::span<std::byte>) {}, goOn);
        return Pack::open(file);
    }
    static std::unique_ptr<Sampler> sampler(const char* name, const Pack& pack, std::uint64_t seed = 1,
                                            const Json& params = Json::object())
    {
        auto made = make(samplers(), name, "sampler.name");
        made->read(params, "sampler", name);
        made->prepare(pack, seed);
        return made;
    }

private Q_SLOTS:
    // The contract of every sampler in the list.
    void drawsWhatTheStepSays()
    {
        const auto pack = packOf(globe(1000));
        for (const auto& entry : samplers()) {
            const auto about = entry.make()->about();
            QVERIFY2(!about.title.empty() && !about.summary.empty() && !about.reference.empty(), entry.name);
            const auto one = sampler(entry.name, *pack), other = sampler(entry.name, *pack, 2);
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
    void showsEveryTrainingPatchOnceAnEpoch()
    {
        const auto pack = packOf(globe(1000)); // 800 for training
        for (const auto& entry : samplers()) {
            const auto one = sampler(entry.name, *pack);
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
            const auto one = sampler("neighbours", *pack, 1, {{"radius_km", radius}});
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
                    if (i != anchor && kilometres(here, pack->patches()[std::size_t(i)]) <= radius) near.insert(i);
                alone += near.empty();
                if (near.empty())
                    QVERIFY(others == std::set{anchor});
                else
                    QVERIFY(std::includes(near.begin(), near.end(), others.begin(), others.end()));
                if (near.size() == 1) QVERIFY(others == near);
            }
            const auto warning = one->warning();
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
                             sampler("neighbours", *lonely, 1, {{"radius_km", 0.1}});
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
            sampler("neighbours", *pack, 1, {{"radius_km", radiusKm}})->draw(1, 256, 2);
            return double(clock.nsecsElapsed()) / 1e6;
        };
        const double few = milliseconds(10000, 316), many = milliseconds(100000, 100);
        qInfo("prepared and drawn: 10,000 patches in %.0f ms, 100,000 in %.0f ms", few, many);
        QVERIFY(many < 50 * few);
    }
};

QTEST_APPLESS_MAIN(TestSamplers)
#include "tst_samplers.moc"

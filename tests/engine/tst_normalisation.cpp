// SPDX-License-Identifier: Apache-2.0
#include "engine/packtools.h"
#include "experiments/normalisation.h"

using namespace revisit;
using namespace revisit::testing;

class TestNormalisation : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    std::shared_ptr<Pack> pack(const std::string& name, const PackFormat& format)
    {
        writePack(pathIn(m_folder, name), {format, smallPatches(), {}, {}}, fillRecord<std::uint8_t>, goOn);
        return Pack::open(pathIn(m_folder, name));
    }
    std::string refused(const Json& kept, const Pack& other)
    {
        Checkpoint checkpoint;
        checkpoint.step = 5;
        checkpoint.state["data"] = kept;
        return errorOf([&] { requireNormalisation(checkpoint, other, other.file().string(), "run"); });
    }

private Q_SLOTS:
    void isThePacksOwn()
    {
        const auto small = pack("small.pack", smallFormat());
        const auto now = normalisationOf(*small);
        QCOMPARE(now["bands"].size(), 3u);
        for (std::size_t band = 0; band < 3; ++band) {
            QCOMPARE(now["mean"][band].get<double>(), small->statistics()[band].mean);
            QCOMPARE(now["deviation"][band].get<double>(), small->statistics()[band].deviation);
        }
        QCOMPARE(refused(Json::parse(now.dump()), *small), std::string());
    }

    void namesTheBandsThatDiffer()
    {
        const auto small = pack("a.pack", smallFormat());
        const auto other = pack("b.pack", smallFormat(Sample::UInt8, {"green", "red", "blue"}));
        const auto message = refused(normalisationOf(*small), *other);
        COMPARE_CONTAINS(message, "run/checkpoints/step-5: was trained on the bands red, green, blue, but");
        COMPARE_CONTAINS(message, "b.pack has green, red, blue");
        const auto fewer = pack("c.pack", smallFormat(Sample::UInt8, {"red", "green"}));
        COMPARE_CONTAINS(refused(normalisationOf(*small), *fewer), "c.pack has red, green;");
    }

    void namesTheStatisticThatDiffers()
    {
        const auto small = pack("d.pack", smallFormat());
        auto kept = normalisationOf(*small);
        const double deviation = kept["deviation"][1].get<double>();
        kept["mean"][1] = kept["mean"][1].get<double>() + 1e-7 * deviation;
        QCOMPARE(refused(kept, *small), std::string());
        kept["deviation"][2] = kept["deviation"][2].get<double>() * 1.01;
        COMPARE_CONTAINS(refused(kept, *small), "band blue has the deviation");
        kept["mean"][1] = kept["mean"][1].get<double>() + 1e-5 * deviation;
        COMPARE_CONTAINS(refused(kept, *small), "band green has the mean");
        COMPARE_CONTAINS(refused(kept, *small), "weights.path");
    }

    void namesPatchesThatDiffer()
    {
        const auto small = pack("f.pack", smallFormat());
        Checkpoint checkpoint;
        checkpoint.step = 5;
        checkpoint.state["data"] = normalisationOf(*small);
        const auto with = [&](const std::function<void(std::vector<Patch>&)>& change) {
            auto patches = smallPatches();
            change(patches);
            writePack(pathIn(m_folder, "g.pack"), {smallFormat(), patches, {}, {}}, fillRecord<std::uint8_t>, goOn);
            return errorOf(
                [&] { requirePatches(checkpoint, *Pack::open(pathIn(m_folder, "g.pack")), "my/data", "run"); });
        };
        QCOMPARE(with([](auto&) {}), std::string());
        COMPARE_CONTAINS(with([](auto& all) { all.pop_back(); }),
                         "step-5: was trained with 40 patches, but my/data has 39; give");
        for (const auto& change : std::vector<std::function<void(Patch&)>>{
                 [](Patch& p) { p.id = "new"; }, [](Patch& p) { p.lon += 1; }, [](Patch& p) { p.day += 1; },
                 [](Patch& p) { p.label = -1; }, [](Patch& p) { p.split = Split::Test; }})
            COMPARE_CONTAINS(with([&](auto& all) { change(all[4]); }),
                             "was trained with other patches than my/data has");
    }

    void passesCheckpointsOfBefore()
    {
        const auto small = pack("e.pack", smallFormat());
        requireNormalisation(Checkpoint(), *small, "small", "run");
        requirePatches(Checkpoint(), *small, "small", "run");
        QVERIFY(rewritten(Checkpoint(), *small).empty());
        QVERIFY(!Checkpoint().state.contains("data"));
    }
};

QTEST_GUILESS_MAIN(TestNormalisation)
#include "tst_normalisation.moc"

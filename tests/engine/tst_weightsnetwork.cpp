// SPDX-License-Identifier: Apache-2.0
#include "enginerun.h"
#include "experiments/backbone.h"
#include "experiments/checkpoint.h"
#include "experiments/weights.h"
#include <torch/torch.h>

using namespace revisit;
using namespace enginerun;

/// Whose backbone is taken of a checkpoint with a teacher.
class TestWeightsNetwork : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    fs::path path(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }

private Q_SLOTS:
    void theEvaluatedNetworkIsTaken_data()
    {
        QTest::addColumn<QString>("objective");
        QTest::addColumn<QString>("network");
        QTest::addColumn<QString>("prefix");
        QTest::newRow("DINO") << "dino"
                              << "automatic"
                              << "teacher.backbone.";
        QTest::newRow("DINO's pupil") << "dino"
                                      << "network"
                                      << "backbone.";
        QTest::newRow("BYOL") << "byol"
                              << "automatic"
                              << "backbone.";
        QTest::newRow("BYOL's teacher") << "byol"
                                        << "teacher"
                                        << "teacher.backbone.";
        QTest::newRow("unknown") << "other"
                                 << "automatic"
                                 << "backbone.";
    }
    void theEvaluatedNetworkIsTaken()
    {
        QFETCH(QString, objective);
        QFETCH(QString, network);
        QFETCH(QString, prefix);
        const auto architecture = make(backbones(), "smallconv", "backbone");
        const auto source = architecture->build(3, 32), target = architecture->build(3, 32);
        initialise(*source, 1);
        State state;
        for (const auto& [name, tensor] : stateOf(*source))
            state["backbone." + name] = tensor, state["teacher.backbone." + name] = tensor + 1;
        const auto file = path("step-1/model.safetensors"), out = path("out.safetensors");
        writeText(path("step-1/state.json"),
                  Json{{"config", {{"objective", {{"name", objective.toStdString()}}}}}}.dump());
        writeTensors(file, state);
        Weights weights;
        weights.path = file.string();
        weights.network = network.toStdString();
        const auto loaded = loadWeights(*target, weights, {"red", "green", "blue"});
        QCOMPARE(QString::fromStdString(loaded.prefix), prefix);
        QCOMPARE(loaded.passedOver.size(), state.size() / 2);

        const auto ended = run({"weights", text(file), "--network", network, "--export", text(out)});
        QVERIFY2(ended.code == 0 && ended.printed.contains(" tensors under " + prefix + ", "),
                 qPrintable(ended.said + ended.printed));
        const auto written = readTensors(out);
        QCOMPARE(written.size(), loaded.taken);
        for (const auto& [name, tensor] : stateOf(*target)) {
            QVERIFY2(torch::equal(tensor, state.at(prefix.toStdString() + name)), name.c_str());
            QVERIFY2(torch::equal(tensor, written.at(name)), name.c_str());
        }
    }

    void theFileThatIsReadIsNotWrittenOver()
    {
        const auto file = path("same.safetensors"), other = path("link.safetensors");
        writeTensors(file, {{"backbone.layers.0.weight", torch::ones({2})}});
        fs::create_symlink(file, other);
        const auto before = readText(file);
        const auto ended = run({"weights", text(file), "--export", text(other)});
        QCOMPARE(ended.code, 2);
        QVERIFY2(ended.said.contains("is the file that is read"), qPrintable(ended.said));
        QCOMPARE(readText(file), before);
        const auto idle = run({"weights", text(file), "--network", "teacher"});
        QCOMPARE(idle.code, 2);
        QVERIFY2(idle.said.contains("add --backbone or --export"), qPrintable(idle.said));
    }

    /// A run that begins with weights from a file is compared with an untrained network, and begins where they are.
    void loadedWeightsAreNotCalledUntrained()
    {
        const auto pack = path("stripes.pack"), first = path("first"), second = path("second");
        writeStripes(pack);
        writeText(first / "run.json", smallRun(pack).dump());
        QCOMPARE(run({"train", text(first)}).code, 0);
        const auto weights = text(first / "checkpoints/step-30/model.safetensors").toStdString();
        writeText(second / "run.json", smallRun(pack, {{"weights", {{"path", weights}}}}).dump());
        QCOMPARE(run({"train", text(second)}).code, 0);
        const auto before = events(first, "probe"), after = events(second, "probe");
        QCOMPARE(after.front()["baselines"], before.front()["baselines"]);
        QCOMPARE(after.front()["metrics"]["linear"], before.back()["metrics"]["linear"]);
        QCOMPARE(after.front()["metrics"]["knn"], before.back()["metrics"]["knn"]);
    }

    void aTeacherThatIsNotThereIsMissed()
    {
        const auto file = path("plain.safetensors");
        writeTensors(file, {{"backbone.layers.0.weight", torch::ones({2})}});
        const auto ended = run({"weights", text(file), "--network", "teacher", "--export", text(path("none"))});
        QCOMPARE(ended.code, 2);
        QVERIFY2(ended.said.contains("has no teacher"), qPrintable(ended.said));
        QVERIFY(!fs::exists(path("none")));
    }
};

QTEST_APPLESS_MAIN(TestWeightsNetwork)
#include "tst_weightsnetwork.moc"

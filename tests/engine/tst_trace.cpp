// SPDX-License-Identifier: Apache-2.0
#include "enginerun.h"
#include "experiments/safetensors.h"
#include "golden.h"
#include <torch/torch.h>

using namespace enginerun;

namespace {

constexpr std::array objectives = {"simclr", "byol", "barlow", "vicreg"};

} // namespace

class TestTrace : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// tests/parity/trace.json holds what lightly's losses in PyTorch came to on these very views and weights
    /// (tests/parity/make_trace.sh, which keeps the runs through REVISIT_TRACES).
    void trainingIsThatOfPeers_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : objectives) QTest::newRow(name) << name;
    }
    void trainingIsThatOfPeers()
    {
        QFETCH(QString, name);
        const QTemporaryDir folder;
        const auto kept = qEnvironmentVariable("REVISIT_TRACES");
        const fs::path place = (kept.isEmpty() ? folder.path() : kept).toStdString();
        fs::create_directories(place);
        const auto pack = place / "stripes.pack";
        writeStripes(pack);
        const auto path = place / name.toStdString();
        const Json changes = {{"objective", {{"name", name.toStdString()}}},
                              {"training", {{"steps", 50}, {"precision", "float64"}}},
                              {"evaluation", {{"every", 50}, {"layout", "pca"}}}};
        writeText(path / "run.json", smallRun(pack, changes).dump());
        const auto ended = run(
            {"train", QString::fromStdString(path.string()), "--quiet", "--export-trace", kept.isEmpty() ? "1" : "50"});
        QVERIFY2(ended.code == 0, qPrintable(ended.said));

        const auto view = revisit::readTensors(path / "trace/step-000001.safetensors").at("view1");
        QCOMPARE(view.scalar_type(), at::kDouble);
        QCOMPARE(view.sizes(), (at::IntArrayRef{16, 3, 16, 16}));
        QVERIFY(revisit::readTensors(path / "trace/weights.safetensors").contains("backbone.layers.0.weight"));
        if (!kept.isEmpty()) QSKIP("The runs are kept to be followed.");
        QVERIFY(!fs::exists(path / "trace/step-000002.safetensors"));

        const auto wanted = golden::read("trace.json")[name.toStdString()].get<std::vector<double>>();
        const auto steps = events(path, "step");
        QCOMPARE(steps.size(), wanted.size());
        for (std::size_t i = 0; i < wanted.size(); ++i) COMPARE_NEAR(steps[i]["loss"].get<double>(), wanted[i], 1e-6);
    }

    void lossOfAFileIsThatOfTheFormula()
    {
        const QTemporaryDir folder;
        const auto file = (folder.path() + "/z.safetensors").toStdString(),
                   out = (folder.path() + "/g.safetensors").toStdString();
        revisit::writeTensors(file, {{"z0", golden::X({8, 16}, 0.7)}, {"z1", golden::X({8, 16}, 0.71)}});
        const auto asked = QStringList{"loss", "simclr", "--embeddings", file.c_str()};
        const auto ended = run(asked + QStringList{"--set", "temperature=0.2", "--gradients", out.c_str()});
        QVERIFY2(ended.code == 0, qPrintable(ended.said));
        const auto wanted = golden::read("golden.json")["losses z0=X(8,16,.7) z1=X(8,16,.71)"]["ntxent T=0.2"];
        const auto told = Json::parse(ended.printed.toStdString());
        COMPARE_NEAR(told["value"].get<double>(), wanted["value"].get<double>(), 1e-9);
        QVERIFY(told["terms"].contains("alignment"));
        const auto gradients = revisit::readTensors(out);
        QCOMPARE(gradients.at("z0").scalar_type(), at::kDouble);
        COMPARE_NEAR(gradients.at("z1").norm().item<double>(), wanted["grad1_norm"].get<double>(), 1e-6);

        const auto says = [&](const QStringList& arguments, const char* what) {
            const auto refused = run(arguments);
            return refused.code == 2 && refused.said.contains(what);
        };
        QVERIFY(says(asked + QStringList{"--set", "temperatur=1"}, "did you mean temperature?"));
        QVERIFY(says(asked + QStringList{"--set", "temperature"}, "key=value"));
        QVERIFY(says({"loss", "byol", "--embeddings", file.c_str()}, "has no tensor goal0"));
        QVERIFY(says({"loss", "simcrl", "--embeddings", file.c_str()}, "did you mean simclr?"));
        revisit::writeTensors(file, {{"z0", golden::X({8, 16}, 0.7)}, {"z1", golden::X({7, 15}, 0.7)}});
        QVERIFY(says(asked, "shapes do not fit"));
        revisit::writeTensors(
            file, {{"z0", golden::X({8, 4}, 1)}, {"z1", golden::X({8, 4}, 2)}, {"z3", golden::X({8, 4}, 2)}});
        QVERIFY(says(asked, "no use for the tensor z3; it takes z0, z1"));
    }
};

QTEST_GUILESS_MAIN(TestTrace)
#include "tst_trace.moc"

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
};

QTEST_GUILESS_MAIN(TestTrace)
#include "tst_trace.moc"

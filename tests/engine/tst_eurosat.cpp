// SPDX-License-Identifier: Apache-2.0
#include "enginerun.h"

using namespace enginerun;

/// What `tests/long/eurosat.sh` measures at length, in small: real imagery teaches the network something.
class TestEuroSat : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

private Q_SLOTS:
    void aShortRunBeatsBothBaselines()
    {
        const auto data = qEnvironmentVariable("REVISIT_DATA", REVISIT_SOURCE "/../shared/data");
        const auto zip = data + "/EuroSAT_RGB-10000.zip";
        if (!QFile::exists(zip)) QSKIP("EuroSAT_RGB-10000.zip is not there; set REVISIT_DATA to its folder");
        const fs::path folder = m_folder.filePath("run").toStdString();
        writeText(folder / "run.json", Json{{"dataset", {{"name", "folder"}, {"path", zip.toStdString()}}},
                                            {"objective", {{"name", "simclr"}}},
                                            {"training", {{"steps", 200}, {"input_px", 32}, {"device", "cpu"}}},
                                            {"evaluation", {{"every", 200}}}}
                                           .dump());
        const auto ended = run({"train", text(folder), "--quiet"}, {}, 300000);
        QVERIFY2(ended.code == 0, qPrintable(ended.said));
        const auto probes = events(folder, "probe");
        const double learnt = probes.back()["metrics"]["linear"].get<double>();
        for (const char* baseline : {"statistics", "untrained"}) {
            const double known = probes.front()["baselines"][baseline]["linear"].get<double>();
            QVERIFY2(learnt > known + 0.02,
                     qPrintable(QString("%1 is not 2 points above %2, %3").arg(learnt).arg(baseline).arg(known)));
        }
    }
};

QTEST_APPLESS_MAIN(TestEuroSat)
#include "tst_eurosat.moc"

// SPDX-License-Identifier: Apache-2.0
#include "enginerun.h"
#include "experiments/bench/tiles.h"

using namespace enginerun;
using revisit::Tiles;

// Data larger than memory stream: the engine needs as much for twenty times the data.
class TestMemory : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    static constexpr int few = 100, more = 20; // 10 MB of tiles, and 200 MB
    fs::path path(const std::string& name) const { return fs::path(m_folder.path().toStdString()) / name; }

    struct Peak {
        long anonymousKb = 0; ///< RssAnon: what the process keeps for itself, without mapped files
        long allKb = 0;       ///< VmHWM
    };
    // Runs the engine to its end and looks at /proc meanwhile.
    Peak peakOf(const QStringList& arguments)
    {
        QProcess process;
        process.start(engine, arguments);
        if (!process.waitForStarted()) qFatal("no engine");
        const auto status = "/proc/" + std::to_string(process.processId()) + "/status";
        Peak peak;
        while (!process.waitForFinished(5)) {
            const auto text = readText(status);
            const auto kb = [&](const char* key) {
                const auto at = text.find(key);
                return at == std::string::npos ? 0l : std::atol(text.c_str() + at + std::strlen(key));
            };
            peak.anonymousKb = std::max(peak.anonymousKb, kb("RssAnon:"));
            peak.allKb = std::max(peak.allKb, kb("VmHWM:"));
        }
        if (process.exitCode() != 0)
            qFatal("the engine ended with %d: %s", process.exitCode(), process.readAllStandardError().constData());
        return peak;
    }
    static QString told(const Peak& small, const Peak& large)
    {
        return QString("anonymous %1 and %2 MB, in all %3 and %4 MB")
            .arg(small.anonymousKb >> 10)
            .arg(large.anonymousKb >> 10)
            .arg(small.allKb >> 10)
            .arg(large.allKb >> 10);
    }

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("REVISIT_CACHE", (m_folder.path() + "/cache").toUtf8());
        for (const int times : {1, more}) revisit::writeTiles({64, path(std::to_string(times))}, few * times);
    }
    void packingNeedsAsMuch()
    {
        std::map<int, Peak> peaks;
        for (const int times : {1, more})
            peaks[times] = peakOf({"data", "pack", text(path(std::to_string(times))), "--to",
                                   text(path(std::to_string(times) + ".pack"))});
        qInfo().noquote() << told(peaks[1], peaks[more]);
        QVERIFY(fs::file_size(path("20.pack")) > 190'000'000);
        QVERIFY(peaks[more].anonymousKb < peaks[1].anonymousKb + (24 << 10));
        QVERIFY(peaks[more].allKb < peaks[1].allKb + (100 << 10)); // a block of 64 MB is mapped while it is measured
    }
    void trainingNeedsAsMuch()
    {
        std::map<int, Peak> peaks;
        for (const int times : {1, more}) {
            const auto run = path("run-" + std::to_string(times));
            const Json changes = {{"training", {{"steps", 200}, {"checkpoint_every", 1000}}},
                                  {"evaluation", {{"every", 1000}}}};
            writeText(run / "run.json", smallRun(path(std::to_string(times) + ".pack"), changes).dump());
            peaks[times] = peakOf({"train", text(run), "--quiet"});
        }
        qInfo().noquote() << told(peaks[1], peaks[more]);
        QVERIFY(peaks[more].anonymousKb < peaks[1].anonymousKb + (24 << 10));
        QVERIFY(peaks[more].allKb < peaks[1].allKb + (120 << 10)); // of the pack's 200 MB, 128 MB are mapped at once
    }
};

QTEST_APPLESS_MAIN(TestMemory)
#include "tst_memory.moc"

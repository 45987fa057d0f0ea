// SPDX-License-Identifier: Apache-2.0
#include "engine/datatools.h"
#include "enginerun.h"
#include <csignal>

using namespace enginerun;
using revisit::testing::jpeg;

// Data that change under a run: it says so, and nothing is lost.
class TestDataChanges : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    fs::path m_root;
    int m_count = 0;
    std::vector<std::string> m_whole; // of a run that nobody disturbed

    fs::path pack() const { return m_root / ("data" + std::to_string(m_count) + ".pack"); }
    Json runOn(const fs::path& file) const
    {
        return smallRun(file,
                        {{"training", {{"steps", 600}, {"checkpoint_every", 20}}}, {"evaluation", {{"every", 300}}}});
    }
    fs::path fresh()
    {
        ++m_count;
        writeStripes(pack());
        const auto folder = m_root / ("run" + std::to_string(m_count));
        writeText(folder / "run.json", runOn(pack()).dump());
        return folder;
    }
    // Trains until there is a second checkpoint.
    static std::unique_ptr<QProcess> begun(const fs::path& folder)
    {
        auto process = std::make_unique<QProcess>();
        process->start(engine, {"train", text(folder), "--quiet"});
        if (!eventually([&] { return events(folder, "checkpoint").size() > 1; })) qFatal("no checkpoint came");
        return process;
    }
    static Json exitOf(const fs::path& folder) { return Json::parse(readText(folder / "exit.json")); }
    static QString ended(QProcess& process, int code)
    {
        if (!process.waitForFinished(60000)) return "did not end";
        const QString said = process.readAllStandardError();
        return process.exitStatus() == QProcess::NormalExit && process.exitCode() == code ? said
                                                                                          : "crashed or: " + said;
    }
    void goesOnToTheSameEnd(const fs::path& folder) const
    {
        const auto resumed = run({"resume", text(folder), "--quiet"});
        QVERIFY2(resumed.code == 0, qPrintable(resumed.said));
        QVERIFY(events(folder, "resumed").back()["from_step"].get<int>() >= 20);
        auto lines = folded(folder);
        std::erase_if(lines, [](const std::string& line) { return Json::parse(line)["event"] == "changed"; });
        QVERIFY(lines == m_whole);
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_root = m_folder.path().toStdString();
        const auto folder = fresh();
        QCOMPARE(run({"train", text(folder), "--quiet"}).code, 0);
        m_whole = folded(folder);
    }

    void aPackThatIsWrittenIntoEndsTheRun_data()
    {
        QTest::addColumn<bool>("cut");
        QTest::newRow("cut off") << true;
        QTest::newRow("other pixels") << false;
    }
    void aPackThatIsWrittenIntoEndsTheRun()
    {
        QFETCH(bool, cut);
        const auto folder = fresh();
        const auto good = readText(pack());
        const auto process = begun(folder);
        const auto ask = [&](const char* what) {
            std::ofstream(folder / "control.jsonl", std::ios::app) << Json{{"id", what}, {"do", what}}.dump() << '\n';
        };
        ask("pause"); // so that the next thing it does is to read
        QVERIFY(eventually([&] { return !events(folder, "changed").empty(); }));
        if (cut)
            fs::resize_file(pack(), 4096); // to read what was there is a SIGBUS
        else
            std::fstream(pack(), std::ios::in | std::ios::out | std::ios::binary).seekp(100000)
                << std::string(50000, '\0');
        ask("resume");
        const auto said = ended(*process, 2);
        QVERIFY2(said.contains(text(pack()) + ": was written to while the run trained on it"), qPrintable(said));
        QVERIFY2(said.contains("revisit-engine resume"), qPrintable(said));
        QCOMPARE(exitOf(folder)["reason"].get<std::string>(), std::string("input"));
        QCOMPARE(events(folder).back()["code"].get<std::string>(), std::string("input"));
        if (cut) {
            const auto refused = run({"resume", text(folder), "--quiet"});
            QCOMPARE(refused.code, 2);
            QVERIFY2(refused.said.contains("is cut short: it has 4096 of"), qPrintable(refused.said));
        }
        writeText(pack(), good);
        goesOnToTheSameEnd(folder);
        COMPARE_CONTAINS(events(folder, "warning").back()["message"].get<std::string>(),
                         "was written again since the checkpoint");
    }

    void aPackThatIsReplacedIsToldOnceAndTheRunGoesOn()
    {
        const auto folder = fresh();
        const auto process = begun(folder);
        writeStripes(pack(), true, 150);
        QVERIFY(!ended(*process, 0).startsWith("crashed"));
        QVERIFY(folded(folder) == m_whole);
        const auto warnings = events(folder, "warning");
        QCOMPARE(warnings.size(), std::size_t(1));
        QCOMPARE(warnings[0]["code"].get<std::string>(), std::string("data"));
        COMPARE_CONTAINS(warnings[0]["message"].get<std::string>(), pack().string() + ": another file, or none");
    }

    void aRunIsNotResumedOnOtherData()
    {
        const auto folder = fresh();
        const auto process = begun(folder);
        process->kill();
        process->waitForFinished();
        const auto keep = m_root / "kept.pack";
        fs::copy_file(pack(), keep);
        const auto refused = [&] {
            const auto resumed = run({"resume", text(folder), "--quiet"});
            return resumed.code == 2 ? resumed.said : "was not refused " + resumed.said;
        };
        writeStripes(pack(), true, 150);
        QVERIFY2(refused().contains("band red has the mean"), qPrintable(refused()));
        writeStripes(pack(), false); // without classes
        QVERIFY2(refused().contains(text(pack())) && refused().contains("begin a new run"), qPrintable(refused()));
        fs::remove(pack());
        QVERIFY2(refused().contains("there is no file " + text(pack())), qPrintable(refused()));
        fs::copy_file(keep, pack());
        goesOnToTheSameEnd(folder);
    }

    void aFolderThatChangedIsNamed()
    {
        qputenv("REVISIT_CACHE", QByteArray::fromStdString((m_root / "cache").string()));
        const auto images = m_root / "images";
        for (int i = 0; i < 80; ++i) writeText(images / (i % 2 ? "a" : "b") / (std::to_string(i) + ".jpg"), jpeg());
        const auto folder = m_root / "images run";
        writeText(folder / "run.json", smallRun(images, {{"dataset", {{"name", "folder"}, {"size_px", 16}}},
                                                         {"training", {{"steps", 200}}},
                                                         {"evaluation", {{"patches", 10}, {"every", 200}}}})
                                           .dump());
        const auto process = begun(folder);
        process->kill();
        process->waitForFinished();
        const auto gone = readText(images / "a/3.jpg");
        const auto time = fs::last_write_time(images / "a/3.jpg");
        fs::remove(images / "a/3.jpg");
        const auto refused = run({"resume", text(folder), "--quiet"});
        QCOMPARE(refused.code, 2);
        QVERIFY2(refused.said.contains(text(images)) && refused.said.contains("begin a new run"),
                 qPrintable(refused.said));
        writeText(images / "a/3.jpg", gone);
        fs::last_write_time(images / "a/3.jpg", time);
        const auto resumed = run({"resume", text(folder), "--quiet"});
        QVERIFY2(resumed.code == 0, qPrintable(resumed.said));
        qunsetenv("REVISIT_CACHE");
    }
};

QTEST_GUILESS_MAIN(TestDataChanges)
#include "tst_datachanges.moc"

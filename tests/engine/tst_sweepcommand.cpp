// SPDX-License-Identifier: Apache-2.0
#include "enginerun.h"
#include "experiments/backbone.h"
#include "experiments/checkpoint.h"
#include "experiments/safetensors.h"
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

using namespace enginerun;

/// What `revisit-engine sweep` says to those who call it, and what comes of two calls at once.
class TestSweepCommand : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    fs::path m_pack;

    fs::path place(const std::string& name) const { return fs::path(m_folder.path().toStdString()) / name; }

    // Four seeds of a short run, in a folder of its own.
    fs::path written(const std::string& folder, const Json& changes = Json::object()) const
    {
        Json file = {{"name", "dd"},
                     {"base", smallRun(m_pack, {{"training", {{"steps", 2}}}, {"evaluation", {{"every", 2}}}})},
                     {"seeds", {1, 2, 3, 4}}};
        file.merge_patch(changes);
        writeText(place(folder) / "sweep.json", file.dump());
        return place(folder) / "sweep.json";
    }
    static QStringList called(const fs::path& file, const fs::path& workspace, const QStringList& more = {})
    {
        return QStringList{"sweep", text(file), "--workspace", text(workspace)} + more;
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_pack = place("stripes.pack");
        writeStripes(m_pack);
    }

    void twoAtOnceMakeOneSweep()
    {
        const auto file = written("race"), workspace = place("race/runs");
        QProcess both[2];
        for (auto& one : both) one.start(engine, called(file, workspace, {"--wait"}));
        int queued = 0;
        for (auto& one : both) {
            QVERIFY(one.waitForFinished(60000));
            const QString said = one.readAllStandardError();
            QVERIFY2(one.exitCode() == 0, qPrintable(said));
            queued += static_cast<int>(said.count("4 of 4 runs queued"));
            QVERIFY2(said.contains("4 of 4: "), qPrintable(said));
        }
        QCOMPARE(queued, 1);
        for (int seed = 1; seed <= 4; ++seed)
            QCOMPARE(events(workspace / ("dd-seed-" + std::to_string(seed)), "finished").size(), std::size_t(1));
        for (const auto& item : fs::directory_iterator(workspace))
            QVERIFY2(!item.path().filename().string().starts_with(".new-"), item.path().c_str());
    }

    void whoeverComesSecondWaits()
    {
        const auto file = written("second", {{"seeds", {1}}}), workspace = place("second/runs");
        fs::create_directories(workspace);
        const int lock = ::open((workspace / ".sweep-dd.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        QCOMPARE(::flock(lock, LOCK_EX), 0);
        QProcess second;
        second.start(engine, called(file, workspace, {"--wait"}));
        QByteArray said;
        QVERIFY(eventually([&] {
            second.waitForReadyRead(10);
            return (said += second.readAllStandardError()).contains("is being queued; waiting for it");
        }));
        QVERIFY(!fs::exists(workspace / "dd-seed-1") && !fs::exists(workspace / ".sweep-dd.json"));
        ::close(lock);
        QVERIFY(second.waitForFinished(60000));
        said += second.readAllStandardError();
        QVERIFY2(second.exitCode() == 0 && said.contains("The only run is queued in"), said.constData());
    }

    void whatItSaysCanBeTyped()
    {
        const auto file = written("typed"), workspace = place("typed/my runs");
        auto ended = run(called(file, workspace));
        QVERIFY2(ended.said.contains("they go on when this terminal is closed"), qPrintable(ended.said));
        QVERIFY2(ended.said.contains("sweep " + text(file) + " --workspace '" + text(workspace) + "' --table\n"),
                 qPrintable(ended.said));
        const auto early = run(called(file, workspace, {"--table"}));
        QVERIFY2(early.printed.contains("at equal epochs") || early.printed.contains("at 0."),
                 qPrintable(early.printed));
        QCOMPARE(run(called(file, workspace, {"--wait"})).code, 0);
        ended = run(called(file, workspace));
        QVERIFY2(ended.said.contains("All 4 runs in " + text(workspace) +
                                     " have ended or are under way; there was nothing to queue\n"),
                 qPrintable(ended.said));
    }

    void theTableOfOneRunThatCouldNotBegin()
    {
        const auto file = written("one", {{"seeds", {1}}}), workspace = place("one/runs");
        QCOMPARE(run(called(file, workspace, {"--wait"})).code, 0);
        const auto exit = workspace / "dd-seed-1/exit.json";
        auto told = Json::parse(readText(exit));
        told["reason"] = "input", told["message"] = "The data are gone.";
        writeText(exit, told.dump());
        const auto shown = run(called(file, workspace, {"--table"})).printed;
        QVERIFY2(shown.contains("1 run in " + text(workspace) + ": 1 refused.\n"), qPrintable(shown));
        QVERIFY2(shown.contains("at equal epochs") && shown.contains("dd-seed-1 (refused): The data are gone."),
                 qPrintable(shown));
    }

    void aNameThatIsWrittenAlikeIsTold()
    {
        const auto workspace = place("alike/runs");
        QCOMPARE(run(called(written("alike", {{"name", "a/b"}, {"seeds", {1}}}), workspace, {"--wait"})).code, 0);
        for (const char* name : {"a-b", "A b"}) {
            const auto ended = run(called(written("alike", {{"name", name}, {"seeds", {1}}}), workspace));
            QCOMPARE(ended.code, 2);
            QVERIFY2(ended.said.contains("another sweep") && ended.said.contains("\"a/b\"") &&
                         !ended.said.contains("has changed"),
                     qPrintable(ended.said));
        }
    }

    void weightsAreReadBeforeARunIsWritten()
    {
        const auto small = revisit::make(revisit::backbones(), "smallconv", "backbone");
        small->read({{"width", 4}, {"layers", 2}}, "backbone", "smallconv");
        const auto net = small->build(3, 16);
        revisit::initialise(*net, 1);
        const auto weights = place("weights/w.safetensors");
        fs::create_directories(weights.parent_path());
        revisit::writeTensors(weights, revisit::stateOf(*net));
        const auto workspace = place("weights/runs");
        const Json runs = {{{"name", "fits"}, {"backbone", {{"width", 4}, {"layers", 2}}}}, {{"name", "other"}}};
        const Json changes = {{"base", {{"weights", {{"path", "w.safetensors"}}}}}, {"runs", runs}, {"seeds", {1}}};
        auto ended = run(called(written("weights", changes), workspace));
        QCOMPARE(ended.code, 2);
        QVERIFY2(ended.said.contains("the run \"other\"") && ended.said.contains("does not fit the backbone"),
                 qPrintable(ended.said));
        QVERIFY(!fs::exists(workspace));
        auto fitting = changes;
        fitting["runs"].erase(1);
        ended = run(called(written("weights", fitting), workspace, {"--wait"}));
        QVERIFY2(ended.code == 0, qPrintable(ended.said));
        QVERIFY(!events(workspace / "dd--fits-seed-1", "started")[0]["weights"].is_null());
    }
};

QTEST_APPLESS_MAIN(TestSweepCommand)
#include "tst_sweepcommand.moc"

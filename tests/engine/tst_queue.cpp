// SPDX-License-Identifier: Apache-2.0
#include "enginerun.h"
#include <csignal>

using namespace enginerun;

class TestQueue : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    fs::path m_pack;

    fs::path queued(const fs::path& workspace, const std::string& name, const std::string& at,
                    const Json& changes = Json::object())
    {
        const auto folder = workspace / name;
        writeText(folder / "run.json", smallRun(m_pack, changes).dump());
        writeText(folder / "launch.json", Json{{"id", name}, {"state", "queued"}, {"queued_at", at}}.dump());
        return folder;
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_pack = fs::path(m_folder.path().toStdString()) / "stripes.pack";
        writeStripes(m_pack);
    }

    void trainsInTheOrderOfAskingAndLeaves()
    {
        const auto workspace = fs::path(m_folder.path().toStdString()) / "order";
        const auto later = queued(workspace, "a", "2026-01-01T00:00:02Z"),
                   earlier = queued(workspace, "b", "2026-01-01T00:00:01Z");
        const auto wrong = queued(workspace, "c", "2026-01-01T00:00:00Z", {{"objective", {{"tau", 1}}}});
        const auto ended = run({"queue", text(workspace)});
        QCOMPARE(ended.code, 0);
        const auto places = [&](const fs::path& run) { return ended.said.indexOf(text(run)); };
        QVERIFY(places(wrong) < places(earlier) && places(earlier) < places(later));
        for (const auto& run : {later, earlier}) {
            const auto exit = Json::parse(readText(run / "exit.json"));
            QCOMPARE(exit["reason"].get<std::string>(), std::string("finished"));
            QCOMPARE(exit["id"].get<std::string>(), run.filename().string());
        }
        QCOMPARE(Json::parse(readText(wrong / "exit.json"))["reason"].get<std::string>(), std::string("input"));
    }

    void aRunThatCannotBeWrittenDoesNotHoldUpTheOthers()
    {
        const auto workspace = fs::path(m_folder.path().toStdString()) / "trouble";
        const auto odd = queued(workspace, "odd", "1"), good = queued(workspace, "good", "2");
        writeText(odd / "launch.json", R"({"id": "odd", "state": "queued", "queued_at": 5})");
        fs::create_directories(odd / "log.txt");
        QCOMPARE(run({"queue", text(workspace)}).code, 0);
        QVERIFY(fs::exists(good / "exit.json"));
    }

    void aSecondQueueLeavesAtOnceAndOneThatIsAddedIsTrained()
    {
        const auto workspace = fs::path(m_folder.path().toStdString()) / "second";
        const auto first = queued(workspace, "first", "1", {{"training", {{"steps", 300}}}});
        QProcess queue;
        queue.start(engine, {"queue", text(workspace)});
        QVERIFY(eventually([&] { return fs::exists(first / "events.jsonl"); }));
        QCOMPARE(run({"queue", text(workspace)}).code, 0);
        QVERIFY(!fs::exists(first / "exit.json"));
        const auto added = queued(workspace, "added", "2");
        QVERIFY(queue.waitForFinished(60000));
        QVERIFY(fs::exists(first / "exit.json") && fs::exists(added / "exit.json"));
    }

    void goesOnWhenTheProgramIsReplacedMeanwhile()
    {
        const auto workspace = fs::path(m_folder.path().toStdString()) / "replaced";
        const auto program = workspace.parent_path() / "engine";
        fs::copy_file(engine.toStdString(), program);
        const auto first = queued(workspace, "first", "1", {{"training", {{"steps", 100}}}}),
                   second = queued(workspace, "second", "2");
        QProcess queue;
        queue.start(text(program), {"queue", text(workspace)});
        QVERIFY(eventually([&] { return fs::exists(first / "events.jsonl"); }));
        fs::remove(program);
        writeText(program, "no program");
        QVERIFY(queue.waitForFinished(60000));
        for (const auto& run : {first, second})
            QCOMPARE(Json::parse(readText(run / "exit.json"))["reason"].get<std::string>(), std::string("finished"));
    }

    void saysSoWhenAnEngineIsKilledAndGoesOnWhenAskedAgain()
    {
        const auto workspace = fs::path(m_folder.path().toStdString()) / "killed";
        const auto folder =
            queued(workspace, "victim", "1", {{"training", {{"steps", 2000}}}, {"evaluation", {{"every", 2000}}}});
        QProcess queue;
        queue.start(engine, {"queue", text(workspace)});
        QVERIFY(eventually([&] { return fs::exists(folder / "checkpoints/step-10"); }));
        ::kill(Json::parse(readText(folder / "launch.json"))["pid"].get<pid_t>(), SIGKILL);
        QVERIFY(queue.waitForFinished(20000));
        const auto exit = Json::parse(readText(folder / "exit.json"));
        QCOMPARE(exit["reason"].get<std::string>(), std::string("killed"));
        QCOMPARE(exit["code"].get<int>(), 137);
        QCOMPARE(exit["id"], Json::parse(readText(folder / "launch.json"))["id"]);

        writeText(folder / "launch.json", Json{{"id", "again"}, {"state", "queued"}, {"queued_at", "2"}}.dump());
        QProcess next;
        next.start(engine, {"queue", text(workspace)});
        QVERIFY(eventually([&] { return !events(folder, "resumed").empty(); }));
        QVERIFY(events(folder, "resumed").front()["from_step"].get<int>() >= 10);
        std::ofstream(folder / "control.jsonl", std::ios::app) << R"({"id":"s","do":"stop"})" << '\n';
        QVERIFY(next.waitForFinished(20000));
        QCOMPARE(Json::parse(readText(folder / "exit.json"))["id"].get<std::string>(), std::string("again"));
    }
};

QTEST_APPLESS_MAIN(TestQueue)
#include "tst_queue.moc"

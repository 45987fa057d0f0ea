// SPDX-License-Identifier: Apache-2.0
#include "enginerun.h"
#include <csignal>
#include <sys/resource.h>

using namespace enginerun;

/// What `revisit-engine sweep` does, with the real engine and its queue.
class TestSweep : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    fs::path m_pack;

    fs::path place(const std::string& name) const { return fs::path(m_folder.path().toStdString()) / name; }

    // Two temperatures and two seeds.
    Json small(const Json& changes = Json::object(), int steps = 30) const
    {
        Json file = {{"name", "small"},
                     {"base", smallRun(m_pack, {{"training", {{"steps", steps}}}})},
                     {"grid", {{"objective.temperature", {0.1, 0.5}}}},
                     {"seeds", {1, 2}}};
        file.merge_patch(changes);
        return file;
    }
    fs::path written(const Json& file, const std::string& name) const
    {
        const auto path = place(name) / "sweep.json";
        writeText(path, file.dump());
        return path;
    }
    static Ended sweep(const fs::path& file, const fs::path& workspace, const QStringList& more = {})
    {
        return run(QStringList{"sweep", text(file), "--workspace", text(workspace)} + more);
    }
    static Json table(const fs::path& file, const fs::path& workspace)
    {
        return Json::parse(sweep(file, workspace, {"--table", "--json"}).printed.toStdString());
    }
    static std::string reason(const fs::path& run)
    {
        const auto exit = Json::parse(readText(run / "exit.json"), nullptr, false);
        return exit.is_object() ? exit["reason"].get<std::string>() : "";
    }
    static void stop(const fs::path& run)
    {
        std::ofstream(run / "control.jsonl", std::ios::app) << R"({"id":"s","do":"stop"})" << '\n';
    }
    static std::string folder(const std::string& temperature, int seed)
    {
        return "small--temperature-" + temperature + "-seed-" + std::to_string(seed);
    }
    static bool near(const Json& one, double other) { return std::abs(one.get<double>() - other) < 1e-12; }

private Q_SLOTS:
    void initTestCase()
    {
        m_pack = place("stripes.pack");
        writeStripes(m_pack);
    }

    /// What a failed test leaves behind would train on for hours.
    void cleanup()
    {
        if (!QTest::currentTestFailed()) return;
        for (const auto& item : fs::recursive_directory_iterator(place(""))) {
            if (item.path().filename() != "launch.json") continue;
            const auto launch = Json::parse(readText(item.path()), nullptr, false);
            if (launch.value("state", "") == "queued") fs::remove(item.path());
            if (launch.contains("pid") && reason(item.path().parent_path()).empty())
                ::kill(launch["pid"].get<pid_t>(), SIGKILL);
        }
    }

    void trainsEverySettingWithEverySeedAndComparesThem()
    {
        const auto file = written(small(), "whole"), workspace = place("whole/runs");
        const auto ended = sweep(file, workspace, {"--wait", "--table", "--json"});
        QVERIFY2(ended.code == 0, qPrintable(ended.said));
        QVERIFY(ended.said.contains("4 of 4: "));
        const auto all = Json::parse(ended.printed.toStdString());
        QCOMPARE(all["groups"].size(), std::size_t(2));
        QCOMPARE(all["runs"].size(), std::size_t(4));
        QCOMPARE(all["groups"][0]["name"].get<std::string>(), std::string("temperature 0.1"));
        for (const auto& group : all["groups"]) {
            QCOMPARE(group["finished"].get<int>(), 2);
            const auto temperature = group["name"].get<std::string>().substr(12);
            for (const std::string metric : {"linear", "knn"}) {
                double sum = 0, untrained = 0, statistics = 0, values[2];
                for (int seed : {1, 2}) {
                    const auto probes = events(workspace / folder(temperature, seed), "probe");
                    values[seed - 1] = probes.back()["metrics"][metric];
                    sum += values[seed - 1];
                    untrained += probes.front()["baselines"]["untrained"][metric].get<double>() / 2;
                    statistics += probes.front()["baselines"]["statistics"][metric].get<double>() / 2;
                }
                const auto& told = group[metric];
                QVERIFY(near(told["end"]["mean"], sum / 2));
                QVERIFY(near(told["end"]["deviation"], std::abs(values[0] - values[1]) / std::sqrt(2)));
                QVERIFY(near(told["baseline"]["mean"], std::max(untrained, statistics)));
                QVERIFY(told["equal_epochs"] == told["end"]);
            }
            QCOMPARE(group["steps"]["mean"].get<double>(), 30.0);
            const auto run = Json::parse(readText(workspace / folder(temperature, 2) / "run.json"));
            QCOMPARE(run["group"], group["group"]);
            QCOMPARE(run["seed"].get<int>(), 2);
            QVERIFY(near(run["objective"]["temperature"], std::stod(temperature)));
        }
        for (const auto* look : {"", "--markdown"}) {
            const auto shown =
                sweep(file, workspace, QString(look).isEmpty() ? QStringList{"--table"} : QStringList{"--table", look});
            QVERIFY(shown.printed.contains("temperature 0.5") && shown.printed.contains("4 finished"));
        }
        const auto launch = readText(workspace / folder("0.1", 1) / "launch.json");
        QVERIFY(sweep(file, workspace).said.contains("there was nothing to queue"));
        QCOMPARE(readText(workspace / folder("0.1", 1) / "launch.json"), launch);
    }

    void runsOfOtherLengthsAreComparedAfterAsManyEpochs()
    {
        const Json runs = {{{"name", "short"}, {"training", {{"steps", 20}}}},
                           {{"name", "long"}, {"training", {{"steps", 40}}}}};
        const auto file = written(small({{"runs", runs}, {"grid", nullptr}, {"seeds", {1}}}), "lengths"),
                   workspace = place("lengths/runs");
        const auto ended = sweep(file, workspace, {"--wait"});
        QVERIFY2(ended.code == 0, qPrintable(ended.said));
        const auto all = table(file, workspace);
        QVERIFY(near(all["equal_epochs"], 20 * 16 / 256.0));
        const auto probes = events(workspace / "small--long-seed-1", "probe");
        QCOMPARE(probes[2]["step"].get<int>(), 20);
        const auto& knn = all["groups"][1]["knn"];
        QVERIFY(near(knn["equal_epochs"]["mean"], probes[2]["metrics"]["knn"].get<double>()));
        QVERIFY(near(knn["end"]["mean"], probes[4]["metrics"]["knn"].get<double>()));
        QVERIFY(knn["end"]["deviation"].is_null());
    }

    void goesOnWithoutItsTerminalAndAfterItsQueueWasKilled()
    {
        const auto file = written(small({{"grid", nullptr}}, 100000), "killed"), workspace = place("killed/runs");
        const auto first = workspace / "small-seed-1", second = workspace / "small-seed-2";
        const auto ended = sweep(file, workspace);
        QVERIFY2(ended.code == 0, qPrintable(ended.said));
        QVERIFY(eventually([&] { return fs::exists(first / "checkpoints/step-10"); }));
        QVERIFY(!fs::exists(first / "exit.json"));
        QCOMPARE(table(file, workspace)["runs"][1]["state"].get<std::string>(), std::string("queued"));

        // the queue is the parent of the engine
        const auto worker = Json::parse(readText(first / "launch.json"))["pid"].get<pid_t>();
        const auto status = readText("/proc/" + std::to_string(worker) + "/stat");
        std::istringstream after(status.substr(status.rfind(')') + 1));
        std::string state;
        pid_t queue = 0;
        after >> state >> queue;
        QVERIFY(queue > 1);
        QCOMPARE(::kill(queue, SIGKILL), 0);
        QCOMPARE(::kill(worker, SIGKILL), 0);
        QVERIFY(
            eventually([&] { return table(file, workspace)["runs"][0]["state"].get<std::string>() == "interrupted"; }));

        QVERIFY(sweep(file, workspace).said.contains("1 of 2 runs queued")); // the other still is
        QVERIFY(eventually([&] { return !events(first, "resumed").empty(); }));
        stop(first);
        QVERIFY(eventually([&] { return fs::exists(second / "events.jsonl"); }));
        stop(second);
        QVERIFY(eventually([&] { return reason(second) == "stopped"; }));
        QCOMPARE(reason(first), std::string("stopped"));
        QVERIFY(sweep(file, workspace).said.contains("there was nothing to queue")); // someone's wish
    }

    void aRunThatFailsIsTold()
    {
        const auto file = written(small({{"grid", nullptr}, {"seeds", {1}}}), "failed"),
                   workspace = place("failed/runs");
        QVERIFY(sweep(file, workspace, {"--wait"}).code == 0);
        const auto exit = workspace / "small-seed-1/exit.json";
        auto told = Json::parse(readText(exit));
        told["reason"] = "diverged", told["message"] = "The loss grew.";
        writeText(exit, told.dump());
        QCOMPARE(sweep(file, workspace, {"--wait"}).code, 1);
        QVERIFY(sweep(file, workspace, {"--table"}).printed.contains("(diverged): The loss grew."));
    }

    void aChangedFileIsRefusedButForItsSeeds()
    {
        const auto workspace = place("changed/runs");
        const auto file = written(small({{"seeds", {1}}}), "changed");
        QCOMPARE(sweep(file, workspace, {"--wait"}).code, 0);
        written(small({{"base", {{"training", {{"batch", 32}}}}}}), "changed");
        auto refused = sweep(file, workspace);
        QCOMPARE(refused.code, 2);
        QVERIFY2(refused.said.contains("base.training.batch") && refused.said.contains("another name"),
                 qPrintable(refused.said));
        written(small({{"seeds", {1, 2}}}), "changed");
        refused = sweep(file, workspace, {"--set", "training.batch=32"});
        QCOMPARE(refused.code, 2);
        QVERIFY2(refused.said.contains("training.batch"), qPrintable(refused.said));
        QVERIFY(sweep(file, workspace, {"--wait"}).said.contains("2 of 4 runs queued"));
    }

    void whatIsWrongIsNamedAndNothingIsWritten_data()
    {
        QTest::addColumn<QString>("changes");
        QTest::addColumn<QStringList>("said");
        const auto row = [](const char* name, const char* changes, const QStringList& said) {
            QTest::newRow(name) << QString(changes) << said;
        };
        row("key of the file", R"({"seed": [1]})", {"seed:", "did you mean seeds?"});
        row("key of a run", R"({"runs": [{"name": "hot", "objective": {"temprature": 1}}]})",
            {"hot", "objective.temprature", "did you mean temperature?"});
        row("key of the grid", R"({"grid": {"objectve.temperature": [1]}})", {"objectve", "objective"});
        row("range", R"({"grid": {"objective.temperature": [0.1, -1]}})", {"temperature -1", "objective.temperature"});
        row("data", R"({"base": {"dataset": {"path": "nowhere.pack"}}})", {"dataset.path"});
        row("batch", R"({"base": {"training": {"batch": 1000}}})", {"temperature 0.1", "training.batch"});
        row("no use for it", R"({"runs": [{"name": "m", "objective": {"name": "mae"}}], "grid": null})",
            {"\"m\"", "architecture"});
        row("empty grid", R"({"grid": {"objective.temperature": []}})", {"grid: objective.temperature"});
        row("empty seeds", R"({"seeds": []})", {"seeds"});
        row("too many", R"({"grid": {"objective.temperature": [1,2,3,4,5,6,7,8,9,10],
             "training.batch": [2,3,4,5,6,7,8,9,10,11], "training.clip_norm": [1,2,3,4,5,6]}})",
            {"more than 1000 runs"});
        row("twice", R"({"grid": {"objective.temperature": [0.1, 0.1]}})", {"temperature 0.1", "a name of its own"});
        row("no epochs", R"({"epochs": 0})", {"epochs: should be a number above 0"});
        row("minutes and steps", R"({"minutes": 1})", {"training.steps", "minutes"});
    }
    void whatIsWrongIsNamedAndNothingIsWritten()
    {
        QFETCH(QString, changes);
        QFETCH(QStringList, said);
        const auto file = written(small(Json::parse(changes.toStdString())), "wrong");
        const auto ended = sweep(file, place("wrong/runs"));
        QCOMPARE(ended.code, 2);
        for (const auto& part : said) QVERIFY2(ended.said.contains(part), qPrintable(ended.said));
        QVERIFY(!fs::exists(place("wrong/runs")));
    }

    void aDamagedMemoryIsNamedAndLeftAlone_data()
    {
        QTest::addColumn<QString>("text");
        for (const char* text :
             {"", "{", "[]", "{}", R"({"file": {}, "set": {}})", R"({"file": 1, "set": {}, "speeds": {}})",
              R"({"file": {}, "set": {}, "speeds": {"a": 1}})",
              R"({"file": {}, "set": {}, "speeds": {"a": {"seconds_per_step": 1}}})",
              R"({"file": {}, "set": {}, "speeds": {"a": {"seconds_per_step": "x",
                                 "steps_per_epoch": 1, "steps": 1}}})"})
            QTest::newRow(text) << QString(text);
    }
    void aDamagedMemoryIsNamedAndLeftAlone()
    {
        QFETCH(QString, text);
        const auto workspace = place("damaged/runs"), memory = workspace / ".sweep-small.json";
        const auto file = written(small(), "damaged");
        writeText(memory, text.toStdString());
        for (const auto& more : {QStringList{}, QStringList{"--table"}}) {
            const auto ended = sweep(file, workspace, more);
            QCOMPARE(ended.code, 2);
            QVERIFY2(ended.said.contains(".sweep-small.json: is damaged"), qPrintable(ended.said));
            QCOMPARE(readText(memory), text.toStdString());
        }
        QVERIFY(!fs::exists(workspace / folder("0.1", 1)));
    }

    void networksThatFindNoRoomAreNamed()
    {
        const Json changes = {{"grid", nullptr},
                              {"runs", Json::array({{{"name", "wide"},
                                                     {"backbone", {{"name", "vit"}, {"size", "base"}, {"depth", 48}}},
                                                     {"objective", {{"name", "byol"}}}}})}};
        const auto file = written(small(changes), "tight");
        const auto ended = run({"sweep", text(file), "--workspace", text(place("tight/runs"))}, [] {
            const rlimit most{2u << 30, 2u << 30};
            ::setrlimit(RLIMIT_AS, &most);
        });
        QCOMPARE(ended.code, 1);
        QVERIFY2(ended.said.contains("\"wide\"") && ended.said.contains("memory is full"), qPrintable(ended.said));
    }

    void minutesBecomeStepsOnce()
    {
        auto wanted = small({{"minutes", 0.02}, {"seeds", {1}}});
        wanted["base"]["training"].erase("steps");
        wanted["base"]["evaluation"].erase("every");
        wanted["base"]["dataset"].erase("path");
        const auto file = written(wanted, "minutes"), workspace = place("minutes/runs");
        const auto first = run(
            {"sweep", "--set", "dataset.path=" + text(m_pack), text(file), "--workspace", text(workspace), "--wait"});
        QVERIFY2(first.code == 0, qPrintable(first.said));
        QCOMPARE(first.said.count("s a step"), 2);
        const auto kept = Json::parse(readText(workspace / ".sweep-small.json"))["speeds"];
        const auto asked = Json::parse(readText(workspace / folder("0.5", 1) / "run.json"));
        QCOMPARE(asked["training"]["steps"], kept["small--temperature-0.5"]["steps"]);
        QVERIFY(asked["training"]["steps"].get<int>() >= 1);
        wanted["seeds"] = {1, 2};
        written(wanted, "minutes");
        QCOMPARE(sweep(file, workspace, {"--wait"}).code, 0);
        QCOMPARE(Json::parse(readText(workspace / ".sweep-small.json"))["speeds"], kept);
        const auto later = Json::parse(readText(workspace / folder("0.5", 2) / "run.json"));
        QCOMPARE(later["training"], asked["training"]);
        QCOMPARE(later["evaluation"], asked["evaluation"]);
        const auto all = table(file, workspace);
        QCOMPARE(all["groups"][0]["finished"].get<int>(), 2);
        // a probe of each run lies where the shortest ends
        const auto epochs = all["equal_epochs"].get<double>();
        for (const auto& group : all["groups"])
            QVERIFY(std::abs(group["compared_at_epoch"]["mean"].get<double>() - epochs) <= 10 * 16 / 256.0);
    }

    void whatNeverReachedTheEpochsIsNotComparedThere()
    {
        auto wanted = small({{"epochs", 1}, {"seeds", {1}}, {"grid", nullptr}}); // 16 steps
        wanted["runs"] = Json::array(
            {{{"name", "brief"}, {"training", {{"steps", 8}}}}, {{"name", "long"}, {"training", {{"steps", 32}}}}});
        wanted["base"]["evaluation"]["every"] = 8;
        const auto file = written(wanted, "epochs"), workspace = place("epochs/runs");
        const auto ended = sweep(file, workspace, {"--wait"});
        QVERIFY2(ended.code == 0, qPrintable(ended.said));
        const auto all = table(file, workspace);
        QCOMPARE(all["equal_epochs"].get<double>(), 1.);
        QVERIFY(all["groups"][0]["linear"]["equal_epochs"].is_null() && all["groups"][0]["linear"]["end"].is_object());
        QCOMPARE(all["groups"][1]["compared_at_epoch"]["mean"].get<double>(), 1.);
        QVERIFY(all["groups"][1]["linear"]["equal_epochs"].is_object());
    }

    void aRunKeepsTheStepsThatItNames()
    {
        auto wanted = small({{"minutes", 0.02}, {"seeds", {1}}, {"grid", nullptr}});
        wanted["base"]["training"].erase("steps");
        wanted["runs"] = Json::array({{{"name", "own"}, {"training", {{"steps", 7}}}}});
        const auto file = written(wanted, "own"), workspace = place("own/runs");
        const auto ended = sweep(file, workspace, {"--wait"});
        QVERIFY2(ended.code == 0 && !ended.said.contains("s a step"), qPrintable(ended.said));
        QCOMPARE(events(workspace / "small--own-seed-1", "step").size(), std::size_t(7));
    }

    void theSweepsThatComeWithItAreSound()
    {
        for (const auto& item : fs::directory_iterator(REVISIT_SOURCE "/resources/sweeps")) {
            const auto file = written(Json::parse(readText(item.path())), "shipped");
            const auto ended =
                sweep(file, place("shipped/runs"),
                      {"--table", "--set", "dataset.name=pack", "--set", "dataset.path=" + text(m_pack)});
            QCOMPARE(ended.code, 2);
            QVERIFY2(ended.said.contains("has not begun"), qPrintable(ended.said));
        }
    }
};

QTEST_APPLESS_MAIN(TestSweep)
#include "tst_sweep.moc"

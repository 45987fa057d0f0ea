// SPDX-License-Identifier: Apache-2.0
#include "enginerun.h"
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>

using namespace enginerun;

class TestTraining : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    fs::path m_pack;
    int m_runs = 0;

    fs::path fresh(const Json& changes = Json::object())
    {
        const auto folder = fs::path(m_folder.path().toStdString()) / ("run-" + std::to_string(++m_runs));
        writeText(folder / "run.json", smallRun(m_pack, changes).dump(2));
        return folder;
    }
    static Json exitOf(const fs::path& run) { return Json::parse(readText(run / "exit.json")); }

private Q_SLOTS:
    void initTestCase()
    {
        m_pack = fs::path(m_folder.path().toStdString()) / "stripes.pack";
        writeStripes(m_pack);
    }

    void learnsWhatIsThereToLearn()
    {
        const auto folder = fresh({{"training", {{"steps", 120}}}, {"evaluation", {{"every", 60}}}});
        const auto ended = run({"train", text(folder)});
        QVERIFY2(ended.code == 0, qPrintable(ended.said));
        const auto probes = events(folder, "probe");
        QCOMPARE(probes.size(), 3u);
        const auto& baselines = probes.front()["baselines"];
        for (const char* name : {"chance", "statistics", "untrained"}) QVERIFY(baselines.contains(name));
        const double learnt = probes.back()["metrics"]["linear"].get<double>();
        QVERIFY2(learnt > baselines["chance"]["linear"].get<double>() + 0.3, qPrintable(QString::number(learnt)));
        QCOMPARE(exitOf(folder)["reason"].get<std::string>(), std::string("finished"));
        QCOMPARE(events(folder, "finished").size(), 1u);
        QCOMPARE(static_cast<int>(fs::file_size(folder / "thumbnails.bin")), 40 * 16 * 16 * 3);
    }

    void beginsOnceItsSettingsAreMended()
    {
        const auto folder = fresh({{"training", {{"epochs", 3}}}});
        const auto refused = run({"train", text(folder)});
        QCOMPARE(refused.code, 2);
        QVERIFY2(refused.said.contains("training.epochs"), qPrintable(refused.said));
        writeText(folder / "run.json", smallRun(m_pack).dump());
        QCOMPARE(run({"train", text(folder)}).code, 0);
        QCOMPARE(events(folder, "started").size(), 1u);
        QVERIFY(run({"train", text(folder)}).said.contains("has trained before"));
    }

    void repeatsItselfExactly()
    {
        const auto first = fresh(), second = fresh();
        QCOMPARE(run({"train", text(first)}).code, 0);
        QCOMPARE(run({"train", text(second)}).code, 0);
        QCOMPARE(folded(first), folded(second));
        QCOMPARE(readText(first / "checkpoints/step-30/model.safetensors"),
                 readText(second / "checkpoints/step-30/model.safetensors"));
    }

    void aCheckpointIsRefusedOnOtherStatistics()
    {
        const auto parent = fresh();
        QCOMPARE(run({"train", text(parent), "--quiet"}).code, 0);
        const auto bright = fs::path(m_folder.path().toStdString()) / "bright.pack";
        writeStripes(bright, true, 150);
        const auto child = fresh({{"parent", parent.filename().string()},
                                  {"step", 30},
                                  {"training", {{"steps", 40}}},
                                  {"dataset", {{"path", bright.string()}}}});
        const auto ended = run({"train", text(child), "--quiet"});
        QCOMPARE(ended.code, 2);
        QVERIFY2(ended.said.contains("step-30") && ended.said.contains("band red has the mean"),
                 qPrintable(ended.said));
        writeText(
            child / "run.json",
            smallRun(m_pack, {{"parent", parent.filename().string()}, {"step", 30}, {"training", {{"steps", 40}}}})
                .dump());
        QCOMPARE(run({"train", text(child), "--quiet"}).code, 0);
    }

    void everyObjectiveTrainsOnDataWithAndWithoutLabels()
    {
        const auto bare = fs::path(m_folder.path().toStdString()) / "bare.pack";
        writeStripes(bare, false);
        for (const char* objective : {"simclr", "vicreg"}) {
            const auto folder = fresh({{"objective", {{"name", objective}}}, {"dataset", {{"path", bare.string()}}}});
            const auto ended = run({"train", text(folder)});
            QVERIFY2(ended.code == 0, qPrintable(ended.said));
            const auto metrics = events(folder, "probe").back()["metrics"];
            QVERIFY(metrics.contains("retrieval") && !metrics.contains("knn"));
        }
        Json supervised = {{"objective", {{"name", "supervised"}, {"projector", nullptr}}}};
        QCOMPARE(run({"train", text(fresh(supervised))}).code, 0);
        supervised["dataset"]["path"] = bare.string();
        const auto ended = run({"train", text(fresh(supervised))});
        QCOMPARE(ended.code, 2);
        QVERIFY2(ended.said.contains("needs labels"), qPrintable(ended.said));
    }

    void aChildGoesOnFromItsParent()
    {
        const auto parent = fresh();
        QCOMPARE(run({"train", text(parent), "--quiet"}).code, 0);
        const auto name = parent.filename().string();
        const auto child = fresh({{"parent", name}, {"step", 30}, {"training", {{"steps", 40}}}});
        const auto ended = run({"train", text(child), "--quiet"});
        QVERIFY2(ended.code == 0, qPrintable(ended.said));
        QCOMPARE(events(child, "step").front()["step"].get<int>(), 31);
        QCOMPARE(events(child, "step").back()["step"].get<int>(), 40);
        QVERIFY(events(child, "probe").front().contains("baselines"));

        const auto wrong = run({"train", text(fresh({{"parent", name}, {"step", 7}})), "--quiet"});
        QCOMPARE(wrong.code, 2);
        QVERIFY2(wrong.said.contains("has no whole checkpoint of step 7; the newest two are kept"),
                 qPrintable(wrong.said));
        const auto few = run({"train", text(fresh({{"parent", name}})), "--quiet"});
        QVERIFY2(few.said.contains("has taken 30 steps already"), qPrintable(few.said));
    }

    void keepsTheNewestTwoCheckpoints()
    {
        const auto folder = fresh();
        QCOMPARE(run({"train", text(folder)}).code, 0);
        QStringList names = QDir(text(folder / "checkpoints"))
                                .entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot, QDir::Name);
        QCOMPARE(names, (QStringList{"step-25", "step-30"}));
        QCOMPARE(events(folder, "checkpoint").size(), 6u);
    }

    void obeysWithinOneBatch()
    {
        const auto folder =
            fresh({{"training", {{"steps", 100000}, {"checkpoint_every", 50000}}}, {"evaluation", {{"every", 50000}}}});
        QProcess process;
        process.start(engine, {"train", text(folder), "--quiet"});
        QVERIFY(eventually([&] { return fs::exists(folder / "events.jsonl") && events(folder, "step").size() > 5; }));
        const auto ask = [&](const char* id, const Json& rest) {
            Json line = {{"id", id}};
            line.update(rest);
            std::ofstream(folder / "control.jsonl", std::ios::app) << line.dump() << '\n';
        };
        const auto answered = [&](const std::string& id) {
            return eventually([&] {
                for (const auto& event : events(folder))
                    if (event.value("id", "") == id) return true;
                return false;
            });
        };
        ask("a", {{"do", "set"}, {"key", "objective.temperature"}, {"value", 0.2}});
        QVERIFY(answered("a"));
        const auto changed = events(folder, "changed").back();
        QCOMPARE(changed["was"].get<double>(), 0.1);
        QCOMPARE(changed["value"].get<double>(), 0.2);
        const auto least = [](const Json& event) { return event["loss"]["minimum"].get<double>(); };
        QVERIFY(least(changed) > least(events(folder, "started").front()));
        ask("b", {{"do", "set"}, {"key", "objective.projector"}, {"value", 3}});
        QVERIFY(answered("b"));
        QVERIFY(events(folder, "warning").back()["message"].get<std::string>().find("cannot be changed while") !=
                std::string::npos);
        ask("c", {{"do", "sett"}});
        QVERIFY(answered("c"));
        QVERIFY(events(folder, "warning").back()["message"].get<std::string>().find("did you mean set?") !=
                std::string::npos);
        std::ofstream(folder / "control.jsonl", std::ios::app) << "nonsense\n";
        ask("d", {{"do", "pause"}});
        QVERIFY(answered("d"));
        QVERIFY(eventually([&] { return readText(folder / "heartbeat").find("paused") != std::string::npos; }));
        const auto paused = events(folder, "step").size();
        QTest::qSleep(300);
        QCOMPARE(events(folder, "step").size(), paused);
        ask("e", {{"do", "checkpoint"}});
        ask("f", {{"do", "evaluate"}});
        QVERIFY(answered("f"));
        QVERIFY(eventually([&] { return events(folder, "checkpoint").size() == 1; }));
        ask("g", {{"do", "resume"}});
        QVERIFY(eventually([&] { return events(folder, "step").size() > paused; }));
        ask("h", {{"do", "stop"}});
        QVERIFY(process.waitForFinished(20000));
        QCOMPARE(process.exitCode(), 0);
        const auto all = events(folder);
        QCOMPARE(all.back()["event"].get<std::string>(), std::string("finished"));
        QCOMPARE(all.back()["reason"].get<std::string>(), std::string("stopped"));
        const auto stop = events(folder, "changed").back();
        QCOMPARE(stop["do"].get<std::string>(), std::string("stop"));
        QVERIFY(all.back()["step"].get<int>() - stop["step"].get<int>() <= 1);

        // and the whole of it, live changes too, can be made again
        const auto again = fs::path(m_folder.path().toStdString()) / "again";
        const auto ended = run({"train", text(again), "--as", text(folder), "--quiet"});
        QVERIFY2(ended.code == 0, qPrintable(ended.said));
        auto wanted = folded(folder), got = folded(again);
        std::erase_if(wanted, [](const std::string& line) {
            return line.find("\"pause\"") != std::string::npos || line.find("\"resume\"") != std::string::npos;
        });
        QCOMPARE(got, wanted);
    }

    void refusesInputThatItCannotUse_data()
    {
        QTest::addColumn<QString>("changes");
        QTest::addColumn<QString>("says");
        QTest::newRow("misspelt") << R"({"objective": {"temprature": 1}})"
                                  << "objective.temprature: unknown parameter of simclr, did you mean temperature?";
        QTest::newRow("huge batch") << R"({"training": {"batch": 65536}})"
                                    << "training.batch: a batch of 65536 is more than the 256 training patches";
        QTest::newRow("missing data") << R"({"dataset": {"path": "/nowhere/x.pack"}})"
                                      << "dataset.path: there is no file /nowhere/x.pack";
        QTest::newRow("no GPU") << R"({"training": {"device": "cuda:7"}})"
                                << "training.device: cuda:7 was asked for";
        QTest::newRow("too many halvings") << R"({"backbone": {"layers": 6}})"
                                           << "backbone.layers: 6 halvings";
    }
    void refusesInputThatItCannotUse()
    {
        QFETCH(QString, changes);
        QFETCH(QString, says);
        const auto folder = fresh(Json::parse(changes.toStdString()));
        const auto ended = run({"train", text(folder)});
        QCOMPARE(ended.code, 2);
        QVERIFY2(ended.said.contains(says), qPrintable(ended.said));
        QCOMPARE(exitOf(folder)["reason"].get<std::string>(), std::string("input"));
        QVERIFY(exitOf(folder)["message"].get<std::string>().find(says.toStdString()) != std::string::npos);
    }

    void namesTheLineOfBrokenJson()
    {
        const auto folder = fresh();
        writeText(folder / "run.json", "{\n  \"seed\": 1,\n  \"name\" \"x\"\n}\n");
        const auto ended = run({"train", text(folder)});
        QCOMPARE(ended.code, 2);
        QVERIFY2(ended.said.contains("run.json, line 3"), qPrintable(ended.said));
    }

    void nestingWithoutEndIsASentence()
    {
        const auto folder = fresh();
        writeText(folder / "run.json", R"({"note": )" + std::string(100000, '[') + std::string(100000, ']') + "}");
        const auto ended = run({"train", text(folder), "--quiet"});
        QCOMPARE(ended.code, 2);
        QVERIFY2(ended.said.contains("is nested deeper than any setting"), qPrintable(ended.said));
    }

    void aRelativePathIsWrittenInFull()
    {
        const auto folder = fresh({{"dataset", {{"path", fs::relative(m_pack).string()}}}});
        QCOMPARE(run({"train", text(folder), "--quiet"}).code, 0);
        QCOMPARE(events(folder, "started").front()["config"]["dataset"]["path"].get<std::string>(), m_pack.string());
    }

    void divergenceIsASentenceAndTheWeightsStayNumbers()
    {
        const auto folder = fresh({{"optimizer", {{"name", "sgd"}, {"learning_rate", 1000}}},
                                   {"objective", {{"name", "vicreg"}, {"projector", nullptr}}},
                                   {"training", {{"clip_norm", 0}, {"steps", 300}, {"checkpoint_every", 1}}},
                                   {"schedule", {{"warmup", 0}}}});
        const auto ended = run({"train", text(folder), "--quiet"});
        QCOMPARE(ended.code, 1);
        const auto error = events(folder, "error").back();
        QCOMPARE(error["code"].get<std::string>(), std::string("diverged"));
        QCOMPARE(error["fix"]["key"].get<std::string>(), std::string("optimizer.learning_rate"));
        QCOMPARE(error["fix"]["value"].get<double>(), 0.02); // VICReg's own
        QVERIFY2(ended.said.contains("no longer a number at step"), qPrintable(ended.said));
        for (const auto& event : events(folder, "step")) QVERIFY(event["loss"].is_number());
    }

    void aSecondEngineIsRefusedAndHarmsNothing()
    {
        const auto folder = fresh({{"training", {{"steps", 100000}}}});
        QProcess first;
        first.start(engine, {"train", text(folder), "--quiet"});
        QVERIFY(eventually([&] { return fs::exists(folder / "events.jsonl") && events(folder, "step").size() > 2; }));
        const auto launch = readText(folder / "launch.json");
        for (const char* command : {"resume", "train"}) {
            const auto ended = run({command, text(folder)});
            QCOMPARE(ended.code, 2);
            QVERIFY2(ended.said.contains("another engine is working on this run"), qPrintable(ended.said));
        }
        QCOMPARE(readText(folder / "launch.json"), launch);
        first.terminate();
        QVERIFY(first.waitForFinished(20000));
        QCOMPARE(first.exitCode(), 143);
        QVERIFY(!events(folder, "checkpoint").empty());
    }

    void aFullDiskIsASentenceAndWhatWasThereStaysWhole()
    {
        const auto folder =
            fresh({{"training", {{"steps", 5000}, {"checkpoint_every", 20}}}, {"evaluation", {{"every", 5000}}}});
        const auto ended = run({"train", text(folder), "--quiet"}, [] {
            const rlimit most = {150000, 150000}; // bytes of any one file: events.jsonl gets there first
            ::setrlimit(RLIMIT_FSIZE, &most);
        });
        QCOMPARE(ended.code, 1);
        QVERIFY2(ended.said.contains("events.jsonl: cannot be written: File too large; make room"),
                 qPrintable(ended.said));
        QCOMPARE(exitOf(folder)["reason"].get<std::string>(), std::string("failed"));
        const auto text_ = readText(folder / "events.jsonl");
        QCOMPARE(text_.back(), '\n');
        events(folder); // each line is JSON
        QProcess again; // with room
        again.start(engine, {"resume", text(folder), "--quiet"});
        QVERIFY(eventually([&] { return !events(folder, "resumed").empty(); }));
        again.terminate();
        QVERIFY(again.waitForFinished(20000));
        QVERIFY(events(folder, "resumed").back()["from_step"].get<int>() > 0);
    }

    void aFolderWithoutPermissionIsNamed()
    {
        const auto folder = fresh();
        fs::permissions(folder, fs::perms::owner_write, fs::perm_options::remove);
        const auto ended = run({"train", text(folder)}, [] {
            ::prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE); // root, too, is asked for permission then
        });
        fs::permissions(folder, fs::perms::owner_write, fs::perm_options::add);
        QCOMPARE(ended.code, 2);
        QVERIFY2(ended.said.contains("Permission denied; choose a folder that you may write to"),
                 qPrintable(ended.said));
        QVERIFY(!fs::exists(folder / "launch.json"));
    }
};

QTEST_APPLESS_MAIN(TestTraining)
#include "tst_training.moc"

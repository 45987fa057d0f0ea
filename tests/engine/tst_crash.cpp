// SPDX-License-Identifier: Apache-2.0
#include "enginerun.h"
#include "experiments/checkpoint.h"

using namespace enginerun;

/// REVISIT_KILLS: how many kills, 20 when unset; the long form asks for 200.
class TestCrash : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    fs::path m_pack, m_whole;

    fs::path fresh(const std::string& name)
    {
        const auto folder = fs::path(m_folder.path().toStdString()) / name;
        writeText(folder / "run.json", smallRun(m_pack, {{"training", {{"steps", 100}, {"checkpoint_every", 10}}},
                                                         {"evaluation", {{"every", 20}}}})
                                           .dump(2));
        return folder;
    }

    static std::int64_t lastStep(const fs::path& run)
    {
        const auto steps = fs::exists(run / "events.jsonl") ? events(run, "step") : std::vector<Json>();
        return steps.empty() ? 0 : steps.back()["step"].get<std::int64_t>();
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_pack = fs::path(m_folder.path().toStdString()) / "stripes.pack";
        writeStripes(m_pack);
        m_whole = fresh("whole");
        QCOMPARE(run({"train", text(m_whole), "--quiet"}).code, 0);
    }

    void aRunKilledAtRandomMomentsEndsAsOneThatNeverWas()
    {
        const int kills =
            qEnvironmentVariableIntValue("REVISIT_KILLS") > 0 ? qEnvironmentVariableIntValue("REVISIT_KILLS") : 20;
        revisit::Random random(11, "kills");
        int done = 0;
        for (int attempt = 0; done < kills; ++attempt) {
            const auto folder = fresh("killed-" + std::to_string(attempt));
            bool finished = false;
            for (bool begun = false; !finished; begun = true) {
                const auto before = lastStep(folder);
                QProcess process;
                process.start(
                    engine, {begun && fs::exists(folder / "events.jsonl") && !readText(folder / "events.jsonl").empty()
                                 ? "resume"
                                 : "train",
                             text(folder), "--quiet"});
                // now and then while it starts; else once it works, anywhere in a step, a look or a checkpoint
                if (!random.chance(0.25))
                    eventually([&] {
                        return lastStep(folder) != before || process.state() != QProcess::Running ||
                               process.waitForFinished(0);
                    });
                process.waitForFinished(static_cast<int>(random.below(400)));
                if (done < kills && process.state() == QProcess::Running) {
                    process.kill();
                    ++done;
                }
                if (process.state() != QProcess::NotRunning) QVERIFY(process.waitForFinished(60000));
                finished = process.exitStatus() == QProcess::NormalExit;
                if (finished) QVERIFY2(process.exitCode() == 0, process.readAllStandardError().constData());
            }
            for (const auto& resumed : events(folder, "resumed"))
                QVERIFY(resumed["from_step"].get<std::int64_t>() % 10 == 0);
            loseAtMostOneInterval(folder);
            QCOMPARE(folded(folder), folded(m_whole));
            for (const char* file : {"model.safetensors", "optimizer.safetensors"})
                QVERIFY(readText(folder / "checkpoints/step-100" / file) ==
                        readText(m_whole / "checkpoints/step-100" / file));
        }
    }

    void aDamagedCheckpointIsPassedOverAndNamed()
    {
        const auto folder = fresh("damaged");
        QProcess process;
        process.start(engine, {"train", text(folder), "--quiet"});
        QVERIFY(eventually([&] { return fs::exists(folder / "checkpoints/step-20/manifest.json"); }));
        process.kill();
        process.waitForFinished();
        const auto newest = QDir(text(folder / "checkpoints")).entryList({"step-*"}, QDir::Dirs, QDir::Time).first();
        fs::resize_file(folder / "checkpoints" / newest.toStdString() / "model.safetensors", 1000);
        const auto ended = run({"resume", text(folder), "--quiet"});
        QVERIFY2(ended.code == 0, qPrintable(ended.said));
        const auto warning = events(folder, "warning").front();
        QCOMPARE(warning["code"].get<std::string>(), std::string("checkpoint"));
        QVERIFY(warning["message"].get<std::string>().find(newest.toStdString()) != std::string::npos);
        QCOMPARE(folded(folder), folded(m_whole));
    }

    void checkpointsAfterTheOneThatIsWrittenGo()
    {
        const auto folder = fresh("later");
        for (const char* later : {"step-50", "step-60"}) fs::create_directories(folder / "checkpoints" / later);
        for (const std::int64_t step : {10, 20, 30}) revisit::saveCheckpoint(folder, {step, {}, {}, Json::object()});
        QCOMPARE(QDir(text(folder / "checkpoints")).entryList({"step-*"}, QDir::Dirs, QDir::Name),
                 QStringList({"step-20", "step-30"}));
    }

    void aRunThatDiedBeforeItsPatchesWereToldTellsThem()
    {
        const auto folder = fresh("early");
        const auto whole = readText(m_whole / "events.jsonl");
        writeText(folder / "events.jsonl", whole.substr(0, whole.find('\n') + 1));
        QCOMPARE(run({"resume", text(folder), "--quiet"}).code, 0);
        QVERIFY(fs::exists(folder / "thumbnails.bin"));
        QCOMPARE(folded(folder), folded(m_whole));
    }

    void aChangeAfterTheLastCheckpointHolds()
    {
        const auto folder = fresh("changed");
        QProcess process;
        process.start(engine, {"train", text(folder), "--quiet"});
        QVERIFY(eventually([&] { return lastStep(folder) > 5; }));
        writeText(folder / "control.jsonl",
                  "{\"id\": \"1\", \"do\": \"checkpoint\"}\n"
                  "{\"id\": \"2\", \"do\": \"set\", \"key\": \"optimizer.learning_rate\", \"value\": 1e-7}\n"
                  "{\"id\": \"3\", \"do\": \"pause\"}\n");
        QVERIFY(eventually([&] { return events(folder, "changed").size() == 3; }));
        process.kill();
        process.waitForFinished();
        const auto at = events(folder, "changed").back()["step"].get<std::int64_t>();
        QCOMPARE(run({"resume", text(folder), "--quiet"}).code, 0);
        QCOMPARE(events(folder, "resumed").front()["from_step"].get<std::int64_t>(), at);
        for (const auto& step : events(folder, "step"))
            if (step["step"].get<std::int64_t>() > at) QVERIFY(step["lr"].get<double>() <= 1e-7);

        const auto again = fs::path(m_folder.path().toStdString()) / "again";
        QCOMPARE(run({"train", text(again), "--as", text(folder), "--quiet"}).code, 0);
        QCOMPARE(events(again, "step").back()["loss"].get<double>(),
                 events(folder, "step").back()["loss"].get<double>());
    }

    void aRunOfAnotherProtocolIsRefused()
    {
        const auto folder = fresh("foreign");
        auto started = events(m_whole, "started").front();
        started["protocol"] = 99;
        const auto before = started.dump() + "\n";
        writeText(folder / "events.jsonl", before);
        for (const QStringList& arguments :
             {QStringList{"resume", text(folder), "--quiet"},
              QStringList{"train", text(folder) + "-as", "--as", text(folder), "--quiet"}}) {
            const auto ended = run(arguments);
            QCOMPARE(ended.code, 2);
            QVERIFY2(ended.said.contains("protocol 99"), qPrintable(ended.said));
        }
        QCOMPARE(readText(folder / "events.jsonl"), before);
    }

    void aTornLastLineIsCutOff()
    {
        const auto folder = fresh("torn");
        QProcess process;
        process.start(engine, {"train", text(folder), "--quiet"});
        QVERIFY(eventually([&] { return fs::exists(folder / "checkpoints/step-20/manifest.json"); }));
        process.kill();
        process.waitForFinished();
        std::ofstream(folder / "events.jsonl", std::ios::app) << "{\"event\":\"step\",\"st";
        QCOMPARE(run({"resume", text(folder), "--quiet"}).code, 0);
        QCOMPARE(folded(folder), folded(m_whole));
    }

private:
    // What a resume repeats, at most a checkpoint interval and the steps whose lines had not been written yet.
    static void loseAtMostOneInterval(const fs::path& run)
    {
        std::int64_t reached = 0;
        for (const auto& event : events(run)) {
            if (event["event"] == "step") reached = event["step"].get<std::int64_t>();
            if (event["event"] != "resumed") continue;
            const auto lost = reached - event["from_step"].get<std::int64_t>();
            QVERIFY2(lost <= 10, qPrintable(QString("%1 steps were lost").arg(lost)));
        }
    }
};

QTEST_APPLESS_MAIN(TestCrash)
#include "tst_crash.moc"

// SPDX-License-Identifier: Apache-2.0
#include "enginerun.h"

using namespace enginerun;

// What `data show` and `data batch` say, and what a run says of its split.
class TestDataCommand : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    fs::path m_pack;
    Json asked(const QStringList& arguments) const
    {
        const auto ended = run(QStringList{"data"} + arguments + QStringList{"--json"});
        if (ended.code != 0) return {{"refused", ended.said.toStdString()}};
        return Json::parse(ended.printed.toStdString());
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_pack = fs::path(m_folder.path().toStdString()) / "stripes.pack"; // 0.1 degrees apart at 40 N: 8.5 km
        writeStripes(m_pack);
    }

    void showsTheLeakOfASplit()
    {
        const auto given = asked({"show", text(m_pack)});
        QCOMPARE(given["split"].get<std::string>(), std::string("given"));
        QCOMPARE(given["test"].get<int>(), 64);
        QCOMPARE(given["leak"]["tests"].get<int>(), 64);
        QVERIFY(std::abs(given["leak"]["median_km"].get<double>() - 8.518) < 0.01);
        QCOMPARE(given["leak"]["within"][1]["km"].get<double>(), 10.0);
        QCOMPARE(given["leak"]["within"][1]["share"].get<double>(), 1.0);
        QVERIFY(given["leak"]["same_ground"].is_null()); // the patches' scale is not known
        const auto east = asked({"show", text(m_pack), "--split", "region", "--set", "split.west=28", "--set",
                                 "split.east=32", "--set", "split.north=41"});
        QCOMPARE(east["split"].get<std::string>(), std::string("region"));
        QCOMPARE(east["test"].get<int>(), 40);
        QVERIFY(east["leak"]["median_km"].get<double>() > 150);
        const auto shown = run({"data", "show", text(m_pack)});
        QVERIFY2(
            shown.printed.contains("to the nearest for training: median 8.518 km, 0 % within 1 km, 100 % within 10 km"),
            qPrintable(shown.printed));
        refuses(asked({"show", text(m_pack), "--split", "date"}), "split.name: date needs to know when");
        refuses(asked({"show", text(m_pack), "--split", "blok"}), "did you mean block");
        refuses(asked({"show", text(m_pack), "--set", "splt.west=3"}), "splt");
    }

    void saysWhatBatchesHold()
    {
        const auto all =
            asked({"batch", text(m_pack), "--set", "training.batch=64", "--batches", "4", "--near-km", "10"});
        QCOMPARE(all["batches"].get<int>(), 4);
        QCOMPARE(all["views"].get<int>(), 2);
        QCOMPARE(all["places"].get<double>(), 64.0); // four batches of the 256 patches: each once
        QCOMPARE(all["pairs"].get<int>(), 4 * 64 * 63 / 2);
        QCOMPARE(all["positive_km"]["known"].get<int>(), 256);
        QCOMPARE(all["positive_km"]["most"].get<double>(), 0.0);
        QCOMPARE(all["positive_days"]["known"].get<int>(), 0);
        QCOMPARE(all["negative_km"]["known"].get<int>(), 256);
        QVERIFY(all["near"].get<int>() > 0 && all["near"].get<int>() < 256);
        int patches = 0;
        for (const auto& item : all["classes"]) patches += item["patches"].get<int>();
        QCOMPARE(patches, 256);
        const auto near = asked({"batch", text(m_pack), "--sampler", "neighbours", "--set", "training.batch=64",
                                 "--set", "sampler.radius_km=20"});
        QCOMPARE(near["sampler"]["name"].get<std::string>(), std::string("neighbours"));
        QVERIFY(near["positive_km"]["most"].get<double>() > 8 && near["positive_km"]["most"].get<double>() < 20.01);
        const auto printed = run({"data", "batch", text(m_pack), "--set", "training.batch=64"});
        QVERIFY2(printed.printed.contains("10 batches of 64 patches in 2 views, from 256 training patches"),
                 qPrintable(printed.printed));
        refuses(asked({"batch", text(m_pack), "--set", "training.batch=300"}), "training.batch: a batch of 300");
        refuses(asked({"batch", text(m_pack), "--sampler", "temporal"}), "needs to know when");
    }

    void aRunTellsItsLeakAndItsBank()
    {
        const fs::path root = m_folder.path().toStdString();
        const auto trained = [&](const char* name, const Json& changes) {
            writeText(root / name / "run.json", smallRun(m_pack, changes).dump());
            return run({"train", text(root / name), "--quiet"});
        };
        const Json few = {{"training", {{"subset", 20}, {"steps", 2}}}, {"evaluation", {{"every", 2}}}};
        QCOMPARE(trained("few", few).code, 0);
        const auto started = events(root / "few", "started").at(0);
        QCOMPARE(started["data"]["test"].get<int>(), 64);
        QCOMPARE(started["data"]["train"].get<int>(), 20);
        QVERIFY(std::abs(started["data"]["leak"]["median_km"].get<double>() - 8.518) < 0.01);
        QCOMPARE(events(root / "few", "patches").at(0)["bank"].get<int>(), 20);
        auto all = few;
        all["evaluation"]["bank_from"] = "all";
        QCOMPARE(trained("all", all).code, 0);
        QCOMPARE(events(root / "all", "patches").at(0)["bank"].get<int>(), 80);
        auto fewer = few;
        fewer["training"].update({{"subset", 8}, {"batch", 8}});
        const auto refused = trained("fewer", fewer);
        QCOMPARE(refused.code, 2);
        QVERIFY2(refused.said.contains("40 in the probe set, 8 in the bank"), qPrintable(refused.said));

        auto east = few;
        east["split"] = {{"name", "region"}, {"west", 20}, {"east", 40}, {"south", 30}, {"north", 50}};
        QCOMPARE(trained("east", east).code, 0);
        const auto patches = events(root / "east", "patches").at(0);
        QCOMPARE(patches["of"].get<int>(), 120);
        for (const auto& lon : patches["lon"]) QVERIFY(lon.get<double>() >= 20);
        auto blocked = few;
        blocked["split"] = {{"name", "date"}};
        const auto undated = trained("undated", blocked);
        QCOMPARE(undated.code, 2);
        QVERIFY2(undated.said.contains("of stripes it is not known of 320 of 320 patches"), qPrintable(undated.said));
    }

private:
    static void refuses(const Json& answer, const char* part)
    {
        QVERIFY2(answer.contains("refused") && answer["refused"].get<std::string>().find(part) != std::string::npos,
                 answer.dump().c_str());
    }
};

QTEST_GUILESS_MAIN(TestDataCommand)
#include "tst_datacommand.moc"

// SPDX-License-Identifier: Apache-2.0
#include "enginerun.h"
#include "experiments/objective.h"
#include <nlohmann/json.hpp>

using namespace enginerun;

class BenchTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void timesEachPieceOfWork();
    void takesTurnsWithAPeer();
    void judgesBothLayoutsAlike();
    void comparesEqualWorkOnly();
    void comparesEqualTilesOnly();
    void saysWhenThePeerCannotWork();

private:
    // A peer that answers each round alike.
    QString peer(const QByteArray& round, const QByteArray& ready = {})
    {
        const auto file = QDir(m_folder.path()).filePath("peer");
        QFile script(file);
        if (!script.open(QIODevice::WriteOnly)) qFatal("the peer could not be written");
        script.write("#!/bin/sh\nread -r task\necho \"{\\\"peer\\\": \\\"stand-in 1\\\"" + ready +
                     "}\"\nwhile read -r line; do\n" + round + "\ndone\n");
        script.setPermissions(QFile::ReadOwner | QFile::ExeOwner);
        return file;
    }
    QTemporaryDir m_folder;
};

void BenchTest::timesEachPieceOfWork()
{
    const auto ended = run({"bench", "--quick", "--rounds", "1", "--json"});
    QVERIFY2(ended.code == 0, qPrintable(ended.said));
    const auto all = Json::parse(ended.printed.toStdString());
    QCOMPARE(all["rounds"].get<int>(), 1);
    QVERIFY(!all["device"].get<std::string>().empty());
    QVERIFY(all.contains("libtorch") && all.contains("vector_instructions"));
    std::vector<std::pair<std::string, std::string>> wanted = {{"augment", "pairs/s"},
                                                               {"step", "s/step"},
                                                               {"train", "patches/s"},
                                                               {"tsne", "s"},
                                                               {"data-plain", "records/s"},
                                                               {"data-views", "records/s"},
                                                               {"data-pack", "MB/s"},
                                                               {"data-pack-scene", "MB/s"},
                                                               {"data-step-resnet18", "s/step"},
                                                               {"data-step-smallconv", "s/step"}};
    for (const auto& objective : revisit::objectives())
        if (objective.name != std::string("random"))
            wanted.emplace_back(std::string("objective-") + objective.name, "s/step");
    QCOMPARE(all["benches"].size(), wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const auto& bench = all["benches"][i];
        QCOMPARE(bench["name"].get<std::string>(), wanted[i].first);
        QCOMPARE(bench["unit"].get<std::string>(), wanted[i].second);
        QVERIFY(bench["what"].is_string() && bench["task"].is_object());
        QVERIFY(bench["revisit"]["value"].get<double>() > 0);
        QCOMPARE(bench["revisit"]["rounds"].size(), std::size_t(1));
        QVERIFY(!bench.contains("peer") && !bench.contains("times_as_fast"));
    }
}

void BenchTest::takesTurnsWithAPeer()
{
    // 10, 20, 30, ... pairs/s, the first of which is not counted
    const auto counting = peer("n=$((n + 10)); echo \"{\\\"value\\\": $n}\"");
    const auto ended =
        run({"bench", "augment", "--quick", "--rounds", "3", "--threads", "3", "--json", "--peers", counting});
    QVERIFY2(ended.code == 0, qPrintable(ended.said));
    const auto bench = Json::parse(ended.printed.toStdString())["benches"][0];
    QCOMPARE(bench["peer"]["name"].get<std::string>(), std::string("stand-in 1"));
    QCOMPARE(bench["task"]["threads"].get<int>(), 3);
    QCOMPARE(bench["peer"]["value"].get<double>(), 30.);
    QCOMPARE(bench["peer"]["rounds"], Json({20., 30., 40.}));
    const auto own = bench["revisit"]["rounds"].get<std::vector<double>>();
    auto speeds = bench["times_as_fast"]["rounds"].get<std::vector<double>>();
    for (std::size_t i = 0; i < 3; ++i) QCOMPARE(speeds.at(i), own.at(i) / (20. + 10. * static_cast<double>(i)));
    std::sort(speeds.begin(), speeds.end());
    QCOMPARE(bench["times_as_fast"]["value"].get<double>(), speeds[1]);
}

void BenchTest::judgesBothLayoutsAlike()
{
    // all points in one line, in the order of their clusters
    const auto line = peer("echo \"{\\\"value\\\": 1000, \\\"layout\\\": [$(seq -s , 200)]}\"");
    const auto ended = run({"bench", "tsne", "--quick", "--rounds", "1", "--json", "--peers", line});
    QVERIFY2(ended.code == 0, qPrintable(ended.said));
    const auto bench = Json::parse(ended.printed.toStdString())["benches"][0];
    QVERIFY(bench["times_as_fast"]["value"].get<double>() > 1); // seconds: the fewer the better
    const double own = bench["revisit"]["trustworthiness"].get<double>(),
                 other = bench["peer"]["trustworthiness"].get<double>();
    QVERIFY2(own <= 1 && other >= 0 && other < own, qPrintable(QString("%1 %2").arg(own).arg(other)));
}

void BenchTest::comparesEqualWorkOnly()
{
    const auto steps = readText(REVISIT_SOURCE "/tests/peers/objectives.py");
    for (const auto& objective : revisit::objectives())
        if (objective.name != std::string("random"))
            QVERIFY2(steps.find('"' + std::string(objective.name) + "\": ") != std::string::npos,
                     qPrintable(QString("tests/peers/objectives.py has no step of %1").arg(objective.name)));
    const QByteArray round = "echo '{\"value\": 1e9}'";
    // what the task says of the engine's, told again
    const auto equal = peer(round, ", $(echo \"$task\" | grep -o '\"loss\":[^,]*'), $(echo \"$task\" | grep -o "
                                   "'\"weights\":[^,]*')");
    const auto ended = run({"bench", "objectives", "--quick", "--rounds", "1", "--peers", equal});
    QVERIFY2(ended.code == 0, qPrintable(ended.said));
    QCOMPARE(ended.printed.count("\n  objective-"), qsizetype(revisit::objectives().size() - 1));
    QVERIFY2(ended.printed.contains("ratio"), qPrintable(ended.printed));
    for (const QByteArray other : {"", ", \\\"weights\\\": 7, \\\"loss\\\": 1"}) {
        const auto ends = run({"bench", "objective-simclr", "--quick", "--rounds", "1", "--peers", peer(round, other)});
        QCOMPARE(ends.code, 2);
        QVERIFY2(ends.said.contains("not the same"), qPrintable(ends.said));
    }
}

void BenchTest::comparesEqualTilesOnly()
{
    const QByteArray round = "echo '{\"value\": 1}'";
    const auto other =
        run({"bench", "data-plain", "--quick", "--rounds", "1", "--peers", peer(round, ", \\\"tile\\\": 7")});
    QCOMPARE(other.code, 2);
    QVERIFY2(other.said.contains("not the same work"), qPrintable(other.said));
    // a peer that could not even start is not asked for what it does not do
    const auto alone =
        run({"bench", "data-step-smallconv", "--quick", "--rounds", "1", "--json", "--peers", peer("exit 1")});
    QVERIFY2(alone.code == 0, qPrintable(alone.said));
    const auto bench = Json::parse(alone.printed.toStdString())["benches"][0];
    QVERIFY(!bench.contains("peer") && bench["revisit"]["in_memory"].get<double>() > 0);
}

void BenchTest::saysWhenThePeerCannotWork()
{
    const auto ends = run({"bench", "augment", "--quick", "--rounds", "1", "--peers", peer("exit 1")});
    QCOMPARE(ends.code, 2);
    QVERIFY2(ends.said.contains("tests/peers/setup.sh"), qPrintable(ends.said));
    const auto missing = run({"bench", "augment", "--quick", "--rounds", "1", "--peers", "nowhere/python"});
    QCOMPARE(missing.code, 2);
    QVERIFY2(missing.said.contains("nowhere/python"), qPrintable(missing.said));
    QCOMPARE(run({"bench", "lunch"}).code, 2);
}

QTEST_APPLESS_MAIN(BenchTest)
#include "tst_bench.moc"

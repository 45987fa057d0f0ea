// SPDX-License-Identifier: Apache-2.0
#include "enginerun.h"
#include <nlohmann/json.hpp>

using namespace enginerun;

class BenchTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void timesEachPieceOfWork();
    void takesTurnsWithAPeer();
    void judgesBothLayoutsAlike();
    void saysWhenThePeerCannotWork();

private:
    // A peer that answers each round alike.
    QString peer(const QByteArray& round)
    {
        const auto file = QDir(m_folder.path()).filePath("peer");
        QFile script(file);
        if (!script.open(QIODevice::WriteOnly)) qFatal("the peer could not be written");
        script.write("#!/bin/sh\nread -r task\necho '{\"peer\": \"stand-in 1\"}'\nwhile read -r line; do\n" + round +
                     "\ndone\n");
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
    const std::vector<std::pair<std::string, std::string>> wanted = {
        {"augment", "pairs/s"}, {"step", "s/step"}, {"train", "patches/s"}, {"tsne", "s"}};
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
    const auto ended = run({"bench", "augment", "--quick", "--rounds", "3", "--json", "--peers", counting});
    QVERIFY2(ended.code == 0, qPrintable(ended.said));
    const auto bench = Json::parse(ended.printed.toStdString())["benches"][0];
    QCOMPARE(bench["peer"]["name"].get<std::string>(), std::string("stand-in 1"));
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

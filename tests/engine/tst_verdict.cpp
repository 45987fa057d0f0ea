// SPDX-License-Identifier: Apache-2.0
#include "enginerun.h"
#include "experiments/verdict.h"

using namespace enginerun;
using revisit::Experiment;
using revisit::Judge;

namespace {

Json healthy()
{
    return {{"std", 0.75},
            {"rank_relative", 0.8},
            {"std_projection", 0.9},
            {"deviation_projection", 0.8},
            {"rank_projection_relative", 0.9}};
}

} // namespace

class TestVerdict : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tellsWhatIsWrongAndWhatCuresIt_data()
    {
        QTest::addColumn<QString>("objective");
        QTest::addColumn<QString>("metrics");
        QTest::addColumn<QString>("terms");
        QTest::addColumn<double>("loss");
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("says");
        QTest::addColumn<QString>("fix");
        const auto row = [](const char* name, const char* objective, const char* metrics, const char* terms,
                            double loss, const char* kind, const char* says, const char* fix) {
            QTest::newRow(name) << objective << metrics << terms << loss << kind << says << fix;
        };
        row("healthy", R"({"name": "byol"})", "{}", "{}", 0.5, "healthy", "", "null");
        row("a collapsed loss alone is no collapse", R"({"name": "simsiam", "stop_gradient": false})", "{}", "{}", -1,
            "healthy", "", "null");
        row("dimensional", R"({"name": "simsiam", "stop_gradient": false})", R"({"rank_projection_relative": 0.08})",
            "{}", -0.98, "dimensional", "8 % are left", R"({"key":"objective.stop_gradient","value":true})");
        row("complete", R"({"name": "vicreg", "variance": 0})", R"({"std_projection": 0.05})", "{}", 0.01, "complete",
            "nearly the same", R"({"key":"objective.variance","value":25.0})");
        row("shrunk to a point", R"({"name": "lejepa", "lambda": 0})", R"({"deviation_projection": 0.01})", "{}", 0.01,
            "complete", "deviation is 0.01", R"({"key":"objective.lambda","value":0.05})");
        row("features in common", R"({"name": "mae"})", R"({"std_projection": null, "std": 0.2})", "{}", 0.5, "healthy",
            "", "null");
        row("features alike", R"({"name": "mae"})",
            R"({"std_projection": null, "deviation_projection": null, "std": 0.05})", "{}", 0.5, "complete",
            "Their spread is 0.05, where 1 is even. No setting", "null");
        row("a length that does not matter", R"({"name": "moco"})", R"({"deviation_projection": 0.01})", "{}", 1,
            "healthy", "", "null");
        row("uniform", R"({"name": "dino", "teacher_temperature": 0.2})", "{}",
            R"({"teacher_entropy": 6.93, "output_entropy": 6.93})", 6.93, "uniform", "every output as likely",
            R"({"key":"objective.teacher_temperature","value":0.04})");
        row("one-hot", R"({"name": "dino", "centring": false})", "{}",
            R"({"teacher_entropy": 0.01, "output_entropy": 0.2})", 0.1, "one-hot", "about 1.2 outputs",
            R"({"key":"objective.centring","value":true})");
        row("diverging", R"({"name": "vicreg"})", "{}", "{}", 1e6, "diverging", "grows instead of falling", "null");
        row("no setting to blame", R"({"name": "simclr"})", R"({"rank_projection_relative": 0.1})", "{}", 1,
            "dimensional", "No setting of the objective explains it", "null");
    }
    void tellsWhatIsWrongAndWhatCuresIt()
    {
        QFETCH(QString, objective);
        QFETCH(QString, metrics);
        QFETCH(QString, terms);
        QFETCH(double, loss);
        QFETCH(QString, kind);
        QFETCH(QString, says);
        QFETCH(QString, fix);
        const Experiment experiment({{"objective", Json::parse(objective.toStdString())}});
        Judge judge(experiment, 10);
        judge.hear(4, Json::object());
        for (int step = 0; step < 100; ++step) judge.hear(loss, Json::parse(terms.toStdString()));
        auto seen = healthy();
        seen.merge_patch(Json::parse(metrics.toStdString()));
        const auto verdict = judge.judged(seen);
        QCOMPARE(QString::fromStdString(verdict.kind), kind);
        QVERIFY2(QString::fromStdString(verdict.message).contains(says), verdict.message.c_str());
        QCOMPARE(QString::fromStdString(verdict.fix.dump()), fix);
        QCOMPARE(verdict.evidence.empty(), kind == "healthy");
    }

    void aRateFarTooHighIsBlamed()
    {
        Experiment experiment({{"optimizer", {{"learning_rate", 6}}}});
        Judge judge(experiment, 10);
        auto seen = healthy();
        seen["rank_projection_relative"] = 0.1;
        QVERIFY(judge.judged(seen).kind.empty()); // too early to say
        for (int step = 0; step < 50; ++step) judge.hear(4, Json::object());
        QCOMPARE(judge.judged(seen).fix["key"].get<std::string>(), std::string("optimizer.learning_rate"));
    }

    void kNNIsNamedBesideTheUntrainedNetworks()
    {
        const Experiment experiment({{"objective", {{"name", "simsiam"}}}});
        auto seen = healthy();
        seen["rank_projection_relative"] = 0.1;
        seen["knn"] = 0.231;
        Judge first(experiment, 10);
        first.begin({{"knn", 0.474}});
        for (int step = 0; step < 50; ++step) first.hear(-0.9, Json::object());
        Judge judge(experiment, 10);
        judge.remember(first.memory());
        const auto verdict = judge.judged(seen);
        QVERIFY2(QString::fromStdString(verdict.message).contains("kNN is at 23 %, an untrained network's at 47 %."),
                 verdict.message.c_str());
        QCOMPARE(verdict.evidence["knn_untrained"].get<double>(), 0.474);
        seen.erase("knn"); // no labels
        QVERIFY(!QString::fromStdString(judge.judged(seen).message).contains("kNN"));
    }

    void anotherLossIsNoRise()
    {
        const Experiment experiment({{"objective", {{"name", "vicreg"}}}});
        Judge judge(experiment, 10);
        for (int step = 0; step < 60; ++step) judge.hear(1.8, Json::object());
        judge.forget(); // a weight was changed while it trained
        for (int step = 0; step < 10; ++step) judge.hear(31, Json::object());
        QCOMPARE(judge.judged(healthy()).kind, std::string("healthy"));
    }

    void fewOutputsThatAreAllUsedAreNoCollapse()
    {
        const Experiment experiment({{"objective", {{"name", "swav"}, {"prototypes", 5}}}});
        Judge judge(experiment, 10);
        for (int step = 0; step < 60; ++step) judge.hear(1, {{"output_entropy", std::log(5.0)}});
        QCOMPARE(judge.judged(healthy()).kind, std::string("healthy"));
    }

    void isToldOnceAndAgainAfterItWasWell()
    {
        const Experiment experiment;
        Judge judge(experiment, 10), later(experiment, 10);
        QVERIFY(!judge.isNews("healthy"));
        QVERIFY(judge.isNews("dimensional"));
        QVERIFY(!judge.isNews("dimensional"));
        later.remember(judge.memory());
        QVERIFY(!later.isNews("dimensional"));
        QVERIFY(judge.isNews("complete"));
        judge.isNews("healthy");
        QVERIFY(judge.isNews("complete"));
    }

    void aRunWarnsWithEvidenceAndCure()
    {
        const QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        writeStripes(root / "stripes.pack");
        writeText(
            root / "run/run.json",
            smallRun(root / "stripes.pack",
                     {{"objective", {{"name", "byol"}, {"predictor", 0}, {"momentum", 0}, {"momentum_rises", false}}},
                      {"training", {{"steps", 120}}},
                      {"evaluation", {{"every", 40}, {"layout", "pca"}}}})
                .dump());
        const auto ended = run({"train", QString::fromStdString((root / "run").string()), "--quiet"});
        QVERIFY2(ended.code == 0, qPrintable(ended.said));
        const auto warnings = events(root / "run", "warning");
        QCOMPARE(warnings.size(), 1u);
        QCOMPARE(warnings[0]["code"].get<std::string>(), std::string("collapse"));
        QCOMPARE(warnings[0]["fix"]["key"].get<std::string>(), std::string("objective.predictor"));
        QVERIFY(!warnings[0]["evidence"].empty());
        const auto last = events(root / "run", "probe").back();
        QCOMPARE(last["verdict"], warnings[0]["kind"]);
        QVERIFY(!events(root / "run", "probe").front().contains("verdict")); // untrained
    }
};

QTEST_GUILESS_MAIN(TestVerdict)
#include "tst_verdict.moc"

// SPDX-License-Identifier: Apache-2.0
#include "experiments/experiment.h"
#include <QtTest/QtTest>

using namespace revisit;

namespace {

QString complaint(const char* run)
{
    try {
        Experiment experiment(Json::parse(run));
    } catch (const Error& error) {
        return QString(error.what()) + " @" + error.key().c_str();
    }
    return {};
}

} // namespace

class TestExperiment : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void refusesWithThePathAndTheNearestName_data()
    {
        QTest::addColumn<QString>("run");
        QTest::addColumn<QString>("says");
        QTest::newRow("parameter") << R"({"objective": {"name": "vicreg", "varience": 0}})"
                                   << "objective.varience: unknown parameter of vicreg, did you mean variance?";
        QTest::newRow("section") << R"({"objektive": {}})"
                                 << "objektive: unknown parameter of run.json, did you mean objective?";
        QTest::newRow("component") << R"({"objective": {"name": "simclrr"}})"
                                   << "did you mean simclr?";
        QTest::newRow("augmentation") << R"({"augmentations": {"blurr": {}}})"
                                      << "did you mean blur?";
        QTest::newRow("augmentation's parameter") << R"({"augmentations": {"blur": {"probabilty": 1}}})"
                                                  << "did you mean probability?";
        QTest::newRow("range") << R"({"objective": {"temperature": 0}})"
                               << "objective.temperature: 0 is outside 0.01 to 10";
        QTest::newRow("huge batch") << R"({"training": {"batch": 1000000000}})"
                                    << "training.batch: 1000000000 is outside 2 to 65536 patches";
        QTest::newRow("wrong type") << R"({"training": {"batch": "many"}})"
                                    << "training.batch: \"many\" is not a whole number";
        QTest::newRow("section that is no object") << R"({"training": 5})"
                                                   << "training: should be an object";
        QTest::newRow("choice") << R"({"schedule": {"shape": "cosin"}})"
                                << "did you mean cosine?";
    }
    void refusesWithThePathAndTheNearestName()
    {
        QFETCH(QString, run);
        QFETCH(QString, says);
        const auto said = complaint(qPrintable(run));
        QVERIFY2(said.contains(says), qPrintable(said));
    }

    void repeatsItselfFromItsValues()
    {
        Experiment experiment(Json::parse(
            R"({"name": "n", "seed": 7, "objective": {"name": "vicreg", "variance": 0}, "augmentations": {"blur": {"probability": 0.5}}})"));
        const auto values = experiment.values();
        QCOMPARE(Experiment(values).values().dump(), values.dump());
        QCOMPARE(values["objective"]["variance"].get<double>(), 0.0);
        QCOMPARE(values["augmentations"]["blur"]["probability"].get<double>(), 0.5);
        QCOMPARE(values["seed"].get<int>(), 7);
    }

    void whatCannotBeBuiltIsNamed_data()
    {
        QTest::addColumn<QString>("run");
        QTest::addColumn<QString>("key");
        QTest::newRow("nothing to learn") << R"({"objective": {"projector": []}, "backbone": {"name": "statistics"}})"
                                          << "objective.projector";
        QTest::newRow("small local views")
            << R"({"objective": {"name": "dino"}, "backbone": {"name": "convnextv2", "small_stem": false}})"
            << "objective.local_px";
        QTest::newRow("small pieces")
            << R"({"objective": {"name": "position"}, "backbone": {"name": "convnextv2", "small_stem": false}})"
            << "training.input_px";
        QTest::newRow("local areas") << R"({"objective": {"name": "swav", "local_min_area": 0.9}})"
                                     << "objective.local_min_area";
        QTest::newRow("a single cell")
            << R"({"objective": {"name": "fcmae"}, "backbone": {"name": "convnextv2", "small_stem": false}})"
            << "training.input_px";
        QTest::newRow("masks without cells") << R"({"objective": {"name": "mae"}})"
                                             << "backbone.name";
    }
    void whatCannotBeBuiltIsNamed()
    {
        QFETCH(QString, run);
        QFETCH(QString, key);
        const Experiment experiment(Json::parse(run.toStdString()));
        Networks networks;
        try {
            experiment.assemble(networks, 3, 32, 10);
            QFAIL("was built");
        } catch (const Error& error) {
            QCOMPARE(QString::fromStdString(error.key()), key);
        }
    }

    void tooFewPatchesAreNamed()
    {
        Experiment experiment(Json{{"training", {{"batch", 8}}}});
        experiment.requirePatches(8);
        for (const auto& [there, key] : {std::pair(7, "training.batch"), std::pair(1, "dataset.path")}) {
            try {
                experiment.requirePatches(there);
                QFAIL("was accepted");
            } catch (const Error& error) {
                QCOMPARE(error.key(), std::string(key));
            }
        }
        Experiment small(Json{{"training", {{"batch", 8}, {"subset", 5}}}});
        small.requirePatches(10); // looks at five places
        QVERIFY_THROWS_EXCEPTION(Error, small.requirePatches(7));
    }

    void describesEveryComponentWithHelp()
    {
        const auto all = describe();
        QCOMPARE(all["protocol"].get<int>(), 1);
        for (const auto& section : all["sections"]) {
            QVERIFY(!section["components"].empty());
            for (const auto& component : section["components"]) {
                const auto name = component["name"].get<std::string>();
                if (section["kind"] != "fixed")
                    QVERIFY2(!component["summary"].get<std::string>().empty() &&
                                 !component["reference"].get<std::string>().empty(),
                             name.c_str());
                for (const auto& param : component["params"]) {
                    QVERIFY2(param["help"].get<std::string>().size() > 10,
                             (name + "." + param["name"].get<std::string>()).c_str());
                    const auto type = param["type"];
                    if (type == "number" || type == "integer")
                        QVERIFY2(param.contains("min") && param.contains("max"),
                                 (name + "." + param["name"].get<std::string>()).c_str());
                }
            }
        }
    }

    void takesItsOwnDefaultsBack()
    {
        for (const auto& section : describe()["sections"])
            for (const auto& component : section["components"]) {
                Json values = Json::object();
                for (const auto& param : component["params"])
                    values[param["name"].get<std::string>()] = param["default"];
                Json run;
                if (section["kind"] == "chain")
                    run[section["key"].get<std::string>()][component["name"].get<std::string>()] = values;
                else if (section["kind"] == "fixed")
                    run[section["key"].get<std::string>()] = values;
                else {
                    values["name"] = component["name"];
                    run[section["key"].get<std::string>()] = values;
                }
                Experiment experiment(run);
            }
    }
};

QTEST_APPLESS_MAIN(TestExperiment)
#include "tst_experiment.moc"

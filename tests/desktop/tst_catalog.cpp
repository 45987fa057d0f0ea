// SPDX-License-Identifier: GPL-3.0-or-later
#include "describefixture.h"
#include "draft.h"

#include <QtTest/QtTest>

class TestCatalog : public QObject {
    Q_OBJECT
    std::shared_ptr<const Catalog> m_catalog;

private Q_SLOTS:
    void init()
    {
        QLocale::setDefault(QLocale::c());
        QString error;
        m_catalog = Catalog::parse(describeFixture(), &error);
        QVERIFY2(m_catalog, qPrintable(error));
    }

    void keepsTheEnginesOrderAndKeys()
    {
        QStringList keys;
        for (const Field& field : m_catalog->fields()) keys << field.key;
        QCOMPARE(keys.mid(0, 6), (QStringList{"name", "seed", "dataset.path", "dataset.size_px",
                                              "augmentations.crop.probability", "augmentations.flip.probability"}));
        QVERIFY(keys.contains("objective.temperature") && keys.contains("objective.variance") &&
                keys.contains("training.steps"));
    }

    void saysValuesAsPeopleReadThem()
    {
        const Field* size = Draft(m_catalog).fieldOf("dataset.size_px");
        QVERIFY(size);
        QCOMPARE(size->param->label(), QString("Size"));
        QCOMPARE(size->param->shownWithUnit(0), QString("automatic"));
        QCOMPARE(size->param->shownWithUnit(32), QString("32") + QChar(QChar::Nbsp) + "px");
        const Field* projector = Draft(m_catalog).fieldOf("objective.projector");
        QCOMPARE(projector->param->shown(QJsonArray{2048, 64}), QString("2048, 64"));
        const Field* steps = Draft(m_catalog).fieldOf("training.steps");
        QCOMPARE(steps->param->named(20), QString("20") + QChar(QChar::Nbsp) + "steps");
    }

    void refusesAnotherProtocolWithASentence()
    {
        QJsonObject other = describeFixture();
        other["protocol"] = 7;
        QString error;
        QVERIFY(!Catalog::parse(other, &error));
        QVERIFY2(error.contains("protocol 7"), qPrintable(error));
        QVERIFY(!Catalog::parse({}, &error));
        QVERIFY(!Catalog::parse({{"protocol", 1}, {"sections", "none"}}, &error));
    }

    void writesDifferencesOnly()
    {
        Draft draft(m_catalog);
        QCOMPARE(draft.config(), QJsonObject());
        QVERIFY(draft.set("objective.temperature", 0.1));
        QVERIFY(draft.set("augmentations.flip.probability", 0));
        QVERIFY(draft.set("seed", 3));
        QVERIFY(draft.set("training.steps", 1500)); // the default
        QVERIFY(!draft.set("objective.tempature", 1));
        QCOMPARE(draft.config(),
                 (QJsonObject{{"seed", 3},
                              {"objective", QJsonObject{{"name", "simclr"}, {"temperature", 0.1}}},
                              {"augmentations", QJsonObject{{"flip", QJsonObject{{"probability", 0}}}}}}));
    }

    void keepsTheValuesOfWhatIsNotChosen()
    {
        Draft draft(m_catalog);
        draft.set("objective.temperature", 0.1);
        draft.setComponent("objective", "vicreg");
        QCOMPARE(draft.config(), (QJsonObject{{"objective", QJsonObject{{"name", "vicreg"}}}}));
        QVERIFY(!draft.fieldOf("objective.temperature"));
        draft.setComponent("objective", "simclr");
        QCOMPARE(draft.value(*draft.fieldOf("objective.temperature")).toDouble(), 0.1);
    }

    void readsBackWhatItWrote()
    {
        Draft draft(m_catalog);
        draft.set("dataset", "planet");
        draft.set("objective", "vicreg");
        draft.set("objective.variance", 0);
        draft.set("augmentations.crop.probability", 0.25);
        draft.set("training.layout", "pca");
        QStringList unknown;
        QCOMPARE(Draft::fromConfig(m_catalog, draft.config(), &unknown), draft);
        QVERIFY(unknown.isEmpty());
    }

    void namesTheKeysItDoesNotKnow()
    {
        QStringList unknown;
        const QJsonObject config{
            {"objective", QJsonObject{{"name", "simclr"}, {"tempature", 1}}}, {"sedd", 1}, {"training", 3}};
        const Draft draft = Draft::fromConfig(m_catalog, config, &unknown);
        QCOMPARE(unknown, (QStringList{"objective.tempature", "sedd", "training"}));
        QCOMPARE(draft, Draft(m_catalog));
    }

    void countsChangesAgainstTheBaseline()
    {
        Draft baseline(m_catalog), draft(m_catalog);
        baseline.set("objective.temperature", 0.2);
        draft.set("name", "only a name");
        QCOMPARE(draft.changesFrom(baseline).size(), 1);
        QCOMPARE(draft.changesFrom(baseline)[0].was, QString("0.2"));
        draft.set("objective", "vicreg");
        const QVector<DraftChange> changes = draft.changesFrom(baseline);
        QCOMPARE(changes.size(), 1); // the other objective's values were not changed by anyone
        QCOMPARE(changes[0].now, QString("VICReg"));
        QCOMPARE(changes[0].was, QString("SimCLR"));
        draft.set("augmentations.flip.probability", 0);
        QCOMPARE(draft.changesFrom(baseline)[1].label, QString::fromUtf8("Flip – probability"));
    }
};

QTEST_GUILESS_MAIN(TestCatalog)
#include "tst_catalog.moc"

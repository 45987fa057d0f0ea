// SPDX-License-Identifier: GPL-3.0-or-later
#include "describefixture.h"
#include "disclosure.h"
#include "experimentscreen.h"
#include "paramform.h"
#include "runform.h"
#include "target.h"
#include "valuespin.h"

#include <QtTest/QtTest>

class TestParamForm : public QObject {
    Q_OBJECT
    std::unique_ptr<RunForm> m_form;

    FieldRow* row(const QString& key) const { return m_form->findChild<FieldRow*>(key); }
    /// What run.json would say.
    QJsonValue set(const QString& section, const QString& name) const
    {
        return m_form->draft().config()[section].toObject()[name];
    }
    template <typename Editor> Editor* editor(const QString& key) const
    {
        return qobject_cast<Editor*>(row(key)->editor()->field());
    }

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QSettings().clear();
        QLocale::setDefault(QLocale::c());
    }

    void init()
    {
        QString error;
        m_form = std::make_unique<RunForm>();
        m_form->setCatalog(Catalog::parse(describeFixture(), &error));
        m_form->resize(700, 900);
        m_form->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_form.get()));
    }
    void cleanup() { m_form.reset(); }

    void makesAnEditorForEachType()
    {
        QVERIFY(editor<QLineEdit>("dataset.path"));
        QVERIFY(editor<ValueSpin>("objective.temperature"));
        QVERIFY(editor<QLineEdit>("objective.projector"));
        QVERIFY(editor<QCheckBox>("augmentations.flip.both"));
        QVERIFY(editor<QComboBox>("training.layout"));
        QVERIFY(editor<QComboBox>("objective"));
        QVERIFY(!row("name")); // has its own place in the screen
    }

    void typingChangesTheDraftAndMarksTheField()
    {
        auto* spin = editor<ValueSpin>("objective.temperature");
        QVERIFY(!row("objective.temperature")->isChanged());
        spin->setFocus();
        spin->selectAll();
        QTest::keyClicks(spin, "0.1");
        QCOMPARE(set("objective", "temperature").toDouble(), 0.1);
        QVERIFY(row("objective.temperature")->isChanged());
        auto* reset = row("objective.temperature")->findChild<QToolButton*>();
        QCOMPARE(reset->text(), QString("was 0.5"));
        QCOMPARE(spin->text(), QString("0.1")); // what is typed is left alone
        QTest::mouseClick(reset, Qt::LeftButton);
        QCOMPARE(m_form->draft().config(), QJsonObject());
    }

    void undoesFieldByField()
    {
        auto* spin = editor<ValueSpin>("objective.temperature");
        spin->setFocus();
        spin->selectAll();
        QTest::keyClicks(spin, "0.25"); // four keys, one step
        editor<QComboBox>("objective")->setCurrentIndex(1);
        QCOMPARE(m_form->undoStack()->count(), 2);
        QVERIFY(row("objective.variance")->isVisible());
        QVERIFY(!row("objective.temperature")->isVisible());
        m_form->undoStack()->undo();
        QCOMPARE(editor<QComboBox>("objective")->currentIndex(), 0);
        QCOMPARE(spin->value(), 0.25);
        m_form->undoStack()->undo();
        QCOMPARE(spin->value(), 0.5);
        m_form->undoStack()->redo();
        QCOMPARE(set("objective", "temperature").toDouble(), 0.25);
    }

    void stepsByDecadesAndBelowThemToAutomatic()
    {
        auto* spin = editor<ValueSpin>("objective.temperature");
        spin->setValue(0.5);
        spin->stepBy(1);
        QCOMPARE(spin->value(), 1.0);
        spin->stepBy(-3);
        QCOMPARE(spin->value(), 0.1);
        auto* size = editor<ValueSpin>("dataset.size_px");
        QCOMPARE(size->text(), QString("automatic"));
        size->stepBy(1);
        QCOMPARE(size->value(), 8.0);
        size->stepBy(-1);
        QCOMPARE(size->text(), QString("automatic"));
        size->setFocus();
        size->selectAll();
        QTest::keyClicks(size, "32");
        QCOMPARE(set("dataset", "size_px").toInt(), 32);
        QVERIFY(set("dataset", "size_px").toInteger() == 32);
    }

    void readsListsOfIntegers()
    {
        auto* line = editor<QLineEdit>("objective.projector");
        line->setText("512, 512 64");
        QCOMPARE(set("objective", "projector").toArray(), (QJsonArray{512, 512, 64}));
    }

    void showsProblemsAtTheirFieldsAndCuresThem()
    {
        m_form->setProblems({{"warning", "training.batch", "training.batch: too few to compare", "training.batch", 256},
                             {"error", "objective.variance", "not shown: another objective is chosen", {}, {}}});
        m_form->reveal("training.batch");
        auto* fix = row("training.batch")->findChild<QPushButton*>();
        QTRY_VERIFY(fix->isVisible());
        QCOMPARE(fix->text(), QString("Use 256"));
        QTest::mouseClick(fix, Qt::LeftButton);
        QCOMPARE(set("training", "batch").toInt(), 256);
        m_form->setProblems({});
        QVERIFY(!fix->isVisible());
    }

    void switchesAStepOfTheChainOffAndBack()
    {
        const auto* fold =
            qobject_cast<Disclosure*>(row("augmentations.flip.probability")->parentWidget()->parentWidget());
        QVERIFY(fold);
        auto* box = fold->findChild<QCheckBox*>({}, Qt::FindDirectChildrenOnly);
        m_form->set("augmentations.flip.probability", 0.75);
        QVERIFY(box->isChecked());
        box->click();
        QCOMPARE(set("augmentations", "flip"), QJsonValue(QJsonObject{{"probability", 0}}));
        box->click();
        QCOMPARE(set("augmentations", "flip"), QJsonValue(QJsonObject{{"probability", 0.75}}));
        m_form->undoStack()->undo();
        QVERIFY(!box->isChecked());
    }

    void findsFieldsInClosedGroupsAndLeavesThemClosed()
    {
        QList<Disclosure*> open, closed;
        for (Disclosure* fold : m_form->findChildren<Disclosure*>()) (fold->isOpen() ? open : closed) << fold;
        QVERIFY(!closed.isEmpty());
        QVERIFY(!row("training.threads")->isVisible());
        m_form->search("cores");
        QVERIFY(row("training.threads")->isVisible());
        QVERIFY(!row("objective")->isVisible());
        m_form->search({});
        QVERIFY(!row("training.threads")->isVisible());
        for (Disclosure* fold : closed) QVERIFY(!fold->isOpen());
        for (Disclosure* fold : open) QVERIFY(fold->isOpen());
    }

    void findsComponentsByTheirTitles()
    {
        m_form->search("vicreg"); // not chosen at the moment
        QVERIFY(row("objective")->isVisible());
        QVERIFY(!row("objective.temperature")->isVisible());
        m_form->search("blue marble");
        QVERIFY(row("dataset")->isVisible());
        QVERIFY(!row("objective")->isVisible());
        m_form->search("simclr"); // chosen: its fields too
        QVERIFY(row("objective")->isVisible() && row("objective.temperature")->isVisible());
        m_form->search({});
        QString error; // an augmentation whose title is not its name
        const QByteArray json = QJsonDocument(describeFixture()).toJson().replace("\"Flip\"", "\"Mirrored views\"");
        m_form->setCatalog(Catalog::parse(QJsonDocument::fromJson(json).object(), &error));
        m_form->search("mirrored");
        QTRY_VERIFY(row("augmentations.flip.probability")->isVisible());
        QVERIFY(!row("augmentations.crop.probability")->isVisible());
    }

    void saysThatNothingIsFound()
    {
        auto* nothing = m_form->findChild<NothingFound*>();
        QVERIFY(!nothing->isVisible());
        m_form->search("no such thing");
        QVERIFY(nothing->isVisible());
        QCOMPARE(nothing->findChild<QLabel*>()->text(), QString("Nothing is called “no such thing”."));
        QSignalSpy clear(m_form.get(), &RunForm::clearSearchAsked);
        QTest::mouseClick(nothing->findChild<QPushButton*>(), Qt::LeftButton);
        QCOMPARE(clear.size(), 1);
        m_form->search({});
        QVERIFY(!nothing->isVisible() && row("objective")->isVisible());
    }

    void explainsWhatIsOpenedAndWhatIsSwitchedOn()
    {
        QSignalSpy spy(m_form.get(), &RunForm::explained);
        Draft other(m_form->draft().catalog());
        other.setComponent("objective", "vicreg");
        m_form->setDraft(other, "Open");
        QCOMPARE(spy.last()[0].toString(), QString("VICReg"));
        const auto* fold =
            qobject_cast<Disclosure*>(row("augmentations.flip.probability")->parentWidget()->parentWidget());
        fold->findChild<QCheckBox*>({}, Qt::FindDirectChildrenOnly)->click();
        QCOMPARE(spy.last()[0].toString(), QString("Flip"));
        QVERIFY(spy.last()[1].toString().contains("Flips."));
        m_form->undoStack()->undo();
        m_form->undoStack()->undo();
        m_form->activateWindow();
        editor<ValueSpin>("objective.temperature")->setFocus();
        QTRY_COMPARE(spy.last()[0].toString(), QString("Temperature"));
        QVERIFY(!spy.last()[2].toString().contains("while a run trains")); // nothing here can change it then
        m_form->setDraft(other, "Open");                                   // where there is no temperature
        QCOMPARE(spy.last()[0].toString(), QString("VICReg"));
    }

    void keepsWhatItIsComparedWith()
    {
        Target target("no-engine");
        ExperimentScreen screen(&target);
        QString error;
        screen.setCatalog(Catalog::parse(describeFixture(), &error));
        const NamedConfig lab{"Lab", {{"seed", 2}}}, file{"run.json", {{"objective", QJsonObject{{"name", "vicreg"}}}}};
        screen.setBaselines({lab});
        screen.open(file);
        QCOMPARE(screen.baseline(), file);
        screen.setBaselines({lab}); // as whenever a run has news
        QCOMPARE(screen.baseline(), file);
        const NamedConfig another{"run.json", {{"seed", 3}}}; // of another folder
        screen.open(another);
        screen.setBaselines({lab});
        QCOMPARE(screen.baseline(), another);
        screen.setCatalog(Catalog::parse(describeFixture(), &error)); // the engine was started again
        QCOMPARE(screen.baseline(), another);
        screen.restore({}, {"the engine's defaults", {}});
        screen.setBaselines({lab});
        QCOMPARE(screen.baseline(), (NamedConfig{"the engine's defaults", {}}));
    }

    void explainsWhatHasTheFocus()
    {
        QSignalSpy spy(m_form.get(), &RunForm::explained);
        m_form->activateWindow();
        editor<ValueSpin>("objective.temperature")->setFocus();
        QTRY_VERIFY(!spy.isEmpty());
        QCOMPARE(spy.last()[0].toString(), QString("Temperature"));
        QVERIFY(spy.last()[1].toString().contains("How sharp."));
        QVERIFY(spy.last()[2].toString().contains("objective.temperature"));
    }

    void doesNotTurnByTheWheelOfAScroll()
    {
        auto* spin = editor<ValueSpin>("objective.temperature");
        m_form->setFocus();
        spin->clearFocus();
        QWheelEvent wheel(QPointF(5, 5), spin->mapToGlobal(QPointF(5, 5)), {}, {0, 120}, Qt::NoButton, Qt::NoModifier,
                          Qt::NoScrollPhase, false);
        QApplication::sendEvent(spin, &wheel);
        QCOMPARE(spin->value(), 0.5);
    }
};

QTEST_MAIN(TestParamForm)
#include "tst_paramform.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "architectureview.h"
#include "disclosure.h"
#include "experimentscreen.h"
#include "labels.h"
#include "networkpanel.h"
#include "shots.h"
#include "target.h"

#include <QAccessible>
#include <QtTest/QtTest>

/// The experiment form with the real engine: what it shows of the networks that are being put together.
class TestArchitecture : public QObject {
    Q_OBJECT
    std::unique_ptr<Target> m_target;
    std::unique_ptr<ExperimentScreen> m_screen;

    ArchitectureView* view() const { return m_screen->findChild<ArchitectureView*>(); }
    bool says(const QString& sentence) const
    {
        for (auto* label : m_screen->findChildren<QLabel*>())
            if (label->isVisible() && label->text().contains(sentence)) return true;
        return false;
    }
    /// Scrolls to the sketch.
    void look() const
    {
        m_screen->form()->ensureWidgetVisible(m_screen->findChild<NetworkPanel*>(), 0, 0);
        QTest::qWait(20);
    }

private Q_SLOTS:
    void initTestCase()
    {
        beginScreens();
        const QString engine = builtEngine();
        if (engine.isEmpty()) QSKIP("revisit-engine is not built");
        m_target = std::make_unique<Target>(engine);
        m_target->start();
    }
    void init()
    {
        m_screen = std::make_unique<ExperimentScreen>(m_target.get());
        m_screen->resize(1200, 640); // what a window of 1280 x 720 leaves
        bool described = false;
        m_target->ask("describe", {}, this, [&](const Target::Reply& reply) {
            QString error;
            m_screen->setCatalog(Catalog::parse(reply.answer, &error));
            described = true;
        });
        QTRY_VERIFY(described);
        m_screen->show();
        QTRY_VERIFY(!view()->stages().isEmpty());
    }
    void cleanup() { m_screen.reset(); }

    void sketchesWhatTheEngineSays()
    {
        QCOMPARE(view()->stages().size(), 5);
        QCOMPARE(view()->stages()[0].what, QString("conv 3x3"));
        QCOMPARE(view()->stages()[0].receptive, 3);
        QVERIFY(view()->sentence().contains("conv 3x3, 32 channels, map of 16 x 16, sees 3 pixels"));
        QCOMPARE(QAccessible::queryAccessibleInterface(view())->text(QAccessible::Name), view()->sentence());
        QVERIFY(says("parameters, 389 k of them in the backbone"));
        QVERIFY(says("the last map's elements see 31 of 32 px"));
        look();
        shoot(m_screen.get(), "sketch-smallconv", 600);
    }

    void followsTheForm()
    {
        QVERIFY(m_screen->set("backbone.layers", 3));
        QTRY_COMPARE(view()->stages().size(), 4);
        QVERIFY(m_screen->set("objective", "byol"));
        QTRY_VERIFY(view()->sentence().contains("predictor, 66176 parameters"));
        QVERIFY(view()->sentence().contains("Teacher: a slow copy"));
        QVERIFY(!says("features are read from the teacher"));
        QVERIFY(m_screen->set("objective", "dino"));
        QTRY_VERIFY(says("features are read from the teacher"));
        for (const char* name : {"resnet18", "convnextv2", "vit", "statistics"}) {
            QVERIFY(m_screen->set("backbone", name));
            const QString before = view()->sentence();
            QTRY_VERIFY(view()->sentence() != before || !m_screen->canTrain());
            QTRY_VERIFY(view()->height() >= view()->heightForWidth(view()->width()));
            look();
            shoot(m_screen.get(), QStringLiteral("sketch-dino-%1").arg(name), 600);
        }
    }

    void saysAtTheFieldWhatDoesNotGoTogether()
    {
        QVERIFY(m_screen->set("objective", "mae"));
        auto* row = m_screen->form()->findChild<FieldRow*>("backbone");
        auto* problem = row->findChild<MoodLabel*>();
        QTRY_VERIFY(problem->isVisible());
        QVERIFY(!m_screen->canTrain());
        QVERIFY(says("A masked objective needs an architecture"));
        QVERIFY(!view()->isVisible());
        m_screen->form()->ensureWidgetVisible(row);
        shoot(m_screen.get(), "sketch-refused", 600);
        QVERIFY(m_screen->set("backbone", "vit"));
        QTRY_VERIFY(view()->isVisible() && m_screen->canTrain());
        QVERIFY(!problem->isVisible());
        QVERIFY(view()->sentence().contains("decoder"));
        look();
        shoot(m_screen.get(), "sketch-mae-vit", 600);
    }

    void showsWhatAStageSees()
    {
        QCOMPARE(view()->current(), -1);
        look();
        QTest::mouseMove(view(), view()->stageRect(1).center());
        QTRY_COMPARE(view()->current(), 1);
        shoot(m_screen.get(), "sketch-hovered", 600);
        QTest::mouseMove(view(), QPoint(1, 1));
        QTRY_COMPARE(view()->current(), -1);
        m_screen->activateWindow();
        view()->setFocus();
        QTRY_COMPARE(view()->current(), 0);
        QTest::keyClick(view(), Qt::Key_Right);
        QTest::keyClick(view(), Qt::Key_Right);
        QCOMPARE(view()->current(), 2);
        for (int i = 0; i < 9; ++i) QTest::keyClick(view(), Qt::Key_Right);
        QCOMPARE(view()->current(), 4);
    }

    void tellsWhatTheOptimizerDoes()
    {
        QVERIFY(m_screen->set("objective", "byol"));
        QVERIFY(m_screen->set("optimizer", "lars"));
        QVERIFY(m_screen->set("schedule.batch_scaling", "linear"));
        QVERIFY(m_screen->set("schedule.scaling_batch", 64));
        auto* panel = m_screen->findChild<NetworkPanel*>();
        auto* groups = panel->findChild<Disclosure*>();
        auto* table = groups->findChild<QTableWidget*>();
        QTRY_VERIFY(table->rowCount() >= 6);
        QVERIFY(!table->isVisible());
        groups->setOpen(true);
        QTRY_VERIFY(says(" × 2 = ") && says("(batch 128 / 64)"));
        QStringList rows;
        for (int row = 0; row < table->rowCount(); ++row) {
            QStringList texts;
            for (int i = 0; i < table->columnCount(); ++i) texts << table->item(row, i)->text();
            rows << texts.join(' ');
        }
        QVERIFY2(rows[0].startsWith("weights") && rows[0].endsWith("yes yes"), qPrintable(rows[0]));
        QVERIFY2(rows[1].startsWith("norms") && rows[1].endsWith("no no"), qPrintable(rows[1]));
        QVERIFY2(rows.last().contains("held still"), qPrintable(rows.last())); // the teacher
        m_screen->form()->ensureWidgetVisible(groups);
        m_screen->form()->ensureWidgetVisible(table);
        shoot(m_screen.get(), "groups", 600);
        QVERIFY(m_screen->set("schedule.batch_scaling", "none"));
        QTRY_VERIFY(says("whatever the batch"));
    }

    void flowsIntoItsWidth()
    {
        QVERIFY(m_screen->set("backbone", "resnet50"));
        QTRY_COMPARE(view()->stages().size(), 7);
        QVERIFY(view()->heightForWidth(300) > view()->heightForWidth(1200));
        ArchitectureView narrow;
        QVERIFY(narrow.heightForWidth(300) > 0);
        QVERIFY(narrow.sentence().contains("not known"));
    }
};

QTEST_MAIN(TestArchitecture)
#include "tst_architecture.moc"

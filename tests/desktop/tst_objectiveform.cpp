// SPDX-License-Identifier: GPL-3.0-or-later
#include "disclosure.h"
#include "experimentscreen.h"
#include "shots.h"
#include "target.h"

#include <QtTest/QtTest>

/// The form with all that the real engine has to choose from.
class TestObjectiveForm : public QObject {
    Q_OBJECT
    std::unique_ptr<Target> m_target;
    std::unique_ptr<ExperimentScreen> m_screen;
    std::shared_ptr<const Catalog> m_catalog;

    FieldRow* row(const QString& key) const
    {
        for (auto* found : m_screen->form()->findChildren<FieldRow*>(key))
            if (!found->isHidden()) return found;
        return nullptr;
    }

private Q_SLOTS:
    void initTestCase()
    {
        beginScreens();
        const QString engine = builtEngine();
        if (engine.isEmpty()) QSKIP("revisit-engine is not built");
        m_target = std::make_unique<Target>(engine);
        m_target->start();
        m_target->ask("describe", {}, this, [this](const Target::Reply& reply) {
            QString error;
            m_catalog = Catalog::parse(reply.answer, &error);
        });
        QTRY_VERIFY(m_catalog);
    }
    void init()
    {
        m_screen = std::make_unique<ExperimentScreen>(m_target.get());
        m_screen->resize(1200, 640); // what a window of 1280 x 720 leaves
        m_screen->setCatalog(m_catalog);
        m_screen->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_screen.get()));
    }
    void cleanup() { m_screen.reset(); }

    void namesEveryObjectiveInTheEnginesOrder()
    {
        auto* combo = qobject_cast<QComboBox*>(row("objective")->editor()->field());
        const auto& components = m_catalog->section("objective")->components;
        QCOMPARE(combo->count(), int(components.size()));
        QVERIFY(combo->count() >= 17 && combo->maxVisibleItems() >= combo->count());
        for (int i = 0; i < combo->count(); ++i) {
            QCOMPARE(combo->itemText(i), components[i].title);
            QCOMPARE(combo->itemData(i, Qt::ToolTipRole).toString(), components[i].summary);
        }
        shoot(m_screen.get(), "objective", 600);
        combo->showPopup();
        shoot(combo->view()->window(), "objective-list", 600);
        combo->hidePopup();
        for (const ComponentSpec& component : components) { // what the chosen one is stands under it
            QVERIFY(m_screen->set("objective", component.name));
            QCOMPARE(row("objective")->help(), component.summary);
        }
    }

    void findsEveryObjective()
    {
        auto* search = m_screen->findChildren<QLineEdit*>()[0];
        for (auto* line : m_screen->findChildren<QLineEdit*>())
            if (line->accessibleName() == "Find a setting") search = line;
        for (const ComponentSpec& component : m_catalog->section("objective")->components)
            for (const QString& words : {component.name, component.title}) {
                search->setText(words);
                QVERIFY2(row("objective"), qPrintable(words));
            }
        search->clear();
    }

    void takesAnEmptyList()
    {
        auto* line = qobject_cast<QLineEdit*>(row("objective.projector")->editor()->field());
        line->selectAll();
        QTest::keyClick(line, Qt::Key_Backspace);
        QVERIFY(line->hasAcceptableInput());
        QCOMPARE(line->placeholderText(), QString("none"));
        const QJsonObject objective = m_screen->config()["objective"].toObject();
        QVERIFY(objective["projector"].isArray() && objective["projector"].toArray().isEmpty());
        QTRY_VERIFY(m_screen->canTrain());
        const auto changes = m_screen->form()->draft().changesFrom(m_screen->form()->baseline());
        QCOMPARE(changes.size(), 1);
        QCOMPARE(changes[0].now, QString("none"));
        QTest::keyClicks(line, "512, 64");
        QCOMPARE(m_screen->config()["objective"].toObject()["projector"].toArray(), (QJsonArray{512, 64}));
        m_screen->form()->undoStack()->undo();
        QCOMPARE(line->text(), QString("256, 128"));
    }

    void isNotCrampedWhereEverythingIsOpen()
    {
        for (const char* name : {"dino", "swav", "fcmae"}) {
            QVERIFY(m_screen->set("objective", name));
            for (auto* part : m_screen->form()->findChildren<Disclosure*>()) part->setOpen(true);
            QTest::qWait(100);
            const int width = m_screen->form()->viewport()->width();
            QVERIFY2(m_screen->form()->widget()->width() <= width, name); // nothing to the side
            for (auto* field : m_screen->form()->findChildren<FieldRow*>()) {
                if (!field->isVisible()) continue;
                for (auto* label : field->findChildren<QLabel*>())
                    if (label->isVisible() && label->wordWrap())
                        QVERIFY2(label->heightForWidth(label->width()) <= label->height(), qPrintable(label->text()));
                const QWidget* editor = field->editor()->field();
                QVERIFY2(editor->width() >= std::min(editor->sizeHint().width(), width / 4), qPrintable(field->key()));
            }
            m_screen->form()->ensureWidgetVisible(row("objective"));
            m_screen->form()->verticalScrollBar()->setValue(
                row("objective")->mapTo(m_screen->form()->widget(), QPoint()).y() - 30);
            shoot(m_screen.get(), QStringLiteral("open-%1").arg(name), 600);
        }
    }
};

QTEST_MAIN(TestObjectiveForm)
#include "tst_objectiveform.moc"

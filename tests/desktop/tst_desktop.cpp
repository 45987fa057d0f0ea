// SPDX-License-Identifier: GPL-3.0-or-later
#include "chartwidget.h"
#include "experimentscreen.h"
#include "labs.h"
#include "livescreen.h"
#include "mainwindow.h"
#include "paramform.h"
#include "runbar.h"
#include "runheader.h"
#include "runlist.h"
#include "target.h"

#include <QAccessible>
#include <QtTest/QtTest>

/// Drives the real window. With revisit-engine beside it, it trains as well.
class TestDesktop : public QObject {
    Q_OBJECT
    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<MainWindow> m_window;

    static QString engine() { return QStringLiteral(REVISIT_BIN "/revisit-engine"); }
    QString space() const { return m_dir->filePath("runs"); }

    void open(const QString& path = {}, const QString& with = engine())
    {
        m_window.reset();
        m_window = std::make_unique<MainWindow>(WindowOptions{space(), with, REVISIT_SOURCE "/resources", path, false});
        m_window->QMainWindow::show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    }
    /// Two classes of small images, dark and bright, written as a person's folder would be.
    QString images() const
    {
        const QString folder = m_dir->filePath("images");
        QRandomGenerator random(1);
        for (const char* name : {"dark", "bright"}) {
            QDir().mkpath(folder + "/" + name);
            for (int i = 0; i < 40; ++i) {
                QImage image(16, 16, QImage::Format_RGB888);
                for (int y = 0; y < 16; ++y)
                    for (int x = 0; x < 16; ++x) {
                        const int value = random.bounded(100) + (name[0] == 'b' ? 120 : 0);
                        image.setPixelColor(x, y, QColor(value, (value + 10 * i) % 256, value));
                    }
                image.save(QStringLiteral("%1/%2/%3.png").arg(folder, name).arg(i));
            }
        }
        return folder;
    }
    QJsonObject smallRun(int steps) const
    {
        return {{"dataset", QJsonObject{{"name", "folder"}, {"path", images()}}},
                {"training", QJsonObject{{"steps", steps}, {"batch", 8}, {"threads", 1}}},
                {"evaluation", QJsonObject{{"every", 10}, {"patches", 10}, {"bank", 20}}}};
    }
    void writeJson(const QString& path, const QJsonObject& object) const
    {
        QFile file(path);
        QVERIFY(file.open(QFile::WriteOnly));
        file.write(QJsonDocument(object).toJson());
    }
    /// A run that was only asked for, by so much older than now.
    QString waitingRun(const QString& name, int secondsOld) const
    {
        QDir().mkpath(space() + "/" + name);
        const QString asked = space() + "/" + name + "/run.json";
        writeJson(asked, {{"name", name}});
        QFile file(asked);
        if (file.open(QFile::ReadWrite))
            file.setFileTime(QDateTime::currentDateTime().addSecs(-secondsOld), QFileDevice::FileModificationTime);
        return space() + "/" + name;
    }
    bool says(const QString& sentence) const
    {
        for (auto* label : m_window->findChildren<QLabel*>())
            if (label->isVisible() && label->text().contains(sentence)) return true;
        return false;
    }
    QPushButton* button(const QString& text) const
    {
        for (auto* found : m_window->findChildren<QPushButton*>())
            if (found->isVisible() && found->text() == text) return found;
        return nullptr;
    }
    bool hasEngine() const { return QFileInfo(engine()).isExecutable(); }
    QString run() const { return m_window->live()->run() ? m_window->live()->run()->directory() : QString(); }

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QSettings().clear();
        QLocale::setDefault(QLocale::c());
    }
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        QSettings().clear();
    }
    void cleanup() { m_window.reset(); }

    void opensBeforeTheEngineAnswers()
    {
        QElapsedTimer timer;
        timer.start();
        open();
        QVERIFY2(timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
        QVERIFY(m_window->screen() == MainWindow::Start);
    }

    void saysThatTheEngineIsMissing()
    {
        open({}, m_dir->filePath("nowhere/revisit-engine"));
        QTRY_COMPARE(m_window->target()->state(), Target::State::Failed);
        m_window->show(MainWindow::Experiment);
        QVERIFY(says("nowhere/revisit-engine"));
    }

    void switchesScreensByKey()
    {
        open();
        m_window->activateWindow();
        QTest::keyClick(m_window.get(), Qt::Key_4, Qt::ControlModifier);
        QTRY_COMPARE(m_window->screen(), MainWindow::Live);
        QTest::keyClick(m_window.get(), Qt::Key_3, Qt::ControlModifier);
        QTRY_COMPARE(m_window->screen(), MainWindow::Experiment);
        QTest::keyClick(m_window.get(), Qt::Key_Home, Qt::ControlModifier);
        QTRY_COMPARE(m_window->screen(), MainWindow::Start);
    }

    void namesWhateverTakesTheFocus()
    {
        open();
        QTRY_VERIFY(m_window->target()->state() != Target::State::Starting);
        for (const auto screen : {MainWindow::Start, MainWindow::Data, MainWindow::Experiment, MainWindow::Live}) {
            m_window->show(screen);
            m_window->findChild<QDockWidget*>("labSheet")->show();
            QTest::qWait(50);
            for (QWidget* widget : m_window->findChildren<QWidget*>()) {
                if (!(widget->focusPolicy() & Qt::TabFocus) || !widget->isVisible()) continue;
                if (widget->focusProxy() || qobject_cast<QAbstractSpinBox*>(widget->parent())) continue;
                QAccessibleInterface* accessible = QAccessible::queryAccessibleInterface(widget);
                QVERIFY(accessible);
                QVERIFY2(!accessible->text(QAccessible::Name).isEmpty(),
                         qPrintable(QStringLiteral("%1 %2 in %3")
                                        .arg(widget->metaObject()->className(), widget->objectName(),
                                             widget->parent()->metaObject()->className())));
            }
        }
    }

    void clipsNothingAtFourteenPoints()
    {
        const QFont before = QApplication::font();
        QFont large = before;
        large.setPointSize(14);
        QApplication::setFont(large);
        const auto back = qScopeGuard([&before] { QApplication::setFont(before); });
        open();
        QTRY_VERIFY(m_window->target()->state() != Target::State::Starting);
        QTest::qWait(300);
        for (const auto screen : {MainWindow::Start, MainWindow::Data, MainWindow::Experiment, MainWindow::Live}) {
            m_window->findChild<QDockWidget*>("labSheet")->setVisible(screen == MainWindow::Experiment);
            m_window->show(screen);
            QTest::qWait(50);
            m_window->resize(1280, 720);
            QTest::qWait(50);
            if (qEnvironmentVariableIsSet("SHOTS"))
                m_window->grab().save(
                    QStringLiteral("%1/large-%2.png").arg(qEnvironmentVariable("SHOTS")).arg(int(screen)));
            QCOMPARE(m_window->size(), QSize(1280, 720));
            for (const QAbstractButton* button : m_window->findChildren<QAbstractButton*>())
                if (button->isVisible() && !button->text().isEmpty())
                    QVERIFY2(button->fontMetrics().horizontalAdvance(button->text().remove('&')) <= button->width(),
                             qPrintable(button->text()));
            for (const QLabel* label : m_window->findChildren<QLabel*>()) {
                if (!label->isVisible() || label->text().isEmpty() ||
                    label->sizePolicy().horizontalPolicy() == QSizePolicy::Ignored)
                    continue;
                const QString what =
                    QStringLiteral("%1: %2 x %3").arg(label->text()).arg(label->width()).arg(label->height());
                if (label->wordWrap())
                    QVERIFY2(label->heightForWidth(label->width()) <= label->height(), qPrintable(what));
                else
                    QVERIFY2(label->sizeHint().width() <= label->width(), qPrintable(what));
            }
        }
    }

    void takesWhatIsDropped()
    {
        open();
        const auto drop = [this](const QString& path) {
            QMimeData data;
            data.setUrls({QUrl::fromLocalFile(path)});
            QDragEnterEvent enter({5, 5}, Qt::CopyAction, &data, Qt::LeftButton, {});
            QApplication::sendEvent(m_window.get(), &enter);
            QDropEvent event(QPointF(5, 5), Qt::CopyAction, &data, Qt::LeftButton, {});
            QApplication::sendEvent(m_window.get(), &event);
        };
        QVERIFY(QDir().mkpath(m_dir->filePath("old")));
        writeJson(m_dir->filePath("old/run.json"), {{"name", "old"}});
        drop(m_dir->filePath("old"));
        QCOMPARE(m_window->screen(), MainWindow::Live);
        QCOMPARE(run(), m_dir->filePath("old"));
        writeJson(m_dir->filePath("mine.json"), {{"seed", 4}});
        drop(m_dir->filePath("mine.json"));
        QCOMPARE(m_window->screen(), MainWindow::Experiment);
        m_window->show(MainWindow::Start);
        drop(images());
        QCOMPARE(m_window->screen(), MainWindow::Experiment);
        if (!hasEngine()) QSKIP("revisit-engine is not built: the form was not looked at");
        QTRY_VERIFY(m_window->experiment()->form()->draft().catalog());
        QTRY_COMPARE(m_window->experiment()->config()["dataset"].toObject()["path"].toString(),
                     m_dir->filePath("images"));
        m_window->show(MainWindow::Start);
        writeJson(m_dir->filePath("notes.txt"), {});
        drop(m_dir->filePath("notes.txt"));
        QCOMPARE(m_window->screen(), MainWindow::Start);
    }

    void keepsAnUnfinishedExperiment()
    {
        if (!hasEngine()) QSKIP("revisit-engine is not built");
        open();
        QTRY_VERIFY(m_window->experiment()->form()->draft().catalog());
        QVERIFY(m_window->experiment()->set("objective.temperature", 0.125));
        open();
        QTRY_VERIFY(m_window->experiment()->form()->draft().catalog());
        QCOMPARE(m_window->experiment()->config()["objective"].toObject()["temperature"].toDouble(), 0.125);
        QVERIFY(m_window->experiment()->form()->findChild<FieldRow*>("objective.temperature")->isChanged());
    }

    void labLinksChangeTheLabsRun()
    {
        if (!hasEngine()) QSKIP("revisit-engine is not built");
        open();
        QTRY_VERIFY(m_window->experiment()->form()->draft().catalog());
        auto* sheet = m_window->findChild<LabSheet*>();
        const auto follow = [sheet](const char* link) { Q_EMIT sheet->anchorClicked(QUrl(link)); };
        const auto objective = [this] { return m_window->experiment()->config()["objective"].toObject(); };
        m_window->experiment()->set("objective", "simclr"); // a draft of the person's own
        follow("action:set/objective.variance=0");
        QCOMPARE(objective(), (QJsonObject{{"name", "vicreg"}, {"variance", 0}}));
        QCOMPARE(m_window->experiment()->form()->draft().component("dataset"), QString("planet"));
        follow("action:set/sampler=uniform"); // the lab's run is open already: the first change stays
        QCOMPARE(objective()["variance"].toDouble(1), 0.0);
        follow("action:set/objective=simclr");
        QCOMPARE(m_window->experiment()->form()->draft().component("objective"), QString("simclr"));
        follow("action:set/objective.variance=0");
        QVERIFY(says("objective.variance is not a setting of the chosen objective."));
    }

    void leavesTheFocusInTheListOfRuns()
    {
        waitingRun("old", 100);
        waitingRun("new", 10);
        open();
        m_window->activateWindow();
        m_window->show(MainWindow::Live);
        RunList* list = m_window->runList();
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(list->model()->index(0, 0)).center());
        QTRY_VERIFY(list->hasFocus());
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Down);
        QCOMPARE(run(), space() + "/old");
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_F2);
        QTRY_VERIFY(qobject_cast<QLineEdit*>(QApplication::focusWidget()));
    }

    void opensLiveOnARun()
    {
        waitingRun("old", 100);
        waitingRun("new", 10);
        open();
        m_window->activateWindow();
        m_window->show(MainWindow::Live);
        QCOMPARE(run(), space() + "/new");
        QTRY_VERIFY(QApplication::focusWidget() && m_window->live()->isAncestorOf(QApplication::focusWidget()));
        m_window->show(MainWindow::Start);
        m_window->runList()->select(space() + "/old");
        m_window->show(MainWindow::Live);
        QCOMPARE(run(), space() + "/old"); // what was chosen stays
        QSettings().clear();
        writeJson(space() + "/old/launch.json", {{"id", "w"}, {"state", "queued"}});
        open({}, m_dir->filePath("nowhere"));
        m_window->show(MainWindow::Live);
        QCOMPARE(run(), space() + "/old"); // it is worked on
    }

    void callsARunByItsNewName()
    {
        waitingRun("a", 100);
        open();
        m_window->show(MainWindow::Live);
        auto* header = m_window->live()->findChild<RunHeader*>()->findChild<ElidedLabel*>();
        RunModel* runs = m_window->runList()->runs();
        QVERIFY(runs->setData(runs->index(0, RunModel::Name), "b"));
        QCOMPARE(header->text(), QString("b"));
        m_window->runList()->undoStack()->undo();
        QCOMPARE(header->text(), QString("a"));
    }

    void duplicatesOnlyWhereARunIsShown()
    {
        const QString waiting = waitingRun("waits", 100);
        writeJson(waiting + "/launch.json", {{"id", "w"}, {"host", "far away"}, {"state", "started"}, {"pid", 1}});
        writeJson(waiting + "/heartbeat",
                  {{"state", "running"}, {"time", QDateTime::currentDateTimeUtc().addSecs(600).toString(Qt::ISODate)}});
        open({}, m_dir->filePath("nowhere"));
        QTRY_VERIFY(m_window->findChild<RunBar*>()->isVisible());
        QVERIFY(!button("&Duplicate"));
        QVERIFY(QDir(waiting).mkdir("control.jsonl")); // cannot be appended to
        QTest::mouseClick(button("&Pause"), Qt::LeftButton);
        QVERIFY(says("control.jsonl cannot be written"));
        m_window->show(MainWindow::Live);
        QTRY_VERIFY(button("&Duplicate"));
    }

    void trainsTheExampleFromTheEmptyLiveScreen()
    {
        open({}, m_dir->filePath("nowhere")); // without an engine it waits
        m_window->show(MainWindow::Live);
        QTest::mouseClick(button("&Train the example"), Qt::LeftButton);
        QCOMPARE(m_window->screen(), MainWindow::Live);
        QCOMPARE(readJsonObject(run() + "/run.json")["lab"].toString(), QString("first"));
    }

    void namesTheErrorAndRefusesToTrain()
    {
        if (!hasEngine()) QSKIP("revisit-engine is not built");
        open();
        QTRY_VERIFY(m_window->experiment()->form()->draft().catalog());
        m_window->show(MainWindow::Experiment);
        m_window->experiment()->open(
            {"gone", {{"dataset", QJsonObject{{"name", "folder"}, {"path", "/no/such/folder"}}}}});
        auto* train = m_window->experiment()->findChild<QPushButton*>("train");
        QTRY_VERIFY_WITH_TIMEOUT(!train->isEnabled(), 20000);
        m_window->experiment()->open({"here", smallRun(10)});
        QTRY_VERIFY_WITH_TIMEOUT(train->isEnabled(), 20000);
    }

    void trainsARealRunToItsEnd()
    {
        if (!hasEngine()) QSKIP("revisit-engine is not built");
        open();
        QTRY_VERIFY(m_window->experiment()->form()->draft().catalog());
        m_window->show(MainWindow::Experiment);
        m_window->experiment()->open({"small", smallRun(20)});
        auto* train = m_window->experiment()->findChild<QPushButton*>("train");
        QTRY_VERIFY_WITH_TIMEOUT(train->isEnabled(), 20000);
        QTest::mouseClick(train, Qt::LeftButton);
        QCOMPARE(m_window->screen(), MainWindow::Live);
        QTRY_COMPARE_WITH_TIMEOUT(m_window->live()->run()->state(), RunState::Finished, 120000);
        const RunLog& log = m_window->live()->run()->log();
        QTRY_COMPARE(log.lastStep(), 20);
        QCOMPARE(log.skipped(), 0);
        QVERIFY(log.lastMetric("linear") > 0 && log.baselines().contains("untrained"));
        QVERIFY(!log.layouts().isEmpty() && !m_window->live()->run()->thumbnail(0).isNull());
        QTRY_COMPARE(m_window->runList()->runs()->index(0, RunModel::State).data().toString(),
                     stateWord(RunState::Finished));
    }

    void trainsWhatWasLeftInTheQueue()
    {
        if (!hasEngine()) QSKIP("revisit-engine is not built");
        const QString waiting = space() + "/waiting";
        QVERIFY(QDir().mkpath(waiting));
        writeJson(waiting + "/run.json", smallRun(5));
        writeJson(waiting + "/launch.json", {{"id", "w"}, {"state", "queued"}, {"queued_at", "2026-01-01T00:00:00Z"}});
        open();
        QTRY_COMPARE_WITH_TIMEOUT(readRunStatus(waiting).state, RunState::Finished, 60000);
    }

    void findsTheTrainingRunAgainAfterItWasClosed()
    {
        if (!hasEngine()) QSKIP("revisit-engine is not built");
        writeJson(m_dir->filePath("long.json"), smallRun(1000000));
        open(m_dir->filePath("long.json"));
        QTRY_VERIFY(m_window->experiment()->form()->draft().catalog());
        QTRY_VERIFY(m_window->experiment()->canTrain());
        m_window->experiment()->train();
        QTRY_COMPARE_WITH_TIMEOUT(m_window->live()->run()->state(), RunState::Running, 60000);
        const QString directory = run();
        m_window->close();
        m_window.reset();
        QVERIFY(isActive(readRunStatus(directory).state));
        open();
        QTRY_VERIFY(m_window->runList()->runs()->activeFeed());
        QCOMPARE(run(), directory);
        const qint64 step = m_window->live()->run()->log().lastStep();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->live()->run()->log().lastStep() > step, 30000);
        QVERIFY(!m_window->live()->run()->request("stop").isEmpty());
        QCOMPARE(m_window->live()->run()->state(), RunState::Stopping);
        QTRY_COMPARE_WITH_TIMEOUT(m_window->live()->run()->state(), RunState::Stopped, 30000);
    }
};

QTEST_MAIN(TestDesktop)
#include "tst_desktop.moc"

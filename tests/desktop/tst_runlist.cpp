// SPDX-License-Identifier: GPL-3.0-or-later
#include "runlist.h"
#include "theme.h"
#include "workspace.h"

#include <QAbstractItemModelTester>
#include <QtTest/QtTest>

class TestRunList : public QObject {
    Q_OBJECT
    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<Workspace> m_space;
    std::unique_ptr<RunModel> m_model;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
    std::unique_ptr<RunList> m_list;

    static void write(const QString& path, const QByteArray& bytes)
    {
        QFile file(path);
        QVERIFY(file.open(QFile::WriteOnly));
        file.write(bytes);
    }
    /// A run as an engine leaves it.
    QString ended(const QString& name, const QByteArray& reason, int step)
    {
        const QString run = m_space->create(name, {});
        write(run + "/launch.json",
              R"({"id":"x","host":"here","state":"started","started_at":"2026-01-01T00:00:00Z"})");
        write(run + "/exit.json", R"({"id":"x","reason":")" + reason + R"("})");
        write(run + "/events.jsonl", R"({"event":"started","config":{},"steps":100})"
                                     "\n"
                                     R"({"event":"probe","step":0,"metrics":{"linear":0.5,"knn":0.25}})"
                                     "\n"
                                     R"({"event":"step","loss":1.5,"step":)" +
                                         QByteArray::number(step) + "}\n");
        return run;
    }
    QString cell(int row, int column) const { return m_model->index(row, column).data().toString(); }
    QAction* action(const QString& text) const
    {
        for (QAction* one : m_list->runActions())
            if (one->text().remove('&') == text) return one;
        return nullptr;
    }

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QLocale::setDefault(QLocale::c());
    }
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_space = std::make_unique<Workspace>(m_dir->path(), "no-engine");
        QVERIFY(m_space->open());
        m_model = std::make_unique<RunModel>(m_space.get());
        m_tester = std::make_unique<QAbstractItemModelTester>(m_model.get(),
                                                              QAbstractItemModelTester::FailureReportingMode::QtTest);
        m_list = std::make_unique<RunList>(m_model.get());
        m_list->resize(900, 300);
        m_list->show();
    }
    void cleanup()
    {
        m_list.reset();
        m_tester.reset();
        m_model.reset();
        m_space.reset();
    }

    void showsWhatIsKnownOfARun()
    {
        ended("first", "stopped", 40);
        QCOMPARE(m_model->rowCount(), 1);
        QTRY_COMPARE(cell(0, RunModel::State), QString("Stopped (kept)"));
        QTRY_COMPARE(cell(0, RunModel::Linear), QString("50.0 %"));
        QCOMPARE(cell(0, RunModel::Knn), QString("25.0 %"));
        QCOMPARE(cell(0, RunModel::Loss), QString("1.5"));
        QCOMPARE(cell(0, RunModel::Steps), QString("40 of 100"));
        QVERIFY(!m_model->index(0, RunModel::Name).data(Qt::AccessibleTextRole).toString().isEmpty());
    }

    void saysWhatBelongsToAState()
    {
        const QString first = ended("first", "error", 4), third = m_space->create("third", {});
        write(first + "/exit.json", R"({"id":"x","reason":"error","message":"The disk is full."})");
        const QString second = m_space->create("second", {});
        write(second + "/launch.json", R"({"id":"y","state":"queued","queued_at":"2026-01-01T00:00:00Z"})");
        const QString killed = ended("killed", "killed", 4), far = ended("far", "finished", 4);
        QVERIFY(QFile::remove(far + "/exit.json"));
        write(far + "/heartbeat", R"({"state":"running","time":")" +
                                      QDateTime::currentDateTimeUtc().addSecs(-180).toString(Qt::ISODate).toUtf8() +
                                      R"("})");
        const auto state = [this](const QString& run) { return cell(m_model->rowOf(run), RunModel::State); };
        QTRY_COMPARE(state(first), QString("Failed: The disk is full."));
        QTRY_COMPARE(state(third), QString("Queued, place 2"));
        QCOMPARE(state(second), QString("Queued, place 1"));
        QTRY_COMPARE(state(killed), QString("Interrupted (can be resumed)"));
        QTRY_COMPARE(state(far), QString("Connection lost, last heard about 3 min ago"));
        QVERIFY(!m_space->moveToTrash(second).isEmpty());
        QCOMPARE(state(third), QString("Queued, place 1"));
        QVERIFY(m_model->headerData(RunModel::Loss, Qt::Horizontal, Qt::ToolTipRole).toString().contains("smoothed"));
    }

    void offersWhatTheStateAllows()
    {
        m_list->select(ended("stopped", "stopped", 40));
        QTRY_VERIFY(action("Resume") && action("Resume")->isEnabled());
        QVERIFY(!action("Stop & keep") || !action("Stop & keep")->isEnabled());
        QVERIFY(action("Move to the trash")->isEnabled());
        m_list->select(ended("finished", "finished", 100));
        QTRY_VERIFY(action("Resume") && !action("Resume")->isEnabled());
        m_list->setCanExtend(true);
        QTRY_VERIFY(action("Train 500 more step(s)") && action("Train 500 more step(s)")->isEnabled());
        m_list->select(m_space->create("waits", {}));
        QTRY_COMPARE(m_list->current()->state(), RunState::Queued);
        QVERIFY(action("Resume") && !action("Resume")->isEnabled() && action("Move to the trash")->isEnabled());
    }

    void renamesInPlaceAndBack()
    {
        const QString run = ended("first", "finished", 100);
        m_list->select(run);
        QVERIFY(m_model->setData(m_model->index(0, RunModel::Name), "second"));
        QCOMPARE(cell(0, RunModel::Name), QString("second"));
        QCOMPARE(m_space->name(run), QString("second"));
        m_list->undoStack()->undo();
        QCOMPARE(cell(0, RunModel::Name), QString("first"));
    }

    void deletesByKeyAndBringsBack()
    {
        const QString run = ended("first", "finished", 100);
        ended("second", "finished", 100);
        m_list->select(run);
        m_list->activateWindow();
        m_list->setFocus();
        QTRY_VERIFY(m_list->hasFocus());
        QTest::keyClick(m_list.get(), Qt::Key_Delete);
        QCOMPARE(m_model->rowCount(), 1);
        QVERIFY(!QFileInfo::exists(run));
        m_list->undoStack()->undo();
        QCOMPARE(m_model->rowCount(), 2);
        QVERIFY(QFileInfo::exists(run + "/events.jsonl"));
    }

    void discardsARunOnceItHasStoppedAndBringsItBack()
    {
        const QString run = m_space->create("busy", {});
        QFile stat("/proc/self/stat");
        QVERIFY(stat.open(QFile::ReadOnly));
        const QByteArray fields = stat.readAll();
        QJsonObject launch{{"id", "x"}, {"host", QSysInfo::machineHostName()}, {"state", "started"}};
        launch["pid"] = QCoreApplication::applicationPid();
        launch["process_start"] = fields.mid(fields.lastIndexOf(')') + 2).split(' ')[19].toLongLong();
        write(run + "/launch.json", QJsonDocument(launch).toJson());
        m_list->select(run);
        QTRY_VERIFY(action("Stop and discard")->isEnabled());
        action("Stop and discard")->trigger();
        QCOMPARE(readJsonObject(run + "/control.jsonl")["do"].toString(), QString("stop"));
        QCOMPARE(m_list->current()->state(), RunState::Stopping);
        QTest::qWait(600);
        QVERIFY(QFileInfo::exists(run));
        write(run + "/exit.json", R"({"id":"x","reason":"stopped"})");
        QTRY_COMPARE(m_model->rowCount(), 0);
        QVERIFY(!QFileInfo::exists(run));
        m_list->undoStack()->undo();
        QCOMPARE(m_model->rowCount(), 1);
        QTRY_COMPARE(cell(0, RunModel::State), QString("Stopped (kept)"));
    }

    void showsWhatGoesOnFromARunUnderIt()
    {
        const auto dated = [this](const QString& name, const QString& parent, int minutes) {
            const QString run = m_space->create(
                name, parent.isEmpty() ? QJsonObject() : QJsonObject{{"parent", QFileInfo(parent).fileName()}});
            QFile file(run + "/run.json");
            if (file.open(QFile::ReadWrite))
                file.setFileTime(QDateTime(QDate(2026, 1, 1), QTime(0, minutes)), QFileDevice::FileModificationTime);
            return run;
        };
        const QString root = dated("root", {}, 1), other = dated("other", {}, 2), child = dated("child", root, 3);
        const QString orphan = dated("orphan", "gone", 0), grandchild = dated("grandchild", child, 4);
        m_list->select(other);
        dated("last", {}, 5); // the workspace is read again
        QStringList shown;
        for (int row = 0; row < m_model->rowCount(); ++row)
            shown << QStringLiteral("%1 %2")
                         .arg(m_model->index(row, 0).data(RunModel::DepthRole).toInt())
                         .arg(cell(row, RunModel::Name));
        QCOMPARE(shown, QStringList({"0 last", "0 root", "1 child", "2 grandchild", "0 other", "0 orphan"}));
        QCOMPARE(m_list->current()->directory(), other);
        QCOMPARE(QFileInfo(m_model->newest().value(1)).fileName(), QFileInfo(grandchild).fileName());
        QVERIFY(!m_space->moveToTrash(child).isEmpty());
        QCOMPARE(m_model->index(m_model->rowOf(grandchild), 0).data(RunModel::DepthRole).toInt(), 0);
        QVERIFY(m_model->rowOf(grandchild) < m_model->rowOf(root));
        QVERIFY(m_model->rowOf(orphan) > m_model->rowOf(root));
    }

    void movesARunInTheQueueByKey()
    {
        const QString first = m_space->create("first", {}), second = m_space->create("second", {}),
                      third = m_space->create("third", {});
        QTRY_VERIFY(!cell(m_model->rowOf(first), RunModel::State).isEmpty());
        const QString same = "2026-01-01T00:00:00Z"; // even runs of one moment
        for (const QString& run : {first, second, third}) {
            QJsonObject launch = readJsonObject(run + "/launch.json");
            launch["queued_at"] = same;
            write(run + "/launch.json", QJsonDocument(launch).toJson());
        }
        QStringList order = m_space->queue();
        m_list->select(order[2]);
        QTRY_COMPARE(m_list->current()->state(), RunState::Queued);
        m_list->activateWindow();
        m_list->setFocus();
        QTRY_VERIFY(m_list->hasFocus() && action("Earlier")->isEnabled());
        QTest::keyClick(m_list.get(), Qt::Key_Up, Qt::AltModifier);
        order.move(2, 1);
        QCOMPARE(m_space->queue(), order);
        QTRY_COMPARE(cell(m_model->rowOf(order[1]), RunModel::State), QString("Queued, place 2"));
        QTRY_COMPARE(cell(m_model->rowOf(order[2]), RunModel::State), QString("Queued, place 3"));
        QTest::keyClick(m_list.get(), Qt::Key_Up, Qt::AltModifier);
        QTest::keyClick(m_list.get(), Qt::Key_Up, Qt::AltModifier); // it is first already
        order.move(1, 0);
        QCOMPARE(m_space->queue(), order);
        QTest::keyClick(m_list.get(), Qt::Key_Down, Qt::AltModifier);
        order.move(0, 1);
        QCOMPARE(m_space->queue(), order);
        QCOMPARE(QDir(first).entryList(QDir::Files | QDir::Hidden),
                 QStringList({"journal.jsonl", "launch.json", "run.json"}));
        const QByteArray started = R"({"id":"x","host":"here","state":"started"})";
        write(order[1] + "/launch.json", started);
        QVERIFY(!m_space->moveInQueue(order[1], -1));
        QFile file(order[1] + "/launch.json");
        QVERIFY(file.open(QFile::ReadOnly));
        QCOMPARE(file.readAll(), started);
    }

    void writesANoteByKeyAndTakesItBack()
    {
        const QString run = m_space->create("first", {{"note", "as asked"}});
        QCOMPARE(cell(0, RunModel::Note), QString("as asked"));
        m_list->select(run);
        m_list->activateWindow();
        m_list->setFocus();
        QTRY_VERIFY(m_list->hasFocus());
        QTest::keyClick(m_list.get(), Qt::Key_F4);
        auto* editor = m_list->findChild<QLineEdit*>();
        QVERIFY(editor && editor->isVisible() && editor->text() == "as asked");
        QVERIFY2(editor->width() >= 200 && m_list->viewport()->rect().contains(editor->geometry()),
                 qPrintable(QString::number(editor->width())));
        editor->setText("seeds <b> differ");
        QTest::keyClick(editor, Qt::Key_Return);
        QTRY_COMPARE(cell(0, RunModel::Note), QString("seeds <b> differ"));
        QCOMPARE(m_space->remark(run), QString("seeds <b> differ"));
        const QString tip = m_model->index(0, RunModel::Name).data(Qt::ToolTipRole).toString();
        QVERIFY2(tip.contains("seeds &lt;b&gt; differ") && tip.contains(run), qPrintable(tip));
        QVERIFY(m_model->setData(m_model->index(0, RunModel::Note), ""));
        QCOMPARE(cell(0, RunModel::Note), QString());
        m_list->undoStack()->undo();
        m_list->undoStack()->undo();
        QCOMPARE(cell(0, RunModel::Note), QString("as asked"));
    }

    void duplicatesByKey()
    {
        const QString run = ended("first", "finished", 100);
        QSignalSpy spy(m_list.get(), &RunList::duplicateAsked);
        m_list->select(run);
        m_list->activateWindow();
        m_list->setFocus();
        QTRY_VERIFY(m_list->hasFocus());
        QTest::keyClick(m_list.get(), Qt::Key_D, Qt::ControlModifier);
        QCOMPARE(spy.size(), 1);
        QCOMPARE(spy[0][0].toString(), run);
    }

    void starsARun()
    {
        const QString run = ended("first", "finished", 100);
        m_list->select(run);
        action("Star")->trigger();
        QVERIFY(m_space->isStarred(run));
        QVERIFY(m_model->index(0, 0).data(RunModel::StarRole).toBool());
        action("Take the star away")->trigger();
        QVERIFY(!m_space->isStarred(run));
    }

    void givesEveryRunAColourOfItsOwnAndKeepsIt()
    {
        QStringList runs;
        for (int i = 0; i < Theme::seriesCount; ++i) runs << m_space->create(QStringLiteral("run %1").arg(i), {});
        QSet<int> used;
        for (const QString& run : runs) {
            const int colour = m_space->colour(run);
            used << colour;
            QCOMPARE(Theme::seriesIndex(QFileInfo(run).fileName()), colour);
            QCOMPARE(m_model->index(m_model->rowOf(run), 0).data(RunModel::ColourRole).value<QColor>(),
                     Theme::instance()->series(colour));
        }
        QCOMPARE(used.size(), Theme::seriesCount);
        const int free = m_space->colour(runs[2]);
        QVERIFY(!m_space->moveToTrash(runs[2]).isEmpty());
        QCOMPARE(m_space->colour(m_space->create("eighth", {})), free);
        RunModel again(m_space.get());
        QCOMPARE(again.index(again.rowOf(runs[4]), 0).data(RunModel::ColourRole).value<QColor>(),
                 Theme::instance()->series(m_space->colour(runs[4])));
    }

    void keepsUpWithTwoHundredRuns()
    {
        for (int i = 0; i < 200; ++i) {
            const QString run = m_dir->filePath(QStringLiteral("run-%1").arg(i));
            QVERIFY(QDir().mkdir(run));
            write(run + "/run.json", "{}");
            write(run + "/events.jsonl", R"({"event":"started","config":{},"steps":9})"
                                         "\n"
                                         R"({"event":"step","step":9,"loss":1})"
                                         "\n");
        }
        QElapsedTimer gap;
        qint64 longest = 0;
        gap.start();
        QTimer beat;
        connect(&beat, &QTimer::timeout, this, [&] { longest = std::max(longest, gap.restart()); });
        beat.start(5);
        QTRY_COMPARE(m_model->rowCount(), 200);
        QTRY_COMPARE_WITH_TIMEOUT(cell(199, RunModel::Steps), QString("9"), 20000);
        QVERIFY2(longest < 500, qPrintable(QString::number(longest)));
    }

    void saysWhenAQueueCannotBeStarted()
    {
        const QString run = ended("first", "stopped", 40);
        QSignalSpy spy(m_list.get(), &RunList::failed);
        m_list->select(run);
        QTRY_VERIFY(action("Resume") && action("Resume")->isEnabled());
        action("Resume")->trigger();
        QCOMPARE(spy.size(), 1);
        QVERIFY2(spy[0][0].toString().contains("no-engine"), qPrintable(spy[0][0].toString()));
    }
};

QTEST_MAIN(TestRunList)
#include "tst_runlist.moc"

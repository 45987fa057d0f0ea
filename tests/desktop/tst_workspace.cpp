// SPDX-License-Identifier: GPL-3.0-or-later
#include "runstate.h"
#include "workspace.h"

#include <QtTest/QtTest>

class TestWorkspace : public QObject {
    Q_OBJECT
    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<Workspace> m_space;

private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_space = std::make_unique<Workspace>(m_dir->filePath("runs"), m_dir->filePath("engine"));
        QVERIFY2(m_space->open(), qPrintable(m_space->error()));
    }
    void cleanup() { m_space.reset(); }

    void writesAQueuedRunWithDifferencesOnly()
    {
        QSignalSpy spy(m_space.get(), &Workspace::runsChanged);
        const QString run = m_space->create("Größe 0.1 / ../x", {{"seed", 2}});
        QVERIFY2(!run.isEmpty(), qPrintable(m_space->error()));
        QCOMPARE(spy.size(), 1);
        QCOMPARE(QFileInfo(run).path(), m_space->directory());
        QVERIFY2(QFileInfo(run).fileName().startsWith("gro-e-0-1-x-"), qPrintable(run));
        QCOMPARE(readJsonObject(run + "/run.json"), (QJsonObject{{"name", "Größe 0.1 / ../x"}, {"seed", 2}}));
        const QJsonObject launch = readJsonObject(run + "/launch.json");
        QCOMPARE(launch["state"].toString(), QString("queued"));
        QCOMPARE(launch["host"].toString(), QSysInfo::machineHostName());
        QVERIFY(!launch["id"].toString().isEmpty());
        QCOMPARE(readRunStatus(run).state, RunState::Queued);
        QCOMPARE(QDir(m_space->directory()).entryList(QDir::Dirs | QDir::Hidden | QDir::NoDotAndDotDot).size(), 1);
    }

    void makesTwoRunsOfOneName()
    {
        const QString one = m_space->create("same", {}), two = m_space->create("same", {});
        QVERIFY(!one.isEmpty() && !two.isEmpty() && one != two);
        QCOMPARE(m_space->runs().size(), 2);
    }

    void keepsNamesAndStarsInTheJournal()
    {
        const QString run = m_space->create("first", {});
        const QByteArray before = [&] {
            QFile f(run + "/run.json");
            return f.open(QFile::ReadOnly) ? f.readAll() : QByteArray();
        }();
        QVERIFY(m_space->rename(run, " second\n "));
        QVERIFY(m_space->setStarred(run, true));
        QCOMPARE(m_space->name(run), QString("second"));
        QVERIFY(m_space->isStarred(run));
        QVERIFY(m_space->setStarred(run, false));
        QVERIFY(!m_space->isStarred(run));
        QVERIFY(!m_space->rename(run, "  "));
        QFile file(run + "/run.json");
        QVERIFY(file.open(QFile::ReadOnly));
        QCOMPARE(file.readAll(), before);
    }

    void bringsARunBackFromTheTrash()
    {
        const QString run = m_space->create("gone", {});
        const QString trashed = m_space->moveToTrash(run);
        QVERIFY2(!trashed.isEmpty(), qPrintable(m_space->error()));
        QVERIFY(m_space->runs().isEmpty());
        QSignalSpy measured(m_space.get(), &Workspace::diskUseChanged);
        m_space->measure();
        QTRY_VERIFY(!measured.isEmpty());
        QTRY_VERIFY((m_space->measure(), m_space->trashBytes() > 0));
        QVERIFY(m_space->restore(trashed, run));
        QCOMPARE(m_space->runs(), QStringList{run});
        m_space->moveToTrash(run);
        QVERIFY(m_space->emptyTrash());
        QTRY_COMPARE((m_space->measure(), m_space->trashBytes()), 0);
    }

    void doesNotTrashARunThatIsUnderWay()
    {
        const QString run = m_space->create("busy", {});
        QFile stat("/proc/self/stat");
        QVERIFY(stat.open(QFile::ReadOnly));
        const QByteArray fields = stat.readAll();
        const qint64 start = fields.mid(fields.lastIndexOf(')') + 2).split(' ')[19].toLongLong();
        QFile launch(run + "/launch.json");
        QVERIFY(launch.open(QFile::WriteOnly));
        launch.write(QJsonDocument(QJsonObject{{"id", "x"},
                                               {"host", QSysInfo::machineHostName()},
                                               {"state", "started"},
                                               {"pid", QCoreApplication::applicationPid()},
                                               {"process_start", start}})
                         .toJson());
        launch.close();
        QVERIFY(m_space->moveToTrash(run).isEmpty());
        QVERIFY(m_space->error().contains("Stop it first"));
        QVERIFY(!m_space->queueAgain(run));
        QCOMPARE(m_space->runs().size(), 1);
    }

    void startsAQueueThatOutlivesIt()
    {
        QFile engine(m_dir->filePath("engine"));
        QVERIFY(engine.open(QFile::WriteOnly));
        engine.write("#!/bin/sh\necho \"$1 $2\"; exec 1>&-; sleep 0.3; echo done > \"$2/left\"\n");
        engine.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        engine.close();
        QVERIFY2(m_space->ensureQueue(), qPrintable(m_space->error()));
        const QString dir = m_space->directory();
        m_space.reset();
        QTRY_VERIFY(QFileInfo::exists(dir + "/left"));
        QFile log(dir + "/queue.log");
        QVERIFY(log.open(QFile::ReadOnly));
        QCOMPARE(log.readAll(), "queue " + dir.toUtf8() + "\n");
    }

    void namesTheEngineThatIsMissing()
    {
        QVERIFY(!m_space->ensureQueue());
        QVERIFY2(m_space->error().contains(m_dir->filePath("engine")), qPrintable(m_space->error()));
    }

    void namesAFolderThatCannotBeMade()
    {
        QFile file(m_dir->filePath("file"));
        QVERIFY(file.open(QFile::WriteOnly));
        Workspace space(m_dir->filePath("file/inside"), "engine");
        QVERIFY(!space.open());
        QVERIFY2(space.error().contains("file/inside"), qPrintable(space.error()));
    }
};

QTEST_GUILESS_MAIN(TestWorkspace)
#include "tst_workspace.moc"

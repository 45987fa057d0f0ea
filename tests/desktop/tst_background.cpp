// SPDX-License-Identifier: GPL-3.0-or-later
#include "mainwindow.h"
#include "runstate.h"

#include <QtTest/QtTest>

/// What the window tells those who look at another one; the engine's files are written by the test.
class TestBackground : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    std::unique_ptr<MainWindow> m_window;

    QString run() const { return m_dir.filePath("runs/run"); }
    void write(const QString& name, const QByteArray& bytes, QFile::OpenMode how = QFile::WriteOnly) const
    {
        QFile file(run() + "/" + name);
        QVERIFY(file.open(how));
        file.write(bytes);
    }

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QSettings().clear();
        QFile stat("/proc/self/stat");
        QVERIFY(stat.open(QFile::ReadOnly) && QDir().mkpath(run()));
        const QByteArray fields = stat.readAll();
        QJsonObject launch{{"id", "x"}, {"host", QSysInfo::machineHostName()}, {"state", "started"}};
        launch["pid"] = QCoreApplication::applicationPid();
        launch["process_start"] = fields.mid(fields.lastIndexOf(')') + 2).split(' ')[19].toLongLong();
        write("launch.json", QJsonDocument(launch).toJson());
        write("heartbeat", R"({"state":"running"})");
        write("events.jsonl", "{\"event\":\"started\",\"config\":{},\"steps\":200}\n");
        write("run.json", "{}");
        m_window = std::make_unique<MainWindow>(
            WindowOptions{m_dir.filePath("runs"), "no-engine", REVISIT_SOURCE "/resources", {}, true});
        m_window->QMainWindow::show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    }
    void cleanupTestCase() { m_window.reset(); }

    void theTitleSaysHowFarTheRunIs()
    {
        QTRY_COMPARE(m_window->windowTitle(), QString("0 % - Revisit"));
        write("events.jsonl", "{\"event\":\"step\",\"loss\":1.5,\"step\":127}\n", QFile::Append);
        QTRY_COMPARE(m_window->windowTitle(), QString("63 % - Revisit"));
    }

    void oneNotificationWhereNobodyLooks()
    {
        QSignalSpy spy(m_window.get(), &MainWindow::endedUnseen);
        QWidget other;
        other.show();
        other.activateWindow();
        QTRY_VERIFY(other.isActiveWindow() && !m_window->isActiveWindow());
        write("exit.json", R"({"id":"x","reason":"finished"})");
        QTRY_COMPARE(m_window->windowTitle(), QString("Revisit"));
        QCOMPARE(spy.size(), 1);
        QCOMPARE(spy[0][0].toString(), run());
    }

    void noneWhereTheWindowIsActive()
    {
        QVERIFY(QFile::remove(run() + "/exit.json"));
        QTRY_COMPARE(m_window->windowTitle(), QString("63 % - Revisit"));
        m_window->activateWindow();
        QTRY_VERIFY(m_window->isActiveWindow());
        QSignalSpy spy(m_window.get(), &MainWindow::endedUnseen);
        write("exit.json", R"({"id":"x","reason":"finished"})");
        QTRY_COMPARE(m_window->windowTitle(), QString("Revisit"));
        QTest::qWait(50);
        QCOMPARE(spy.size(), 0);
    }
};

QTEST_MAIN(TestBackground)
#include "tst_background.moc"

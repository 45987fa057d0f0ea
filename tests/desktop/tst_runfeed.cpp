// SPDX-License-Identifier: GPL-3.0-or-later
#include "runfeed.h"

#include <QtTest/QtTest>

namespace {
QByteArray step(int n, double seconds = 0)
{
    return QStringLiteral("{\"event\":\"step\",\"step\":%1,\"loss\":1,\"seconds\":%2}").arg(n).arg(seconds).toUtf8();
}

void write(const QString& path, const QByteArray& bytes, QIODevice::OpenMode mode = QIODevice::WriteOnly)
{
    QFile file(path);
    QVERIFY(file.open(mode));
    QCOMPARE(file.write(bytes), bytes.size());
}

void append(const QString& path, const QByteArray& bytes)
{
    write(path, bytes, QIODevice::WriteOnly | QIODevice::Append);
}

qint64 processStart(qint64 pid)
{
    QFile file(QStringLiteral("/proc/%1/stat").arg(pid));
    if (!file.open(QIODevice::ReadOnly)) return 0;
    const QByteArray stat = file.readAll();
    return stat.mid(stat.lastIndexOf(')') + 2).split(' ')[19].toLongLong();
}

QByteArray launch(qint64 pid, qint64 start, const QString& host = QSysInfo::machineHostName())
{
    return QJsonDocument(QJsonObject{{"id", "one"},
                                     {"host", host},
                                     {"state", "started"},
                                     {"pid", pid},
                                     {"process_start", start},
                                     {"started_at", "2026-01-01T00:00:00Z"}})
        .toJson();
}
} // namespace

class TestRunFeed : public QObject {
    Q_OBJECT
    std::unique_ptr<QTemporaryDir> m_dir;
    QString path(const char* name) const { return m_dir->filePath(name); }

private Q_SLOTS:
    void init() { m_dir = std::make_unique<QTemporaryDir>(); }

    void readsWholeLinesOnly()
    {
        RunFeed feed(m_dir->path());
        append(path("events.jsonl"), step(1) + "\n" + step(2).left(20));
        feed.poll();
        QCOMPARE(feed.log().lastStep(), 1);
        QCOMPARE(feed.log().skipped(), 0);
        append(path("events.jsonl"), step(2).mid(20));
        feed.poll();
        QCOMPARE(feed.log().lastStep(), 1);
        append(path("events.jsonl"), "\n");
        feed.poll();
        QCOMPARE(feed.log().lastStep(), 2);
        QCOMPARE(feed.log().skipped(), 0);
    }

    void followsAnUnfinishedLineThatIsCutOff()
    {
        append(path("events.jsonl"), step(1) + "\n" + step(2).left(20));
        RunFeed feed(m_dir->path());
        feed.poll();
        QVERIFY(QFile::resize(path("events.jsonl"), step(1).size() + 1));
        append(path("events.jsonl"), R"({"event":"resumed","from_step":1})"
                                     "\n" +
                                         step(2) + "\n");
        feed.poll();
        QCOMPARE(feed.log().lastStep(), 2);
        QCOMPARE(feed.log().skipped(), 0);
    }

    void skipsALineThatIsTooLongWithoutKeepingIt()
    {
        append(path("events.jsonl"), step(1) + "\n");
        append(path("events.jsonl"), "{\"event\":\"step\",\"step\":2,\"x\":\"" + QByteArray(5 << 20, 'a') + "\"}\n");
        append(path("events.jsonl"), step(3) + "\n");
        RunFeed feed(m_dir->path());
        QTRY_COMPARE(feed.log().lastStep(), 3);
        QCOMPARE(feed.log().skipped(), 1);
        QCOMPARE(feed.log().skippedLines(), QVector<qint64>{2});
    }

    void announcesAtMostTenTimesASecondWhileARunGrows()
    {
        write(path("launch.json"),
              launch(QCoreApplication::applicationPid(), processStart(QCoreApplication::applicationPid())));
        write(path("heartbeat"), R"({"state":"running"})");
        RunFeed feed(m_dir->path());
        QSignalSpy spy(&feed, &RunFeed::changed);
        QElapsedTimer timer;
        timer.start();
        for (int n = 1; timer.elapsed() < 1000; ++n) {
            append(path("events.jsonl"), step(n) + "\n");
            QTest::qWait(2);
        }
        QVERIFY2(spy.size() >= 4 && spy.size() <= 11, qPrintable(QString::number(spy.size())));
        QCOMPARE(feed.log().steps().size(), feed.log().lastStep());
        QVERIFY(feed.log().lastStep() > 50);
    }

    void knowsTheStatesFromTheFiles()
    {
        QProcess sleeper;
        sleeper.start("sleep", {"60"});
        QVERIFY(sleeper.waitForStarted());
        const qint64 pid = sleeper.processId(), start = processStart(pid);
        RunFeed feed(m_dir->path());
        const auto state = [&feed] { return feed.poll(), feed.state(); };
        QCOMPARE(state(), RunState::New);
        write(path("launch.json"), R"({"id":"one","state":"queued"})");
        QCOMPARE(state(), RunState::Queued);
        write(path("launch.json"), launch(pid, start));
        QCOMPARE(state(), RunState::Starting);
        for (const auto& [word, expected] : {std::pair{"running", RunState::Running},
                                             {"paused", RunState::Paused},
                                             {"evaluating", RunState::Evaluating},
                                             {"stopping", RunState::Stopping}}) {
            write(path("heartbeat"), QByteArray("{\"state\":\"") + word + "\"}");
            QCOMPARE(state(), expected);
        }
        write(path("launch.json"), launch(pid, start + 1)); // the pid was given to another process
        QCOMPARE(state(), RunState::Interrupted);
        write(path("launch.json"), launch(pid, start));
        sleeper.kill();
        QVERIFY(sleeper.waitForFinished());
        QCOMPARE(state(), RunState::Interrupted);
        for (const auto& [reason, expected] : {std::pair{"finished", RunState::Finished},
                                               {"stopped", RunState::Stopped},
                                               {"diverged", RunState::Diverged},
                                               {"failed", RunState::Failed},
                                               {"input", RunState::Failed},
                                               {"killed", RunState::Interrupted}}) {
            write(path("exit.json"), QByteArray("{\"id\":\"one\",\"reason\":\"") + reason + "\",\"message\":\"why\"}");
            QCOMPARE(state(), expected);
            QCOMPARE(feed.status().message, QString("why"));
        }
        write(path("exit.json"), R"({"id":"an earlier launch","reason":"finished"})");
        QCOMPARE(state(), RunState::Interrupted);
    }

    void losesTheConnectionToAnotherHostAfterFifteenSeconds()
    {
        RunFeed feed(m_dir->path());
        write(path("launch.json"), launch(1, 1, "another-host"));
        const auto beat = [this](int secondsAgo) {
            const QString time = QDateTime::currentDateTimeUtc().addSecs(-secondsAgo).toString(Qt::ISODate);
            write(path("heartbeat"), QStringLiteral("{\"state\":\"running\",\"time\":\"%1\"}").arg(time).toUtf8());
        };
        beat(5);
        feed.poll();
        QCOMPARE(feed.state(), RunState::Running);
        beat(60);
        feed.poll();
        QCOMPARE(feed.state(), RunState::ConnectionLost);
    }

    void asksWithOneLineAndShowsStoppingAtOnce()
    {
        write(path("launch.json"),
              launch(QCoreApplication::applicationPid(), processStart(QCoreApplication::applicationPid())));
        write(path("heartbeat"), R"({"state":"running"})");
        RunFeed feed(m_dir->path());
        feed.poll();
        const QString first = feed.request("set", "objective.temperature", 0.1);
        const QString second = feed.request("stop");
        QVERIFY(!first.isEmpty() && !second.isEmpty() && first != second);
        QCOMPARE(feed.state(), RunState::Stopping);
        QFile file(path("control.jsonl"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QList<QByteArray> lines = file.readAll().split('\n');
        QCOMPARE(lines.size(), 3);
        const QJsonObject line = QJsonDocument::fromJson(lines[0]).object();
        QCOMPARE(line, (QJsonObject{{"id", first}, {"do", "set"}, {"key", "objective.temperature"}, {"value", 0.1}}));
        write(path("exit.json"), R"({"id":"one","reason":"stopped"})");
        feed.poll();
        QCOMPARE(feed.state(), RunState::Stopped);
    }

    void saysWhenItCannotAsk()
    {
        RunFeed feed(path("gone"));
        QVERIFY(feed.request("stop").isEmpty());
        QVERIFY2(feed.error().contains("control.jsonl"), qPrintable(feed.error()));
    }

    void showsThumbnailsByPatch()
    {
        append(path("events.jsonl"), R"({"event":"patches","count":2,"of":2,"thumbnails":{"file":"thumbnails.bin",)"
                                     R"("width":2,"height":1,"channels":3},"classes":[],"ids":["a","b"],"label":[],)"
                                     R"("lon":[],"lat":[]})"
                                     "\n");
        write(path("thumbnails.bin"), QByteArray("\1\2\3\4\5\6\7", 7)); // the second record is being written
        RunFeed feed(m_dir->path());
        feed.poll();
        QCOMPARE(feed.thumbnail(0).pixel(1, 0), qRgb(4, 5, 6));
        QVERIFY(feed.thumbnail(1).isNull());
        append(path("thumbnails.bin"), QByteArray("\10\11\12\13\14", 5));
        QCOMPARE(feed.thumbnail(1).pixel(0, 0), qRgb(7, 8, 9));
        QVERIFY(feed.thumbnail(2).isNull() && feed.thumbnail(-1).isNull());
    }

    void replaysInTheOrderAndTimeOfTheRecording()
    {
        for (int n = 1; n <= 20; ++n) append(path("events.jsonl"), step(n, n) + "\n");
        RunFeed feed(m_dir->path());
        QSignalSpy spy(&feed, &RunFeed::changed);
        feed.replay(40); // half a second
        QVERIFY(feed.isPlaying());
        QVERIFY(feed.log().lastStep() < 5);
        QTRY_COMPARE(feed.log().lastStep(), 20);
        QTRY_COMPARE(feed.state(), RunState::Finished);
        QVERIFY(spy.size() >= 2);
        feed.seek(0.5);
        QCOMPARE(feed.log().lastStep(), 10);
        feed.seek(0.25);
        QCOMPARE(feed.log().lastStep(), 5);
        feed.setPlaying(true);
        QTRY_COMPARE(feed.log().lastStep(), 20);
    }
};

QTEST_GUILESS_MAIN(TestRunFeed)
#include "tst_runfeed.moc"

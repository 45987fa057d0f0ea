// SPDX-License-Identifier: GPL-3.0-or-later
#include "target.h"

#include <QtTest/QtTest>

/// The far side is a shell script that crashes, keeps silent and prints half lines on request.
class TestTarget : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;

    QString script(const QByteArray& body)
    {
        static int n = 0;
        const QString path = m_dir.filePath(QString::number(++n) + ".sh");
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly)) return {};
        file.write("#!/bin/sh\n" + body);
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return path;
    }
    static const QByteArray hello;

private Q_SLOTS:
    void asksAndHears()
    {
        Target target(script(hello +
                             "while read -r line; do\n"
                             "id=$(echo \"$line\" | sed 's/.*\"id\":\\([0-9]*\\).*/\\1/')\n"
                             "echo \"chatter that is no JSON\"\n"
                             "printf '{\"id\":%s,\"progress\":0.5}\\n{\"id\":%s,' $id $id; sleep 0.05\n"
                             "case \"$line\" in\n"
                             "*bad*) echo '\"error\":{\"message\":\"no such batch\",\"key\":\"training.batch\"}}';;\n"
                             "*) echo '\"answer\":{\"n\":3}}';;\n"
                             "esac\n"
                             "done\n"));
        Target::Reply good, bad;
        target.ask("validate", {{"config", "fine"}}, this, [&](const auto& reply) { good = reply; });
        target.start();
        QTRY_VERIFY(good.ok);
        QCOMPARE(good.answer["n"].toInt(), 3);
        QCOMPARE(target.version(), QString("9.1"));
        target.ask("validate", {{"config", "bad"}}, this, [&](const auto& reply) { bad = reply; });
        QTRY_COMPARE(bad.key, QString("training.batch"));
        QCOMPARE(bad.message, QString("no such batch"));
    }

    void letsTheNewerWin()
    {
        Target target(script(hello + "while read -r line; do\n"
                                     "id=$(echo \"$line\" | sed 's/.*\"id\":\\([0-9]*\\).*/\\1/'); echo "
                                     "\"{\\\"id\\\":$id,\\\"answer\\\":{\\\"of\\\":$id}}\"\n"
                                     "done\n"));
        QVector<int> heard;
        const auto hear = [&heard](const Target::Reply& reply) { heard << reply.answer["of"].toInt(); };
        target.ask("estimate", {}, this, hear);
        target.ask("estimate", {}, this, hear);
        target.ask("validate", {}, this, hear);
        target.start();
        QTRY_COMPARE(heard.size(), 2);
        QTest::qWait(50);
        QCOMPARE(heard, (QVector<int>{2, 3}));
    }

    void callsNobodyWhoHasGone()
    {
        Target target(script(hello + "read -r line; echo '{\"id\":1,\"answer\":{}}'; sleep 5"));
        bool called = false;
        auto context = std::make_unique<QObject>();
        target.ask("tiles", {}, context.get(), [&called](const auto&) { called = true; });
        context.reset();
        target.start();
        QTRY_COMPARE(target.state(), Target::State::Ready);
        QTest::qWait(100);
        QVERIFY(!called);
    }

    void refusesAnotherProtocol()
    {
        Target target(script("echo '{\"hello\":\"revisit-engine\",\"protocol\":2}'; read -r line"));
        Target::Reply reply;
        reply.ok = true;
        target.ask("describe", {}, this, [&](const auto& heard) { reply = heard; });
        target.start();
        QTRY_COMPARE(target.state(), Target::State::Failed);
        QVERIFY2(target.sentence().contains("protocol 2"), qPrintable(target.sentence()));
        QVERIFY(!reply.ok);
        QCOMPARE(reply.message, target.sentence());
    }

    void startsOnceMoreAfterItDied()
    {
        const QString counter = m_dir.filePath("count");
        Target target(
            script("echo x >> " + counter.toUtf8() + "\n" + hello + "read -r line; echo 'out of memory' >&2; exit 1"));
        Target::Reply first, second;
        target.start();
        QTRY_COMPARE(target.state(), Target::State::Ready);
        target.ask("tiles", {}, this, [&](const auto& reply) { first = reply; });
        QTRY_VERIFY(!first.message.isEmpty());
        QTRY_COMPARE(target.state(), Target::State::Ready);
        QVERIFY(target.sentence().contains("out of memory"));
        target.ask("tiles", {}, this, [&](const auto& reply) { second = reply; });
        QTRY_COMPARE(target.state(), Target::State::Failed);
        QVERIFY(!second.message.isEmpty());
        QTest::qWait(200);
        QFile file(counter);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("x\nx\n"));
    }

    void withdrawsWhatIsNotAnsweredInTime()
    {
        Target target(
            script(hello + "while read -r line; do echo \"$line\" >> " + m_dir.filePath("heard").toUtf8() + "; done"));
        Target::Reply reply;
        target.start();
        target.ask(
            "views", {}, this, [&](const auto& heard) { reply = heard; }, 100);
        QTRY_VERIFY(!reply.message.isEmpty());
        QFile file(m_dir.filePath("heard"));
        QTRY_VERIFY(file.isOpen() || file.open(QIODevice::ReadOnly));
        QTRY_VERIFY(QString::fromUtf8((file.seek(0), file.readAll())).contains("\"cancel\""));
    }

    void namesAMissingEngine()
    {
        Target target(m_dir.filePath("nothing"));
        Target::Reply reply;
        target.start();
        QCOMPARE(target.state(), Target::State::Failed);
        target.ask("describe", {}, this, [&](const auto& heard) { reply = heard; });
        QTRY_VERIFY2(reply.message.contains("nothing"), qPrintable(reply.message));
    }
};

const QByteArray TestTarget::hello = "echo '{\"hello\":\"revisit-engine\",\"protocol\":1,\"version\":\"9.1\"}'\n";

QTEST_GUILESS_MAIN(TestTarget)
#include "tst_target.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "runlog.h"

#include <QtTest/QtTest>

namespace {
QByteArray step(qint64 n, const QByteArray& loss = "1.5")
{
    return "{\"event\":\"step\",\"step\":" + QByteArray::number(n) +
           ",\"epoch\":0.5,\"samples\":" + QByteArray::number(64 * n) + ",\"loss\":" + loss +
           ",\"lr\":0.01,\"terms\":{\"align\":0.25},\"seconds\":2.5,\"rate\":640}";
}

QByteArray probe(qint64 n, double knn)
{
    return "{\"event\":\"probe\",\"step\":" + QByteArray::number(n) +
           ",\"metrics\":{\"knn\":" + QByteArray::number(knn) + "}}";
}

const QByteArray started = R"({"event":"started","protocol":1,"config":{"seed":3},"device":"cpu","steps":1200,
    "steps_per_epoch":31.25,"loss":{"title":"NT-Xent","chance":4.8,"minimum":null}})";

const QByteArray patches = R"({"event":"patches","count":3,"of":90,"thumbnails":{"file":"thumbnails.bin","width":16,
    "height":16,"channels":3,"stretch":"2-98 %"},"classes":["Forest","River"],"ids":["a","b","c"],"label":[0,-1,7],
    "lon":[11.5,null,3],"lat":[48,null,4]})";
} // namespace

class TestRunLog : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theLossIsHeldAgainstWhatHoldsSinceAChange()
    {
        RunLog log;
        QVERIFY(log.apply(QByteArray(started).replace('\n', ' ')));
        QVERIFY(log.apply(step(1)));
        QVERIFY(log.apply(step(2)));
        QVERIFY(log.apply(R"({"event":"changed","id":"x","do":"set","step":2,"key":"objective.temperature","value":0.1,
                              "loss":{"chance":3,"minimum":0.5}})"));
        QVERIFY(log.apply(R"({"event":"changed","id":"y","do":"pause","step":2})"));
        QCOMPARE(log.chanceLoss(), 3.);
        QCOMPARE(log.minimumLoss(), 0.5);
        QVERIFY(log.apply(R"({"event":"resumed","from_step":1,"device":"cpu","threads":1})"));
        QCOMPARE(log.chanceLoss(), 4.8);
    }

    void foldsARun()
    {
        RunLog log;
        QVERIFY(log.apply(QByteArray(started).replace('\n', ' ')));
        QVERIFY(log.apply(QByteArray(patches).replace('\n', ' ')));
        QVERIFY(log.apply(step(1)));
        QVERIFY(log.apply(step(2, "null")));
        QVERIFY(log.apply(R"({"event":"probe","step":0,"metrics":{"knn":0.5,"linear":0.25},
                              "baselines":{"chance":{"knn":0.1},"untrained":{"knn":0.4}}})"));
        QVERIFY(log.apply(R"({"event":"embedding","step":0,"method":"pca","settings":{"pca":50},"xy":[0,1,2,3,4,5]})"));
        QVERIFY(log.apply(
            R"({"event":"changed","id":"x","do":"set","step":2,"key":"objective.temperature","value":0.1,"was":0.5})"));
        QVERIFY(log.apply(R"({"event":"checkpoint","step":2,"path":"checkpoints/step-2"})"));

        QCOMPARE(log.plannedSteps(), 1200);
        QCOMPARE(log.lossTitle(), QString("NT-Xent"));
        QCOMPARE(log.chanceLoss(), 4.8);
        QVERIFY(qIsNaN(log.minimumLoss()));
        QCOMPARE(log.steps().size(), 2);
        QCOMPARE(log.steps()[0].loss, 1.5);
        QCOMPARE(log.steps()[0].samples, 64);
        QCOMPARE(log.steps()[0].terms["align"], 0.25);
        QVERIFY(qIsNaN(log.steps()[1].loss));
        QCOMPARE(log.lastMetric("linear"), 0.25);
        QVERIFY(qIsNaN(log.lastMetric("rank")));
        QCOMPARE(log.baselines()["untrained"]["knn"], 0.4);
        QCOMPARE(log.layouts()[0].xy, (QVector<QPointF>{{0, 1}, {2, 3}, {4, 5}}));
        QCOMPARE(log.changes()[0].value.toDouble(), 0.1);
        QCOMPARE(log.checkpoints(), QVector<qint64>{2});
        const PatchSet& set = log.patches();
        QCOMPARE(set.label, (QVector<int>{0, -1, -1})); // 7 is no class
        QVERIFY(qIsNaN(set.lon[1]));
        QCOMPARE(set.of, 90);
        QVERIFY(!log.finished());
        QVERIFY(log.apply(R"({"event":"finished","step":2,"reason":"stopped","seconds":9})"));
        QCOMPARE(log.finishReason(), QString("stopped"));
        QCOMPARE(log.skipped(), 0);
    }

    void dropsWhatCameAfterTheCheckpointItResumedFrom()
    {
        RunLog log;
        for (int n = 1; n <= 10; ++n) log.apply(step(n));
        log.apply(probe(4, 0.4));
        log.apply(probe(8, 0.8));
        log.apply(R"({"event":"error","step":10,"code":"diverged","message":"NaN"})");
        const int generation = log.generation();
        QVERIFY(log.apply(R"({"event":"resumed","from_step":5,"device":"cuda:0"})"));
        QCOMPARE(log.resumes(), QVector<qint64>{5});
        QCOMPARE(log.lastStep(), 5);
        QCOMPARE(log.probes().size(), 1);
        QVERIFY(log.notices().isEmpty());
        QVERIFY(log.generation() > generation);
        QCOMPARE(log.device(), QString("cuda:0"));
        QVERIFY(log.apply(step(6, "0.5")));
        QCOMPARE(log.lastLoss(), 0.5);
    }

    void beginsAnewWithASecondStarted()
    {
        RunLog log;
        const QByteArray line = QByteArray(started).replace('\n', ' ');
        log.apply(line);
        log.apply(step(1));
        log.apply(line);
        QCOMPARE(log.steps().size(), 0);
        QCOMPARE(log.lines(), 3);
    }

    void skipsHostileLines_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::newRow("NaN") << step(2, "NaN");
        QTest::newRow("1e999") << step(2, "1e999");
        for (const char* bad :
             {"1e300", "9223372036854775808", "9007199254740993e1", "-1", "\"2\"", "2.5", "null", "[2]"})
            QTest::newRow(bad) << QByteArray("{\"event\":\"step\",\"loss\":1,\"step\":") + bad + "}";
        QTest::newRow("not growing") << step(1);
        QTest::newRow("torn") << step(2).chopped(5);
        QTest::newRow("NUL") << QByteArray("{\"event\":\"st\0ep\"", 15);
        QTest::newRow("bad UTF-8") << QByteArray("{\"event\":\"step\xff\xfe\",\"step\":2}");
        QTest::newRow("trailing text") << step(2) + " and more";
        QTest::newRow("deep") << "{\"event\":\"step\",\"step\":2,\"x\":" + QByteArray(2000, '[') +
                                     QByteArray(2000, ']') + "}";
        QTest::newRow("two megabytes") << "{\"event\":\"step\",\"step\":2,\"x\":\"" + QByteArray(2 << 20, 'a') + "\"}";
        QTest::newRow("array") << QByteArray("[1,2]");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("no event") << QByteArray("{\"step\":2}");
        QTest::newRow("event is a number") << QByteArray("{\"event\":3,\"step\":2}");
        QTest::newRow("odd layout") << QByteArray(R"({"event":"embedding","step":2,"xy":[1,2,3]})");
        QTest::newRow("layout of texts") << QByteArray(R"({"event":"embedding","step":2,"xy":["1","2"]})");
        QTest::newRow("patches climb out") << QByteArray(R"({"event":"patches","count":1,"thumbnails":
            {"file":"../../x","width":8,"height":8,"channels":3}})");
        QTest::newRow("huge patches") << QByteArray(R"({"event":"patches","count":1e15,"thumbnails":
            {"file":"x","width":8,"height":8,"channels":3}})");
        QTest::newRow("resumed from nowhere") << QByteArray(R"({"event":"resumed","from_step":-5})");
    }

    void skipsHostileLines()
    {
        QFETCH(QByteArray, line);
        RunLog log;
        QVERIFY(log.apply(step(1)));
        QVERIFY(!log.apply(line));
        QCOMPARE(log.steps().size(), 1);
        QCOMPARE(log.skipped(), 1);
        QCOMPARE(log.skippedLines(), QVector<qint64>{2});
        QVERIFY(log.apply(step(2)));
    }

    void makesForeignTextHarmless()
    {
        RunLog log;
        QVERIFY(log.apply("{\"event\":\"warning\",\"step\":1,\"message\":\"a\\u001b[31m<img src=x>\\u0000b\"}"));
        const QString message = log.notices()[0].message;
        QVERIFY(!message.contains(QChar(0x1b)) && !message.contains(QChar(0)));
        QVERIFY(message.contains("<img src=x>")); // shown as it is, in plain text
    }

    void foldsAHundredThousandStepsInSeconds()
    {
        RunLog log;
        QElapsedTimer timer;
        timer.start();
        for (int n = 1; n <= 100000; ++n) log.apply(step(n));
        QCOMPARE(log.lastStep(), 100000);
        QVERIFY2(timer.elapsed() < 5000, qPrintable(QString::number(timer.elapsed())));
    }
};

QTEST_APPLESS_MAIN(TestRunLog)
#include "tst_runlog.moc"

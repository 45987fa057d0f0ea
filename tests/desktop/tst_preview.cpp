// SPDX-License-Identifier: GPL-3.0-or-later
#include "curveplot.h"
#include "embeddingpanel.h"
#include "livescreen.h"
#include "previewpanel.h"
#include "shots.h"

#include <QtTest/QtTest>

/// The pictures of a masked objective on the live screen: a real run of the real engine, then damaged ones.
class TestPreview : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;

    QString run() const { return m_dir.filePath("run"); }
    void write(const QString& name, const QByteArray& bytes) const
    {
        QFile file(m_dir.filePath(name));
        QVERIFY(file.open(QFile::WriteOnly));
        file.write(bytes);
    }
    struct Shown {
        RunFeed feed;
        LiveScreen screen;
        explicit Shown(const QString& run) : feed(run)
        {
            feed.poll();
            screen.resize(1200, 500); // what a window of 1280 x 720 leaves above the list of runs
            screen.setRun(&feed, "masked");
            screen.show();
            QCoreApplication::processEvents();
        }
        QTabBar* tabs() const { return screen.findChild<QTabBar*>(); }
        PreviewPanel* panel() const { return screen.findChild<PreviewPanel*>(); }
        QSlider* slider() const { return panel()->findChild<QSlider*>(); }
    };

private Q_SLOTS:
    void initTestCase()
    {
        beginScreens();
        const QString engine = builtEngine();
        if (engine.isEmpty()) QSKIP("revisit-engine is not built");
        QDir().mkpath(run());
        write("run/run.json", R"({"objective": {"name": "mae", "decoder_width": 32, "decoder_depth": 1},
            "backbone": {"name": "vit", "depth": 1}, "training": {"steps": 60, "batch": 16, "threads": 1},
            "evaluation": {"every": 20, "patches": 30, "bank": 40, "layout": "pca"}})");
        QProcess train;
        train.start(engine, {"train", run()});
        QVERIFY(train.waitForFinished(120000));
        QVERIFY2(train.exitCode() == 0, train.readAllStandardError().constData());
    }

    void showsWhatItSeesAndPaints()
    {
        Shown shown(run());
        QCOMPARE(shown.feed.log().previews().size(), 3);
        QVERIFY(shown.tabs()->isVisible());
        QVERIFY(!shown.panel()->isVisible());
        shown.tabs()->setCurrentIndex(1);
        QVERIFY(shown.panel()->isVisible());
        PreviewView* view = shown.panel()->view();
        QCOMPARE(view->message(), QString());
        // plain: the input is the probe set's patch, as its thumbnail has it; what is masked is another picture
        QCOMPARE(view->picture(0, 0).size(), shown.feed.thumbnail(0).size());
        QVERIFY(view->picture(0, 0) != view->picture(1, 0));
        QVERIFY(view->picture(99, 0).isNull() && view->picture(0, 99).isNull());
        QVERIFY(view->sentence().contains("step 60"));
        QVERIFY(view->sentence().contains("true mean and contrast"));
        shoot(&shown.screen, "preview");
    }

    void followsTheStepOfTheEmbedding()
    {
        Shown shown(run());
        shown.tabs()->setCurrentIndex(1);
        QCOMPARE(shown.slider()->value(), 2);
        const QImage last = shown.panel()->view()->picture(2, 0).copy();
        QTest::keyClick(shown.panel()->view(), Qt::Key_Left);
        QCOMPARE(shown.slider()->value(), 1);
        QVERIFY(shown.panel()->view()->picture(2, 0) != last);
        auto* embedding = shown.screen.findChild<EmbeddingPanel*>()->findChild<QSlider*>();
        QCOMPARE(embedding->value(), 2); // of four, the first of them step 0's
        shown.tabs()->setCurrentIndex(0);
        embedding->setValue(3);
        Q_EMIT embedding->sliderMoved(3);
        QCOMPARE(shown.slider()->value(), 2);
        embedding->setValue(0);
        Q_EMIT embedding->sliderMoved(0);
        QCOMPARE(shown.slider()->value(), 0);
    }

    void replays()
    {
        Shown shown(run());
        shown.feed.replay(1e6);
        QTRY_COMPARE(shown.feed.log().previews().size(), 3);
        QTRY_VERIFY(shown.tabs()->isVisible());
        shown.tabs()->setCurrentIndex(1);
        QTRY_COMPARE(shown.panel()->view()->message(), QString());
        QVERIFY(!shown.panel()->view()->picture(2, 0).isNull());
    }

    void saysWhatIsMissing()
    {
        const QString file = run() + "/" + Shown(run()).feed.log().previews().last().file;
        QVERIFY(QFile::resize(file, 100));
        Shown shorter(run());
        QVERIFY(shorter.panel()->view()->message().contains("incomplete"));
        QVERIFY(shorter.panel()->view()->picture(0, 0).isNull());
        QVERIFY(QFile::remove(file));
        Shown missing(run());
        missing.tabs()->setCurrentIndex(1);
        QVERIFY(missing.panel()->view()->message().contains("cannot be read"));
        QCOMPARE(missing.panel()->view()->sentence(), missing.panel()->view()->message());
        shoot(&missing.screen, "preview-missing");
    }

    void takesNoRoomWhereThereIsNone()
    {
        QDir().mkpath(m_dir.filePath("plain"));
        write("plain/events.jsonl", R"({"event":"started","protocol":1,"config":{},"steps":10,"loss":{}})"
                                    "\n");
        const Shown shown(m_dir.filePath("plain"));
        QVERIFY(!shown.tabs()->isVisible() && !shown.panel()->isVisible());
    }

    void refusesWhatIsNotInTheRun()
    {
        RunLog log;
        const auto preview = [&log](const QByteArray& file, const QByteArray& size = "8") {
            return log.apply(R"({"event":"preview","step":1,"file":")" + file +
                             R"(","rows":["input"],"count":1,"width":)" + size + R"(,"height":8,"channels":3})");
        };
        QVERIFY(!preview("../secret") && !preview("/etc/passwd") && !preview("") && !preview("a/../../b"));
        QVERIFY(!preview("a", "0") && !preview("a", "100000") && !preview("a", "\"x\""));
        QVERIFY(preview("reconstructions/step-1.bin"));
        QCOMPARE(log.previews().size(), 1);
        QVERIFY(log.apply(R"({"event":"resumed","from_step":0})"));
        QVERIFY(log.previews().isEmpty());
    }

    void drawsWhereTheLossWouldCollapse()
    {
        const auto bounds = [this](const QByteArray& loss) {
            QDir().mkpath(m_dir.filePath("loss"));
            write("loss/events.jsonl", R"({"event":"started","protocol":1,"config":{},"steps":10,"loss":)" + loss +
                                           "}\n" + R"({"event":"step","step":1,"loss":2})" + "\n");
            const Shown shown(m_dir.filePath("loss"));
            QStringList names;
            for (auto* plot : shown.screen.findChildren<CurvePlot*>())
                for (const Baseline& line : plot->baselines()) names << line.name + (line.caution ? "!" : "");
            return names.join(", ");
        };
        QCOMPARE(bounds(R"({"chance":5,"collapsed":6})"), QString("chance, collapsed!"));
        QCOMPARE(bounds(R"({"chance":5,"collapsed":5.01})"), QString("chance and collapsed"));
        QCOMPARE(bounds(R"({"chance":5,"collapsed":null})"), QString("chance"));
        QCOMPARE(bounds(R"({"chance":null,"collapsed":-1})"), QString("collapsed!"));
    }
};

QTEST_MAIN(TestPreview)
#include "tst_preview.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "curveplot.h"
#include "embeddingpanel.h"
#include "gauge.h"
#include "livescreen.h"
#include "noticecard.h"
#include "numbertext.h"
#include "plotbar.h"
#include "runheader.h"
#include "theme.h"

#include <QAccessible>
#include <QtTest>
#include <QtWidgets>
#include <cmath>
#include <unistd.h>

namespace {
/// A run directory whose engine is this very process, so that it counts as alive.
class RunOnDisk {
public:
    explicit RunOnDisk(int steps, const QByteArray& title = "NT-Xent")
    {
        QFile stat("/proc/self/stat");
        [[maybe_unused]] const bool read = stat.open(QIODevice::ReadOnly);
        const QByteArray fields = stat.readAll();
        const qint64 start = fields.mid(fields.lastIndexOf(')') + 2).split(' ')[19].toLongLong();
        write("launch.json", {{"id", "a"},
                              {"host", QSysInfo::machineHostName()},
                              {"state", "started"},
                              {"pid", qint64(getpid())},
                              {"process_start", start}});
        setHeartbeat("running");
        append(R"({"event":"started","protocol":1,"config":{"name":"first lab"},"steps":1000,"steps_per_epoch":50,)"
               R"("loss":{"title":")" +
               title + R"(","chance":5.5,"minimum":null}})");
        for (int i = 1; i <= steps; ++i) appendStep(i, 0.1 * i, 2 + 3 * std::exp(-i / 100.0));
    }
    QString path() const { return m_dir.filePath("run-1"); }
    void append(const QByteArray& line)
    {
        QDir().mkpath(path());
        QFile file(path() + "/events.jsonl");
        [[maybe_unused]] const bool open = file.open(QIODevice::Append);
        file.write(line + '\n');
    }
    void appendStep(int step, double seconds, double loss)
    {
        append(
            QStringLiteral(
                R"({"event":"step","step":%1,"epoch":%2,"samples":%3,"loss":%4,"lr":0.01,"terms":{},"seconds":%5,"rate":900})")
                .arg(step)
                .arg(step / 50.0)
                .arg(256 * step)
                .arg(loss)
                .arg(seconds)
                .toUtf8());
    }
    void setHeartbeat(const QString& state)
    {
        write("heartbeat", {{"time", "2030-01-01T00:00:00Z"}, {"step", 1}, {"state", state}});
    }
    void end(const QString& reason, const QString& message)
    {
        write("exit.json", {{"id", "a"}, {"reason", reason}, {"message", message}});
    }
    void write(const QString& file, const QJsonObject& object)
    {
        QDir().mkpath(path());
        QFile out(path() + "/" + file);
        [[maybe_unused]] const bool open = out.open(QIODevice::WriteOnly);
        out.write(QJsonDocument(object).toJson());
    }

private:
    QTemporaryDir m_dir;
};

QPushButton* button(const QWidget& screen, const QString& text)
{
    for (auto* found : screen.findChildren<QPushButton*>())
        if (QString(found->text()).remove(u'&') == QString(text).remove(u'&'))
            return found->isVisible() ? found : nullptr;
    return nullptr;
}
} // namespace

class TstLiveScreen : public QObject {
    Q_OBJECT
    struct Shown {
        RunFeed feed;
        LiveScreen screen;
        explicit Shown(const RunOnDisk& run) : feed(run.path())
        {
            feed.poll();
            screen.resize(1280, 720);
            screen.setRun(&feed, "first lab");
            screen.show();
            QCoreApplication::processEvents();
        }
        void poll()
        {
            feed.poll();
            Q_EMIT feed.changed();
            QCoreApplication::processEvents();
        }
    };
private Q_SLOTS:
    void tellsTheTimeLeftAfterTwentySteps()
    {
        const RunOnDisk young(15), grown(500);
        const auto left = [](const RunOnDisk& run) {
            RunFeed feed(run.path());
            feed.poll();
            return RunHeader::secondsLeft(feed.log());
        };
        QVERIFY(std::isnan(left(young)));
        QVERIFY(std::abs(left(grown) - 50) < 1);
    }

    void estimatesFromThisProcessAlone()
    {
        RunOnDisk run(300); // 0.1 s a step
        run.append(R"({"event":"resumed","from_step":300,"device":"cpu","threads":1})");
        for (int i = 1; i <= 10; ++i) run.appendStep(300 + i, 30 + i, 2); // ten times slower here
        RunFeed feed(run.path());
        feed.poll();
        QVERIFY(std::isnan(RunHeader::secondsLeft(feed.log())));
        for (int i = 11; i <= 30; ++i) run.appendStep(300 + i, 30 + i, 2);
        feed.poll();
        QVERIFY(std::abs(RunHeader::secondsLeft(feed.log()) - 670) < 10);
    }

    void roundsTimesAndNumbers()
    {
        QCOMPARE(aboutTime(3), QStringLiteral("less than 10 s"));
        QCOMPARE(aboutTime(34), QStringLiteral("about 30 s"));
        QCOMPARE(aboutTime(130), QStringLiteral("about 2 min"));
        QCOMPARE(aboutTime(80 * 60), QStringLiteral("about 1 h 20 min"));
        QCOMPARE(shortNumber(0.0625), QStringLiteral("0.0625"));
        QCOMPARE(shortNumber(-1.4142), QStringLiteral("−1.41"));
        QCOMPARE(shortNumber(3e-5), QStringLiteral("3e-5"));
        QCOMPARE(shortNumber(12000), QStringLiteral("12 k"));
        QCOMPARE(shortNumber(qQNaN()), QStringLiteral("not a number"));
    }

    void theGaugesWordIsTheEnginesVerdict()
    {
        Gauge gauge;
        QVERIFY(gauge.sentence().contains("not measured"));
        const QMap<QString, double> metrics = {{"std", 0.85}, {"rank", 8}, {"rank_relative", 0.12}};
        gauge.setProbe({0, metrics, 0, {}});
        QCOMPARE(gauge.word(), QStringLiteral("not judged"));
        gauge.setProbe({10, metrics, 0, "dimensional"});
        QCOMPARE(gauge.word(), QStringLiteral("dimensional collapse"));
        QVERIFY(gauge.sentence().contains("12 percent"));
        QCOMPARE(Gauge::read({{"std", 0.2}}).leastSpread, 0.1); // features may have much in common
        QCOMPARE(Gauge::read({{"std", 0.2}, {"std_projection", 0.9}}).spread, 0.9);
        QCOMPARE(QAccessible::queryAccessibleInterface(&gauge)->role(), QAccessible::Chart);
    }

    void drawsCurvesAndBaselines()
    {
        RunOnDisk run(100);
        run.append(
            R"({"event":"probe","step":0,"metrics":{"knn":0.45,"linear":0.47},"baselines":{"chance":{"knn":0.1,"linear":0.1},)"
            R"("statistics":{"knn":0.44,"linear":0.45},"untrained":{"knn":0.45,"linear":0.47}},"seconds":1})");
        run.append(R"({"event":"probe","step":100,"metrics":{"knn":0.5,"linear":0.6},"seconds":1})");
        Shown shown(run);
        QHash<QString, CurvePlot*> plots;
        for (auto* plot : shown.screen.findChildren<CurvePlot*>()) plots[plot->title()] = plot;
        QVERIFY(plots.contains("Loss, NT-Xent") && plots.contains("Linear probe") && plots.contains("kNN"));
        QCOMPARE(plots["Loss, NT-Xent"]->curves()[0].y.size(), 100);
        QCOMPARE(plots["kNN"]->curves()[0].x, (QVector<double>{0, 100}));
        QVERIFY2(plots["Linear probe"]->sentence().contains("60.0 %, rising"),
                 qPrintable(plots["Linear probe"]->sentence()));

        auto* axis = shown.screen.findChild<PlotBar*>()->findChild<QComboBox*>();
        axis->setCurrentText("Samples seen");
        QCOMPARE(plots["kNN"]->curves()[0].x, (QVector<double>{0, 25600}));
        axis->setCurrentText("Minutes");
        QVERIFY(std::abs(plots["kNN"]->curves()[0].x[1] - 10 / 60.0) < 1e-9);
    }

    void hasADashWhereStepsTellNoRate()
    {
        RunOnDisk run(0);
        for (int i = 1; i <= 3; ++i)
            run.append(QStringLiteral(R"({"event":"step","step":%1,"loss":1,"lr":null})").arg(i).toUtf8());
        Shown shown(run);
        for (auto* plot : shown.screen.findChildren<CurvePlot*>())
            if (plot->title() == "Learning rate") {
                QCOMPARE(plot->reading(), QStringLiteral("–"));
                QVERIFY(plot->notFinite().isEmpty());
                QCOMPARE(plot->sentence(), QStringLiteral("Learning rate: no values yet."));
            }
    }

    void movesTheEmbeddingWithTheCursor()
    {
        RunOnDisk run(100);
        run.append(
            R"({"event":"patches","count":2,"of":9,"thumbnails":{"file":"t","width":4,"height":4,"channels":3,"stretch":""},)"
            R"("classes":["a","b"],"ids":["x","y"],"label":[0,1],"lon":[1,2],"lat":[3,4]})");
        for (const int step : {0, 50, 100})
            run.append(QStringLiteral(R"({"event":"embedding","step":%1,"method":"pca","settings":{},"xy":[0,1,2,3]})")
                           .arg(step)
                           .toUtf8());
        Shown shown(run);
        auto* loss = shown.screen.findChild<CurvePlot*>();
        auto* embedding = shown.screen.findChild<EmbeddingPanel*>();
        auto* slider = embedding->findChild<QSlider*>();
        QCOMPARE(slider->value(), 2);
        QTest::keyClick(loss, Qt::Key_Left); // the cursor appears at step 100
        for (int i = 0; i < 3; ++i) QTest::keyClick(loss, Qt::Key_Left);
        QCOMPARE(slider->value(), 2); // the charts follow: the newest stays
        QTest::keyClick(loss, Qt::Key_Plus);
        QTest::keyClick(loss, Qt::Key_Left);
        QCOMPARE(slider->value(), 1);
        for (int i = 0; i < 50; ++i) QTest::keyClick(loss, Qt::Key_Left);
        QCOMPARE(slider->value(), 0);
        Q_EMIT embedding->stepChosen(50); // there the cursor goes to the embedding, not the embedding to the cursor
        QCOMPARE(slider->value(), 0);
        QTest::keyClick(loss, Qt::Key_Home); // follow
        QCOMPARE(slider->value(), 2);
    }

    void showsRetrievalWithoutLabels()
    {
        RunOnDisk run(100);
        run.append(R"({"event":"probe","step":0,"metrics":{"retrieval":0.3,"std":0.9}})");
        Shown shown(run);
        QStringList visible;
        for (auto* plot : shown.screen.findChildren<CurvePlot*>())
            if (plot->isVisible()) visible << plot->title();
        QVERIFY(visible.contains("Retrieval of the other view"));
        QVERIFY(!visible.contains("kNN"));
    }

    void pausesByTheSpaceBar()
    {
        RunOnDisk run(100);
        Shown shown(run);
        shown.screen.activateWindow();
        shown.screen.setFocus();
        QTRY_VERIFY(qobject_cast<CurvePlot*>(QApplication::focusWidget()));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Space);
        QFile control(run.path() + "/control.jsonl");
        QVERIFY(control.open(QIODevice::ReadOnly));
        QVERIFY(control.readAll().contains(R"("do":"pause")"));
    }

    void asksTheEngineToPauseAndStop()
    {
        RunOnDisk run(100);
        Shown shown(run);
        QVERIFY(button(shown.screen, "Pause"));
        QTest::mouseClick(button(shown.screen, "Pause"), Qt::LeftButton);
        run.setHeartbeat("paused");
        shown.poll();
        QVERIFY(!button(shown.screen, "Pause"));
        QTest::mouseClick(button(shown.screen, "Continue"), Qt::LeftButton);
        QTest::mouseClick(button(shown.screen, "Stop & keep"), Qt::LeftButton);
        QCOMPARE(shown.feed.state(), RunState::Stopping);
        QVERIFY(!button(shown.screen, "Stop & keep")->isEnabled());
        QFile control(run.path() + "/control.jsonl");
        QVERIFY(control.open(QIODevice::ReadOnly));
        QStringList asked;
        for (const QByteArray& line : control.readAll().trimmed().split('\n'))
            asked << QJsonDocument::fromJson(line).object()["do"].toString();
        QCOMPARE(asked, (QStringList{"pause", "resume", "stop"}));
    }

    void saysThatAskingFailed()
    {
        RunOnDisk run(100);
        Shown shown(run);
        QVERIFY(QDir(run.path()).mkdir("control.jsonl")); // cannot be appended to
        QSignalSpy failed(&shown.screen, &LiveScreen::failed);
        QTest::mouseClick(button(shown.screen, "Pause"), Qt::LeftButton);
        QCOMPARE(failed.size(), 1);
        QVERIFY(failed[0][0].toString().contains("control.jsonl"));
    }

    void showsTheNameThatItWasGiven()
    {
        RunOnDisk run(100);
        Shown shown(run);
        auto* name = shown.screen.findChild<RunHeader*>()->findChild<ElidedLabel*>();
        QCOMPARE(name->text(), QString("first lab"));
        shown.screen.setName("renamed");
        QCOMPARE(name->text(), QString("renamed"));
        for (auto* plot : shown.screen.findChildren<CurvePlot*>()) QCOMPARE(plot->curves()[0].name, QString("renamed"));
    }

    void saysWhyItFailedAndWhatToTry()
    {
        RunOnDisk run(100);
        run.append(
            R"({"event":"error","step":100,"code":"diverged","message":"The loss became not a number at step 100.",)"
            R"("fix":{"key":"optimizer.learning_rate","value":0.03}})");
        run.end("diverged", "");
        QFile log(run.path() + "/log.txt");
        QVERIFY(log.open(QIODevice::WriteOnly));
        log.write("one\ntwo\nthree\nfour\nthe last line\n");
        log.close();
        Shown shown(run);
        auto* card = shown.screen.findChild<NoticeCard*>();
        QCOMPARE(card->message(), QStringLiteral("The loss became not a number at step 100."));
        QVERIFY(card->findChild<QPlainTextEdit*>()->toPlainText().endsWith("the last line"));
        QSignalSpy fix(&shown.screen, &LiveScreen::fixRequested);
        QTest::mouseClick(button(shown.screen, "Duplicate with learning rate 0.03"), Qt::LeftButton);
        QCOMPARE(fix.size(), 1);
        QCOMPARE(fix[0][1].toString(), QStringLiteral("optimizer.learning_rate"));
    }

    void dismissesAWarningButNotTheNext()
    {
        RunOnDisk run(100);
        run.append(R"({"event":"warning","step":90,"code":"collapse","message":"The features collapse."})");
        Shown shown(run);
        auto* card = shown.screen.findChild<NoticeCard*>();
        QVERIFY(card->message().contains("The features collapse."));
        QTest::mouseClick(card->findChild<QToolButton*>(), Qt::LeftButton);
        shown.poll();
        QVERIFY(card->message().isEmpty());
        run.append(R"({"event":"warning","step":100,"code":"disk","message":"The disk is nearly full."})");
        shown.poll();
        QVERIFY(card->message().contains("nearly full"));
    }

    void refusesLogForNegativeLosses()
    {
        RunOnDisk run(0);
        for (int i = 1; i <= 30; ++i) run.appendStep(i, i, -0.9);
        Shown shown(run);
        auto* box = shown.screen.findChild<QCheckBox*>();
        QVERIFY(!box->isEnabled());
        QVERIFY(!box->toolTip().isEmpty());
    }

    void namesEverythingThatTakesFocus()
    {
        RunOnDisk run(100);
        run.append(
            R"({"event":"patches","count":2,"of":9,"thumbnails":{"file":"t","width":4,"height":4,"channels":3,"stretch":""},)"
            R"("classes":["a","b"],"ids":["x","y"],"label":[0,1],"lon":[1,2],"lat":[3,4]})");
        Shown shown(run);
        for (auto* widget : shown.screen.findChildren<QWidget*>()) {
            if (!(widget->focusPolicy() & Qt::TabFocus) || !widget->isVisible()) continue;
            QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
            QVERIFY2(face && !face->text(QAccessible::Name).isEmpty(), widget->metaObject()->className());
        }
    }

    void fitsAProjectorAtFourteenPoints()
    {
        const QFont before = QApplication::font();
        QFont large = before;
        large.setPointSizeF(14);
        QApplication::setFont(large);
        {
            RunOnDisk run(100);
            run.append(R"({"event":"warning","step":90,"code":"collapse","message":"The features collapse."})");
            Shown shown(run);
            const QSize least = shown.screen.minimumSizeHint();
            // what 1280 x 720 leaves beside the rail and the bars of the window
            QVERIFY2(least.width() <= 1100 && least.height() <= 640,
                     qPrintable(QStringLiteral("%1 x %2").arg(least.width()).arg(least.height())));
        }
        QApplication::setFont(before);
    }

    void hasOneSentenceAndOneButtonWhenEmpty()
    {
        LiveScreen screen;
        screen.show();
        QSignalSpy train(&screen, &LiveScreen::trainRequested);
        QTest::mouseClick(button(screen, "Train the example"), Qt::LeftButton);
        QCOMPARE(train.size(), 1);
        {
            RunOnDisk run(10);
            RunFeed feed(run.path());
            screen.setRun(&feed);
            QVERIFY(!button(screen, "Train the example"));
        }
        QVERIFY(button(screen, "Train the example")); // the feed is gone
    }
};

QTEST_MAIN(TstLiveScreen)
#include "tst_livescreen.moc"

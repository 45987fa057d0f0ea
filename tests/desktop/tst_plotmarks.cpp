// SPDX-License-Identifier: GPL-3.0-or-later
// What stands on the charts of the live screen beside the curves, and what its bar lets them show.
#include "curveplot.h"
#include "livescreen.h"
#include "plotbar.h"
#include "qcp.h"

#include <QtTest>
#include <QtWidgets>

class TstPlotMarks : public QObject {
    Q_OBJECT
    struct Shown {
        QTemporaryDir dir;
        std::unique_ptr<RunFeed> feed;
        LiveScreen screen;

        /// A run of 40 steps whose loss may be at or below zero.
        explicit Shown(double lossAtEnd = 1)
        {
            QFile events(dir.filePath("events.jsonl"));
            [[maybe_unused]] const bool open = events.open(QFile::WriteOnly);
            events.write(R"({"event":"started","config":{},"steps":40,"loss":{"title":"SimSiam","minimum":-1}})");
            for (int n = 1; n <= 40; ++n) {
                events.write(QStringLiteral("\n{\"event\":\"step\",\"step\":%1,\"loss\":%2,\"lr\":0.1,\"seconds\":%1}")
                                 .arg(n)
                                 .arg(lossAtEnd + (40 - n) / 40.0)
                                 .toUtf8());
                if (n == 10) events.write("\n{\"event\":\"checkpoint\",\"step\":10}");
                if (n == 20) events.write("\n{\"event\":\"resumed\",\"from_step\":20,\"device\":\"cpu\"}");
                if (n == 30)
                    events.write("\n{\"event\":\"changed\",\"step\":30,\"do\":\"set\","
                                 "\"key\":\"optimizer.learning_rate\",\"value\":0.5,\"was\":0.1}");
            }
            events.write("\n");
            events.close();
            feed = std::make_unique<RunFeed>(dir.path());
            feed->poll();
            screen.resize(1280, 720);
            screen.setRun(feed.get(), "first lab");
            screen.show();
            QCoreApplication::processEvents();
        }
        CurvePlot* plot(const QString& title) const
        {
            for (auto* found : screen.findChildren<CurvePlot*>())
                if (found->title() == title) return found;
            return nullptr;
        }
        QAction* option(const QString& text) const
        {
            for (QAction* action : screen.findChild<PlotBar*>()->findChild<QToolButton*>()->menu()->actions())
                if (QString(action->text()).remove(u'&') == text) return action;
            return nullptr;
        }
    };
private Q_SLOTS:
    void namesWhatHappenedWhereTheCursorIs()
    {
        Shown shown;
        auto *loss = shown.plot("Loss, SimSiam"), *rate = shown.plot("Learning rate");
        QVERIFY(loss && rate);
        const auto saysAt = [&](double step, const QString& word) {
            loss->group()->setCursor(step);
            return loss->reading().contains(word) && rate->reading().contains(word);
        };
        QVERIFY(saysAt(10, "checkpoint"));
        QVERIFY(saysAt(20, "resumed"));
        QVERIFY(saysAt(30, "learning_rate → 0.5"));
        QVERIFY(!saysAt(31, "learning_rate") && !saysAt(15, "checkpoint"));
    }

    void marksAStepByKey()
    {
        Shown shown;
        auto *loss = shown.plot("Loss, SimSiam"), *rate = shown.plot("Learning rate");
        loss->group()->setCursor(15);
        QTest::keyClick(loss, Qt::Key_M);
        QCOMPARE(loss->group()->marks(), QVector<double>{15});
        QVERIFY(rate->reading().contains("mark"));
        shown.screen.findChild<QComboBox*>()->setCurrentText("Minutes");
        QCOMPARE(loss->group()->marks(), QVector<double>{15 / 60.0}); // stays at its step
        QTest::keyClick(loss, Qt::Key_M);
        QVERIFY(loss->group()->marks().isEmpty());
    }

    void offersTheLossAboveItsLeast()
    {
        Shown shown(-0.9);
        auto* loss = shown.plot("Loss, SimSiam");
        auto* log = shown.screen.findChild<QCheckBox*>();
        QVERIFY(!log->isEnabled() && log->toolTip().contains("Options"));
        shown.option("Loss above its least possible value")->trigger();
        QVERIFY(log->isEnabled());
        QCOMPARE(loss->title(), QString("Loss, SimSiam, above its least"));
        QVERIFY(std::abs(loss->curves()[0].y.last() - 0.1) < 1e-9);
        log->setChecked(true);
        QVERIFY(loss->isLog());
        loss->group()->setLog(false);
        shown.option("Loss above its least possible value")->trigger();
        QVERIFY(loss->shownSpan().low < 0);
    }

    void leavesRoomForTheLabSheetAtFourteenPoints()
    {
        const QFont before = QApplication::font();
        QFont large = before;
        large.setPointSizeF(14);
        QApplication::setFont(large);
        {
            Shown shown(-0.9); // with the reason why y is not logarithmic
            auto* loss = shown.screen.findChild<CurvePlot*>();
            loss->group()->setCursor(15);
            QTest::keyClick(loss, Qt::Key_Return);
            // what 1280 leaves beside the rail and a sheet of its least width
            const int rail = 150, room = 1280 - rail - QFontMetrics(large).averageCharWidth() * 30;
            shown.screen.resize(room, 560);
            QCoreApplication::processEvents();
            QVERIFY2(shown.screen.minimumSizeHint().width() <= room,
                     qPrintable(QString::number(shown.screen.minimumSizeHint().width())));
            for (auto* control : shown.screen.findChild<PlotBar*>()->findChildren<QAbstractButton*>())
                QVERIFY2(control->width() >= control->minimumSizeHint().width(), qPrintable(control->text()));
        }
        QApplication::setFont(before);
    }

    void drawsTheRawValuesAsABand()
    {
        Shown shown;
        auto* loss = shown.plot("Loss, SimSiam");
        const auto drawnGraphs = [&] {
            auto* chart = loss->findChild<QCustomPlot*>();
            int filled = 0;
            for (int i = 0; i < chart->graphCount(); ++i)
                filled += chart->graph(i)->channelFillGraph() && chart->graph(i)->data()->size() > 1;
            return filled;
        };
        QCOMPARE(drawnGraphs(), 0);
        shown.option("Raw values as a band")->trigger();
        QTRY_COMPARE(drawnGraphs(), 1);
        loss->setSmoothing(false); // what is drawn is raw already
        QTRY_COMPARE(drawnGraphs(), 0);
    }
};

QTEST_MAIN(TstPlotMarks)
#include "tst_plotmarks.moc"

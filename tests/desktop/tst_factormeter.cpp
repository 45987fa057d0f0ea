// SPDX-License-Identifier: GPL-3.0-or-later
#include "factormeter.h"
#include "livescreen.h"
#include "shots.h"

#include <QTabBar>
#include <QtTest/QtTest>

/// The invariance meter on the live screen: a real run of the real engine on simulated landscapes.
class TestFactorMeter : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;

    QString run() const { return m_dir.filePath("run"); }

private Q_SLOTS:
    void initTestCase()
    {
        beginScreens();
        const QString engine = builtEngine();
        if (engine.isEmpty()) QSKIP("revisit-engine is not built");
        qputenv("REVISIT_CACHE", m_dir.filePath("cache").toUtf8());
        QDir().mkpath(run());
        QFile file(run() + "/run.json");
        QVERIFY(file.open(QFile::WriteOnly));
        file.write(R"({"dataset": {"name": "simulated", "places": 100, "dates": 2, "size_px": 16},
            "training": {"steps": 40, "batch": 32, "threads": 1}, "evaluation": {"every": 20, "layout": "pca"}})");
        file.close();
        QProcess train;
        train.start(engine, {"train", run()});
        QVERIFY(train.waitForFinished(120000));
        QVERIFY2(train.exitCode() == 0, train.readAllStandardError().constData());
    }

    void showsWhatTheFeaturesStillHold()
    {
        RunFeed feed(run());
        feed.poll();
        LiveScreen screen;
        screen.resize(1200, 500); // what a window of 1280 x 720 leaves above the list of runs
        screen.setRun(&feed, "simulated");
        screen.show();
        QCoreApplication::processEvents();
        auto* tabs = screen.findChild<QTabBar*>();
        auto* meter = screen.findChild<FactorMeter*>();
        QVERIFY(tabs->isVisible());
        QVERIFY(tabs->isTabVisible(2) && !tabs->isTabVisible(1)); // it paints nothing
        QVERIFY(!meter->isVisible());
        tabs->setCurrentIndex(2);
        QVERIFY(meter->isVisible());
        const auto& last = feed.log().probes().last();
        QVERIFY(last.factors.contains("sun_elevation") && last.factors.contains("class"));
        QVERIFY(meter->sentence().contains("at step 40"));
        const QString held = QLocale().toString(last.factors["sun_elevation"], 'f', 2);
        QVERIFY2(meter->sentence().contains("sun elevation: " + held), qPrintable(meter->sentence()));
        shoot(&screen, "factors");
        meter->showStep(25);
        QVERIFY(meter->sentence().contains("at step 20"));
        meter->showStep(40);
        QVERIFY(meter->sentence().contains("at step 40"));
    }

    void saysThatNothingIsMeasuredYet()
    {
        FactorMeter meter;
        QVERIFY(meter.sentence().contains("not measured yet"));
        meter.resize(meter.minimumSizeHint());
        meter.grab(); // and paints itself all the same
    }
};

QTEST_MAIN(TestFactorMeter)
#include "tst_factormeter.moc"

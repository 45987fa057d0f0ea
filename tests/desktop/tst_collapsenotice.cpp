// SPDX-License-Identifier: GPL-3.0-or-later
#include "experimentscreen.h"
#include "gauge.h"
#include "livescreen.h"
#include "mainwindow.h"
#include "noticecard.h"
#include "runlist.h"
#include "shots.h"
#include "target.h"

#include <QtTest/QtTest>

/// A run that tells of its collapse, in the real window with the real engine: what is said, and the way to cure it.
class TestCollapseNotice : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    std::unique_ptr<MainWindow> m_window;

    QString run() const { return m_dir.filePath("runs/bad"); }
    void write(const QString& name, const QVector<QJsonObject>& lines) const
    {
        QDir().mkpath(run());
        QFile file(run() + "/" + name);
        QVERIFY(file.open(QFile::WriteOnly));
        for (const QJsonObject& line : lines) file.write(QJsonDocument(line).toJson(QJsonDocument::Compact) + '\n');
    }
    /// A finished SimSiam without its stop-gradient that warned so.
    void open(const QJsonValue& fix)
    {
        const QJsonObject config{{"objective", QJsonObject{{"name", "simsiam"}, {"stop_gradient", false}}}};
        write("run.json", {config});
        write("launch.json", {{{"id", "a"}, {"state", "started"}}});
        write("exit.json", {{{"id", "a"}, {"reason", "finished"}, {"code", 0}, {"message", ""}}});
        const QJsonObject loss{{"title", "SimSiam"}, {"chance", 0}, {"collapsed", -1}};
        QVector<QJsonObject> events{
            {{"event", "started"}, {"protocol", 1}, {"config", config}, {"steps", 200}, {"loss", loss}}};
        for (int i = 1; i <= 200; ++i)
            events << QJsonObject{{"event", "step"}, {"step", i}, {"lr", 0.05}, {"loss", std::exp(-i / 10.0) - 0.99}};
        events << QJsonObject{{"event", "warning"},
                              {"step", 100},
                              {"code", "collapse"},
                              {"kind", "complete"},
                              {"message", "Complete collapse: the embeddings have become nearly the same. Their spread "
                                          "is 0.02, where 1 is even. Set objective.stop_gradient to true."},
                              {"evidence", QJsonObject{{"std_projection", 0.02}}},
                              {"fix", fix}};
        write("events.jsonl", events);
        m_window.reset();
        m_window = std::make_unique<MainWindow>(WindowOptions{
            m_dir.filePath("runs"), REVISIT_BIN "/revisit-engine", REVISIT_SOURCE "/resources", {}, true});
        m_window->QMainWindow::show();
        m_window->runList()->select(run());
        m_window->show(MainWindow::Live);
    }
    NoticeCard* notice() const { return m_window->live()->findChild<NoticeCard*>(); }
    QPushButton* button(const QString& text) const
    {
        for (auto* found : notice()->findChildren<QPushButton*>())
            if (found->isVisible() && found->text() == text) return found;
        return nullptr;
    }

private Q_SLOTS:
    void initTestCase() { beginScreens(); }
    void cleanup() { m_window.reset(); }

    void offersTheCure()
    {
        open(QJsonObject{{"key", "objective.stop_gradient"}, {"value", true}});
        if (builtEngine().isEmpty()) QSKIP("revisit-engine is not built");
        QTRY_VERIFY(notice()->message().contains("Complete collapse"));
        QVERIFY(notice()->message().startsWith("Step 100"));
        QTRY_VERIFY(button("Duplicate with stop gradient on"));
        shoot(m_window.get(), "collapse", 200);
        QTest::mouseClick(button("Duplicate with stop gradient on"), Qt::LeftButton);
        QCOMPARE(m_window->screen(), MainWindow::Experiment);
        QCOMPARE(m_window->experiment()->config()["objective"].toObject(), (QJsonObject{{"name", "simsiam"}}));
    }

    void takesTheLastRowOfChartsInALowWindow()
    {
        const QFont font = QApplication::font();
        QFont large = font;
        large.setPointSize(14);
        QApplication::setFont(large);
        const auto back = qScopeGuard([&] { QApplication::setFont(font); });
        open(QJsonValue::Null);
        auto* gauge = m_window->live()->findChild<Gauge*>();
        QTRY_VERIFY(notice()->message().contains("Complete collapse"));
        m_window->resize(1280, 1200);
        QTRY_VERIFY(gauge->isVisible());
        m_window->resize(1280, 720);
        QTRY_VERIFY(!gauge->isVisible());
        shoot(m_window.get(), "low", 200);
        QTest::mouseClick(notice()->findChild<QToolButton*>(), Qt::LeftButton);
        QVERIFY(gauge->isVisible());
    }

    void offersNothingWhereNothingIsKnownToHelp()
    {
        open(QJsonValue::Null);
        QTRY_VERIFY(notice()->message().contains("Complete collapse"));
        for (auto* found : notice()->findChildren<QPushButton*>()) QVERIFY(!found->isVisible());
    }

    void callsAnAutomaticValueSo()
    {
        open(QJsonObject{{"key", "optimizer.learning_rate"}, {"value", 0}});
        if (builtEngine().isEmpty()) QSKIP("revisit-engine is not built");
        QTRY_VERIFY(button("Duplicate with learning rate automatic"));
    }
};

QTEST_MAIN(TestCollapseNotice)
#include "tst_collapsenotice.moc"

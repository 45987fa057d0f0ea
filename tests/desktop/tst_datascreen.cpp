// SPDX-License-Identifier: GPL-3.0-or-later
#include "batchbar.h"
#include "datascreen.h"
#include "datehistogram.h"
#include "embeddingview.h"
#include "experimentscreen.h"
#include "livescreen.h"
#include "mainwindow.h"
#include "patchfilter.h"
#include "patchmap.h"
#include "patchselection.h"
#include "problemlist.h"
#include "rail.h"
#include "shots.h"
#include "spectrumplot.h"
#include "target.h"
#include "tilegrid.h"
#include "tilelens.h"

/// Drives the Data screen of the real window against the real engine.
class TestDataScreen : public QObject {
    Q_OBJECT
    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<MainWindow> m_window;

    static QString data(const char* name)
    {
        const QString given = qEnvironmentVariable("REVISIT_DATA");
        return QDir::cleanPath((given.isEmpty() ? QStringLiteral(REVISIT_SOURCE "/../shared/data") : given) + u'/' +
                               QString::fromLatin1(name));
    }
    DataScreen* screen() const { return m_window->data(); }
    const PatchTable& table() const { return screen()->table(); }
    int shown() const { return int(screen()->grid()->shown().size()); }
    QJsonObject training() const { return m_window->experiment()->config()["training"].toObject(); }
    QPushButton* button(const QString& text) const
    {
        for (auto* found : screen()->findChildren<QPushButton*>())
            if (found->isVisible() && found->text() == text) return found;
        return nullptr;
    }

    void open(const QJsonObject& dataset)
    {
        m_window.reset();
        m_window = std::make_unique<MainWindow>(
            WindowOptions{m_dir->filePath("runs"), builtEngine(), REVISIT_SOURCE "/resources", {}, true});
        m_window->QMainWindow::show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        m_window->activateWindow();
        QTRY_VERIFY(m_window->experiment()->form()->draft().catalog());
        m_window->experiment()->open({"here", {{"dataset", dataset}, {"training", QJsonObject{{"batch", 8}}}}});
        m_window->show(MainWindow::Data);
        QTRY_VERIFY_WITH_TIMEOUT(screen()->feed()->isChecked(), 60000);
    }
    void openSimulated()
    {
        open({{"name", "simulated"}, {"places", 20}, {"dates", 4}, {"size_px", 16}});
        QCOMPARE(table().set.count, 80);
    }
    /// Images of which one is black and two are the same.
    QString images() const
    {
        const QString folder = m_dir->filePath("images");
        QRandomGenerator random(1);
        for (const char* name : {"dark", "bright"}) {
            QDir().mkpath(folder + "/" + name);
            for (int i = 0; i < 20; ++i) {
                QImage image(16, 16, QImage::Format_RGB888);
                image.fill(Qt::black);
                for (int k = 0; k < 256 && (i > 0 || name[0] == 'b'); ++k)
                    image.setPixelColor(k % 16, k / 16, QColor(random.bounded(200), name[0] == 'b' ? 200 : 20, k));
                image.save(QStringLiteral("%1/%2/%3.png").arg(folder, name).arg(i));
            }
        }
        QFile::remove(folder + "/dark/7.png");
        QFile::copy(folder + "/dark/6.png", folder + "/dark/7.png");
        return folder;
    }

private Q_SLOTS:
    void initTestCase()
    {
        beginScreens();
        if (builtEngine().isEmpty()) QSKIP("revisit-engine is not built");
        m_dir = std::make_unique<QTemporaryDir>();
    }
    void cleanup() { m_window.reset(); }

    void tellsOfADataSet()
    {
        openSimulated();
        QCOMPARE(table().layers.size(), 4);
        QVERIFY(table().isDated() && table().isLocated() && !table().clouds.isEmpty());
        QVERIFY(table().composites.first().name.startsWith("True"));
        QCOMPARE(shown(), 80);
        int dated = 0;
        for (int bar = 0; bar < screen()->dates()->bars(); ++bar) dated += screen()->dates()->countOf(bar);
        QCOMPARE(dated, 80);
        shoot(m_window.get(), "data-simulated", 800);
    }

    void isReachedByKeyAndNamesWhatTakesTheFocus()
    {
        openSimulated();
        m_window->show(MainWindow::Start);
        QTest::keyClick(m_window.get(), Qt::Key_2, Qt::ControlModifier);
        QTRY_COMPARE(m_window->screen(), MainWindow::Data);
        QTRY_VERIFY(screen()->grid()->hasFocus());
    }

    void oneSelectionForAll()
    {
        openSimulated();
        TileGrid* grid = screen()->grid();
        grid->setFocus();
        QTest::keyClick(grid, Qt::Key_Home);
        QTest::keyClick(grid, Qt::Key_Right, Qt::ShiftModifier);
        QTest::keyClick(grid, Qt::Key_Right, Qt::ShiftModifier);
        QCOMPARE(m_window->selection()->ids().size(), 3);
        QTRY_VERIFY(std::isfinite(screen()->spectrum()->means().first()));
        QVERIFY(screen()->spectrum()->isOverWavelengths());
        const QVector<double> x = screen()->spectrum()->places();
        QVERIFY(std::is_sorted(x.begin(), x.end()) && x.first() > 400 && x.last() < 2500);
        QTest::keyClick(grid, Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(m_window->selection()->ids().size(), 80);
        QTest::keyClick(grid, Qt::Key_Escape);
        QVERIFY(m_window->selection()->isEmpty());
        // a line around everything on the map
        PatchMap* map = screen()->map();
        QTest::mousePress(map, Qt::LeftButton, {}, {3, 3});
        QMouseEvent move(QEvent::MouseMove, QPointF(map->width() - 3, 3), QPointF(), Qt::NoButton, Qt::LeftButton, {});
        QApplication::sendEvent(map, &move);
        for (const QPointF& corner : {QPointF(map->width() - 3, map->height() - 3), QPointF(3, map->height() - 3)}) {
            QMouseEvent next(QEvent::MouseMove, corner, QPointF(), Qt::NoButton, Qt::LeftButton, {});
            QApplication::sendEvent(map, &next);
        }
        QTest::mouseRelease(map, Qt::LeftButton, {}, {3, map->height() - 3});
        QCOMPARE(m_window->selection()->ids().size(), 80);
        // and what shows an embedding of these patches has it too
        EmbeddingView view;
        view.setSelection(m_window->selection());
        view.setPatches(table().set);
        Layout layout{0, "pca", {}, {}};
        for (int i = 0; i < 80; ++i) layout.xy << QPointF(i % 9, i / 9.0);
        view.setLayout(layout);
        view.resize(300, 300);
        QTest::mouseClick(&view, Qt::LeftButton, {}, view.placeOf(5).toPoint());
        QCOMPARE(m_window->selection()->ids(), QSet<QString>{table().set.ids[5]});
        shoot(m_window.get(), "data-selected", 800);
    }

    void filtersByDateAndClass()
    {
        openSimulated();
        DateHistogram* dates = screen()->dates();
        dates->setSeasons(true);
        QCOMPARE(dates->bars(), 12);
        dates->brush(5, 7);
        QCOMPARE(shown(), dates->countOf(5) + dates->countOf(6) + dates->countOf(7));
        QVERIFY(shown() < 80);
        QTest::mouseClick(button("Show all"), Qt::LeftButton);
        QCOMPARE(shown(), 80);
        auto* classes = screen()->filter()->findChildren<QComboBox*>().first();
        classes->setCurrentIndex(1);
        for (const int patch : screen()->grid()->shown()) QCOMPARE(table().set.label[patch], 0);
    }

    void drawsABatchOfTheDraftsSampler()
    {
        openSimulated();
        screen()->batch()->findChild<QCheckBox*>()->setChecked(true);
        QTRY_VERIFY2(screen()->batch()->words().contains("of 28 pairs"), qPrintable(screen()->batch()->words()));
        shoot(m_window.get(), "data-batch", 800);
        Q_EMIT screen()->batch()->samplerAsked("temporal");
        QCOMPARE(m_window->experiment()->config()["sampler"].toObject()["name"].toString(), QString("temporal"));
    }

    void showsATileLarge()
    {
        openSimulated();
        TileGrid* grid = screen()->grid();
        grid->setFocus();
        QTest::keyClick(grid, Qt::Key_End);
        QTest::keyClick(grid, Qt::Key_Space);
        QVERIFY(screen()->lens()->isVisible());
        QCOMPARE(screen()->lens()->patch(), 79);
        QTRY_VERIFY(screen()->lens()->hasPicture());
        shoot(screen()->lens(), "data-lens", 300);
        QTest::keyClick(screen()->lens(), Qt::Key_Left);
        QCOMPARE(screen()->lens()->patch(), 78);
        QTest::keyClick(screen()->lens(), Qt::Key_Space);
        QVERIFY(!screen()->lens()->isVisible());
    }

    void leavesOutWhatIsUnsound()
    {
        open({{"name", "folder"}, {"path", images()}});
        QCOMPARE(table().set.count, 40);
        QVERIFY(!table().isDated() && !table().isLocated());
        const auto problems = problemsOf(table());
        QCOMPARE(problems.size(), 2);
        QVERIFY(problems[0].kind == PatchProblem::Constant && problems[1].kind == PatchProblem::Duplicates);
        QTRY_VERIFY(button("Show"));
        QTest::mouseClick(button("Show"), Qt::LeftButton);
        QTRY_COMPARE(shown(), 1);
        shoot(m_window.get(), "data-problems", 800);
        Q_EMIT screen()->findChild<ProblemList*>()->settingAsked("training.duplicates", false);
        QCOMPARE(training()["duplicates"], QJsonValue(false));
        QTRY_COMPARE(table().set.count, 39);
        QTRY_VERIFY(button("Bring back"));
        QTest::mouseClick(button("Bring back"), Qt::LeftButton);
        QTRY_COMPARE(table().set.count, 40);
    }

    void asksAndPaintsOnlyWhatIsInSight()
    {
        PatchTable table;
        table.sizePx = 64;
        table.set.count = 10000;
        table.bands = {{"grey", {}, 0, 0, 0, 1}};
        QVector<int> all(10000);
        std::iota(all.begin(), all.end(), 0);
        for (const int i : all) {
            table.set.ids << QString::number(i);
            table.set.label << -1;
            table.set.lon << 0.0;
            table.set.lat << 0.0;
            table.day << PatchTable::noDay;
        }
        Target target(m_dir->filePath("nowhere"));
        TileStore store(&target, 96);
        PatchSelection selection;
        TileGrid grid(&store, &selection);
        grid.resize(700, 400);
        grid.setTable(&table);
        grid.setShown(all);
        grid.show();
        QVERIFY(QTest::qWaitForWindowExposed(&grid));
        const int most = grid.columns() * (400 / 68 + 2);
        for (const int at : {0, 12345, 60000}) {
            grid.verticalScrollBar()->setValue(at);
            grid.viewport()->repaint();
            QVERIFY2(grid.painted() > 0 && grid.painted() <= most, qPrintable(QString::number(grid.painted())));
        }
        QTRY_VERIFY(store.asked() > 0);
        QVERIFY(store.asked() <= 64);
        QTest::keyClick(&grid, Qt::Key_End);
        QCOMPARE(grid.current(), 9999);
        QVERIFY(grid.viewport()->rect().contains(grid.rectOf(9999)));
    }

    void opensWhatIsDropped()
    {
        openSimulated();
        m_window->openPath(images());
        QCOMPARE(m_window->screen(), MainWindow::Data);
        QTRY_COMPARE(table().set.count, 40);
    }

    void showsRealData()
    {
        const QString eurosat = data("EuroSAT_RGB-10000.zip");
        if (!QFileInfo::exists(eurosat)) QSKIP("EuroSAT is not there");
        open({{"name", "folder"}, {"path", eurosat}});
        QCOMPARE(table().set.count, 10000);
        QTRY_VERIFY_WITH_TIMEOUT(screen()->feed()->isChecked(), 60000);
        QCOMPARE(table().set.classes.size(), 10);
        shoot(m_window.get(), "data-eurosat", 1200);
    }
};

QTEST_MAIN(TestDataScreen)
#include "tst_datascreen.moc"

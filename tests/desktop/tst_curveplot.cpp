// SPDX-License-Identifier: GPL-3.0-or-later
#include "curveplot.h"
#include "curvetable.h"
#include "plotbar.h"
#include "qcp.h"
#include "recordedplayer.h"
#include "theme.h"

#include <QAccessible>
#include <QtTest>
#include <QtWidgets>
#include <cmath>
#include <limits>

namespace {
constexpr int steps = 400;

QVector<double> numbers(int from, int to)
{
    QVector<double> result;
    for (int i = from; i <= to; ++i) result << i;
    return result;
}

Curve curve(const QString& name, int count = steps, double offset = 0)
{
    Curve result{name, 0, numbers(1, count), numbers(1, count), {}};
    for (const double x : result.x) result.y << offset + 2 + 3 * std::exp(-x / 80) + 0.1 * std::sin(x);
    return result;
}

struct Fixture {
    PlotGroup group;
    QWidget window;
    CurvePlot *first, *second;

    Fixture()
    {
        auto* layout = new QVBoxLayout(&window);
        layout->addWidget(first = new CurvePlot("Loss, NT-Xent", &group));
        layout->addWidget(second = new CurvePlot("kNN", &group));
        window.resize(600, 500);
        first->setCurves({curve("simclr")});
        second->setCurves({curve("simclr", steps, 5)});
        setSteps(steps);
        window.show();
        window.activateWindow();
        [[maybe_unused]] const bool active = QTest::qWaitForWindowActive(&window);
        QCoreApplication::processEvents();
    }
    void setSteps(int count) { group.setGrid(PlotGroup::Axis::Step, numbers(1, count), {100, 200, 300}); }
    QWidget* canvas() const { return first->findChild<QWidget*>(QString(), Qt::FindDirectChildrenOnly); }
};
} // namespace

class TstCurvePlot : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void crossesWhatIsNotFinite()
    {
        Fixture f;
        Curve c = curve("simclr");
        c.y[99] = qQNaN();
        c.y[199] = std::numeric_limits<double>::infinity();
        f.first->setCurves({c});
        QCOMPARE(f.first->notFinite(), (QVector<double>{100, 200}));
        QVERIFY(std::isfinite(f.first->shownSpan().low) && f.first->shownSpan().high < 7);
        const auto marked = [&] {
            const QImage image = f.first->grab().toImage();
            const QColor problem = Theme::instance()->state(Theme::State::Problem);
            int count = 0;
            for (int y = image.height() / 2; y < image.height(); ++y)
                for (int x = 0; x < image.width(); ++x) {
                    const QColor pixel = image.pixelColor(x, y);
                    count +=
                        std::abs(pixel.red() - problem.red()) < 40 && std::abs(pixel.green() - problem.green()) < 40;
                }
            return count;
        };
        QTRY_VERIFY(marked() > 20);
        f.first->setCurves({curve("simclr")});
        QTRY_COMPARE(marked(), 0);
        f.first->setCurves({c});
        f.group.setCursor(100);
        QVERIFY(f.first->reading().contains("not a number"));
    }

    void refusesLogWithAReason()
    {
        Fixture f;
        f.group.setLog(true);
        QVERIFY(f.first->isLog());
        f.first->setCurves({curve("simsiam", steps, -4)});
        QVERIFY(!f.first->isLog());
        QVERIFY(f.first->logRefusal().contains("negative"));
        QVERIFY(f.first->shownSpan().low < 0); // drawn linearly, not blank
    }

    void keepsOutliersOutsideAndCountsThem()
    {
        Fixture f;
        Curve c = curve("simclr");
        for (const int i : {20, 40, 60}) c.y[i] = 1000;
        f.first->setCurves({c});
        QCOMPARE(f.first->shownSpan().above, 3);
        QVERIFY(f.first->shownSpan().high < 8);
        PlotBar bar(&f.group);
        auto* all = bar.findChild<QToolButton*>()->menu()->actions().first();
        all->trigger();
        QVERIFY(f.first->shownSpan().high > 999);
        QCOMPARE(f.first->shownSpan().above, 0);
        all->trigger();
        QCOMPARE(f.first->shownSpan().above, 3);
        f.first->setRobust(false);
        QVERIFY(f.first->shownSpan().high > 999);
    }

    void movesOneCursorByKeyboard()
    {
        Fixture f;
        f.first->setFocus();
        QTest::keyClick(f.first, Qt::Key_Left);
        QCOMPARE(f.group.cursor(), 400.0); // begins at the newest
        QTest::keyClick(f.first, Qt::Key_Left);
        QCOMPARE(f.group.cursor(), 399.0);
        QTest::keyClick(f.first, Qt::Key_Left, Qt::ShiftModifier);
        QCOMPARE(f.group.cursor(), 300.0);
        QTest::keyClick(f.first, Qt::Key_Left, Qt::ShiftModifier);
        QCOMPARE(f.group.cursor(), 200.0);
        QTest::keyClick(f.first, Qt::Key_Right);
        QCOMPARE(f.group.cursor(), 201.0);
        QVERIFY(f.first->reading().startsWith("step 201"));
        QVERIFY(f.second->reading().startsWith("step 201"));
        QTest::keyClick(f.first, Qt::Key_Return);
        QCOMPARE(f.group.pinned(), 201.0);
        QTest::keyClick(f.first, Qt::Key_Right, Qt::ShiftModifier);
        QVERIFY2(f.first->reading().contains("(−"), qPrintable(f.first->reading())); // the loss fell since
        QTest::keyClick(f.first, Qt::Key_Escape);
        QVERIFY(std::isnan(f.group.cursor()) && std::isnan(f.group.pinned()));
    }

    void zoomsWhileItStreams()
    {
        Fixture f;
        QSignalSpy follow(&f.group, &PlotGroup::followChanged);
        const QRect area = f.first->rect();
        QWidget* canvas = f.first->childAt(area.center());
        QVERIFY(canvas && canvas != f.first);
        const QPoint from = canvas->rect().center() - QPoint(80, 0), to = canvas->rect().center() + QPoint(80, 0);
        QTest::mousePress(canvas, Qt::LeftButton, {}, from);
        QTest::mouseMove(canvas, to);
        QTest::mouseRelease(canvas, Qt::LeftButton, {}, to);
        QVERIFY(!f.group.isFollowing());
        QCOMPARE(follow.size(), 1);
        const auto window = f.group.visible();
        QVERIFY(window.from > 50 && window.to < 350);

        f.first->setCurves({curve("simclr", 500)});
        f.setSteps(500);
        QCOMPARE(f.group.visible(), window);
        f.group.setCursor(150);
        QVERIFY(f.first->reading().startsWith("step 150"));

        f.first->setFocus();
        QTest::keyClick(f.first, Qt::Key_Plus);
        QVERIFY(f.group.visible().to - f.group.visible().from < window.to - window.from);
        QTest::keyClick(f.first, Qt::Key_Left, Qt::AltModifier);
        QCOMPARE(f.group.visible(), window);
        QTest::keyClick(f.first, Qt::Key_Home);
        QVERIFY(f.group.isFollowing());
        QCOMPARE(f.group.visible().to, 500.0);
    }

    void keepsTheZoomOnAnotherAxis()
    {
        Fixture f;
        f.group.zoom({100, 200});
        f.group.setCursor(150);
        QVector<double> samples;
        for (int i = 1; i <= steps; ++i) samples << 256.0 * i;
        f.group.setGrid(PlotGroup::Axis::Samples, samples, {});
        QCOMPARE(f.group.visible(), (PlotGroup::Window{25600, 51200}));
        QCOMPARE(f.group.cursor(), 38400.0);
    }

    void countsStepsLogarithmically()
    {
        Fixture f;
        PlotBar bar(&f.group);
        auto* box = bar.findChildren<QCheckBox*>().last();
        box->setChecked(true);
        QCOMPARE(f.group.visible(), (PlotGroup::Window{1, 400}));
        QCoreApplication::processEvents();
        const QCPAxis* axis = f.first->findChild<QCustomPlot*>()->xAxis;
        QCOMPARE(axis->scaleType(), QCPAxis::stLogarithmic);
        const double middle = (axis->coordToPixel(1) + axis->coordToPixel(400)) / 2;
        QVERIFY(std::abs(axis->coordToPixel(20) - middle) < 2);
        f.group.zoomAt(20, 0.5);
        QVERIFY(std::abs(f.group.visible().from * f.group.visible().to - 400) < 1);
        f.group.zoomAt(20, 4);
        QVERIFY(f.group.isFollowing());
        f.group.setGrid(PlotGroup::Axis::Epoch, numbers(1, steps), {});
        QVERIFY(!box->isEnabled() && !box->toolTip().isEmpty());
        QCOMPARE(f.group.visible().from, 0.0);
    }

    void smoothsByTheGroupsHalfLife()
    {
        Fixture f;
        f.group.setHalfLife(30);
        const auto y = f.first->curves()[0].y;
        QCOMPARE(f.first->drawn(0), smoothed(f.first->curves()[0].step, y, 30));
        f.group.setHalfLife(0);
        QCOMPARE(f.first->drawn(0), y);
    }

    void saysThatItsFigureIsSmoothedAndWhatWasTold()
    {
        Fixture f;
        Curve c = curve("simclr");
        c.y.last() = 4;
        f.first->setCurves({c});
        QCOMPARE(f.first->legend(), QString("smoothed, half-life 30"));
        const auto labels = f.first->findChildren<ElidedLabel*>();
        const auto shown = [&] {
            return std::any_of(labels.begin(), labels.end(), [](const ElidedLabel* label) {
                return label->isVisible() && label->text() == "smoothed, half-life 30; raw 4";
            });
        };
        QTRY_VERIFY(shown());
        QVERIFY(f.first->reading().endsWith("raw 4"));
        f.first->setCurves({c, curve("vicreg")});
        QCOMPARE(f.first->legend(), QString("smoothed, half-life 30"));
        f.first->setSmoothing(false);
        QVERIFY(f.first->legend().isEmpty());
        QTRY_VERIFY(!shown());
    }

    void keepsBaselinesNamesAboveTheAxis()
    {
        Fixture f;
        f.window.resize(420, 260);
        f.first->setBaselines({{"chance", -50}, {"statistics", -40}, {"untrained", 2}});
        auto* plot = f.first->findChild<QCustomPlot*>();
        QTRY_COMPARE(plot->itemCount() > 0 && f.first->height() < 130, true);
        QCoreApplication::processEvents();
        int names = 0;
        for (int i = 0; i < plot->itemCount(); ++i) {
            const auto* text = qobject_cast<QCPItemText*>(plot->item(i));
            if (!text || !text->visible() || !(text->positionAlignment() & Qt::AlignLeft)) continue;
            ++names;
            const double half = 0.45 * QFontMetrics(text->font()).height();
            QVERIFY(text->position->pixelPosition().y() + half <= plot->axisRect()->bottom() + 2);
        }
        QCOMPARE(names, 3);
    }

    void keepsTheKeyboardsCursorWhenTheMouseLeaves()
    {
        Fixture f;
        f.first->setFocus();
        QTest::keyClick(f.first, Qt::Key_Left);
        QEvent leave(QEvent::Leave);
        QApplication::sendEvent(f.first->findChild<QCustomPlot*>(), &leave);
        QCOMPARE(f.group.cursor(), 400.0);
        f.second->setFocus();
        QApplication::sendEvent(f.first->findChild<QCustomPlot*>(), &leave);
        QVERIFY(std::isnan(f.group.cursor()));
    }

    void isAChartWithASentence()
    {
        Fixture f;
        QAccessibleInterface* chart = QAccessible::queryAccessibleInterface(f.first);
        QVERIFY(chart);
        QCOMPARE(chart->role(), QAccessible::Chart);
        const QString name = chart->text(QAccessible::Name);
        QVERIFY2(name.startsWith("Loss, NT-Xent, step 400. simclr: "), qPrintable(name));
        QVERIFY2(name.contains("steady") || name.contains("falling"), qPrintable(name));
    }

    void isReachedByTab()
    {
        Fixture f;
        f.first->setFocus();
        QTest::keyClick(f.first, Qt::Key_Tab);
        QVERIFY(f.second->hasFocus());
    }

    void showsItsNumbersAsATable()
    {
        Fixture f;
        f.group.zoom({100, 199});
        const CurveTable table(*f.first);
        QCOMPARE(table.rowCount(), 100);
        QCOMPARE(table.columnCount(), 3); // step, raw, smoothed
        QAbstractItemModelTester tester(const_cast<CurveTable*>(&table));
        QTest::keyClick(f.first, Qt::Key_T, Qt::ControlModifier);
        QVERIFY(f.first->findChild<QTableView*>());
    }

    void copiesItsNumbersAsTables()
    {
        Fixture f;
        Curve c = curve("50 % | a_b", 2);
        c.y = {0.5, qQNaN()};
        f.first->setCurves({c});
        f.first->setSmoothing(false);
        const CurveTable table(*f.first);
        QCOMPARE(table.csv(), QString("\"Step\",\"50 % | a_b\"\r\n1,0.5\r\n2,\r\n"));
        QCOMPARE(table.markdown(), QString("| Step | 50 % \\| a_b |\n| ---: | ---: |\n| 1 | 0.5 |\n| 2 |  |\n"));
        QCOMPARE(table.latex(), QString("\\begin{tabular}{rr}\n\\hline\nStep & 50 \\% | a\\_b \\\\\n\\hline\n"
                                        "1 & 0.5 \\\\\n2 &  \\\\\n\\hline\n\\end{tabular}\n"));
    }

    void exports_data()
    {
        QTest::addColumn<QString>("suffix");
        QTest::addColumn<QByteArray>("begins");
        QTest::newRow("png") << "png" << QByteArray("\x89PNG");
        QTest::newRow("svg") << "svg" << QByteArray("<?xml");
        QTest::newRow("pdf") << "pdf" << QByteArray("%PDF");
        QTest::newRow("csv") << "csv" << QByteArray("\"Step\",\"simclr\",\"simclr, smoothed\"\r\n1,");
    }
    void exports()
    {
        QFETCH(QString, suffix);
        QFETCH(QByteArray, begins);
        Fixture f;
        QTemporaryDir dir;
        const QString path = dir.filePath("chart." + suffix);
        QVERIFY(f.first->exportTo(path));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray bytes = file.readAll();
        QVERIFY(bytes.startsWith(begins));
        if (suffix == "svg")
            for (const char* word : {"Loss, NT-Xent</text>", "simclr</text>", "Step</text>"})
                QVERIFY2(QByteArray(bytes).replace("\n", "").replace(" </text>", "</text>").contains(word), word);
        if (suffix == "png")
            QVERIFY(QImage::fromData(bytes).height() > 2 * f.first->findChild<QCustomPlot*>()->height());
        QVERIFY(!f.first->exportTo(dir.filePath("no/such/folder/chart." + suffix)));
        QVERIFY(!f.first->exportTo(dir.filePath("chart.xyz")));
    }

    void doesNotZoomARecording()
    {
        QTemporaryDir dir;
        QFile events(dir.filePath("events.jsonl"));
        QVERIFY(events.open(QFile::WriteOnly));
        events.write("{\"event\":\"started\",\"config\":{},\"steps\":40}\n");
        for (int n = 1; n <= 40; ++n)
            events.write(
                QStringLiteral("{\"event\":\"step\",\"step\":%1,\"loss\":1,\"seconds\":%1}\n").arg(n).toUtf8());
        events.close();
        RecordedPlayer player(dir.path());
        player.resize(900, 400);
        player.show();
        QVERIFY(QTest::qWaitForWindowExposed(&player));
        auto* plot = player.findChild<CurvePlot*>();
        QWidget* canvas = plot->childAt(plot->rect().center());
        const QPoint middle = canvas->rect().center();
        QWheelEvent wheel(middle, canvas->mapToGlobal(middle), {}, {0, -120}, Qt::NoButton, Qt::NoModifier,
                          Qt::NoScrollPhase, false);
        QApplication::sendEvent(canvas, &wheel);
        QVERIFY(!wheel.isAccepted()); // the page scrolls
        QTest::mousePress(canvas, Qt::LeftButton, {}, middle - QPoint(40, 0));
        QTest::mouseMove(canvas, middle + QPoint(40, 0));
        QTest::mouseRelease(canvas, Qt::LeftButton, {}, middle + QPoint(40, 0));
        QVERIFY(plot->group()->isFollowing());
    }

    void showsNothingWithoutComplaint()
    {
        Fixture f;
        f.first->setCurves({});
        f.second->setCurves({Curve{"empty", 1, {}, {}, {}}});
        f.group.setGrid(PlotGroup::Axis::Step, {}, {});
        QCoreApplication::processEvents();
        QVERIFY(f.first->sentence().contains("no values yet"));
        QTest::keyClick(f.first, Qt::Key_Left);
        QVERIFY(std::isnan(f.group.cursor()));
    }
};

QTEST_MAIN(TstCurvePlot)
#include "tst_curveplot.moc"

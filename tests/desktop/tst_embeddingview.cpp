// SPDX-License-Identifier: GPL-3.0-or-later
#include "embeddinglegend.h"
#include "embeddingpanel.h"
#include "embeddingview.h"
#include "patchcard.h"
#include "theme.h"

#include <QAbstractButton>
#include <QAccessible>
#include <QtTest>
#include <QtWidgets>

namespace {
PatchSet patchSet(int count, int classes)
{
    PatchSet set;
    set.count = count;
    set.of = 27 * count;
    set.width = set.height = 4;
    for (int c = 0; c < classes; ++c) set.classes << QStringLiteral("class %1").arg(c);
    for (int i = 0; i < count; ++i) {
        set.ids << QStringLiteral("patch-%1").arg(i);
        set.label << i % classes;
        set.lon << -180 + 360.0 * i / count;
        set.lat << -60 + 120.0 * i / count;
    }
    return set;
}

Layout layout(qint64 step, int count, double turn = 0)
{
    Layout result{step, "tsne", {{"pca", 50}, {"perplexity", 30}}, {}};
    for (int i = 0; i < count; ++i)
        result.xy << QPointF(std::cos(turn + i * 0.37) * (1 + i % 7), std::sin(turn + i * 0.37) * (1 + i % 7));
    return result;
}

/// One coloured pixel per patch, so that a picture says whose it is.
QImage pictureOf(int patch)
{
    QImage image(4, 4, QImage::Format_RGB888);
    image.fill(QColor::fromRgb(QRgb(0xFF000000 | unsigned(patch * 7919))));
    return image;
}
} // namespace

class TstEmbeddingView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { Theme::instance()->setReducedMotion(true); }

    void neverRecoloursByHiding()
    {
        EmbeddingView view;
        view.setPatches(patchSet(100, 10));
        view.setLayout(layout(0, 100));
        QVector<DotStyle> before;
        for (int i = 0; i < 100; ++i) before << view.styleOf(i);
        view.setHidden({0, 3, 4});
        for (int i = 0; i < 100; ++i) {
            QCOMPARE(view.styleOf(i).colour, before[i].colour);
            QCOMPARE(view.styleOf(i).shape, before[i].shape);
            QCOMPARE(view.isShown(i), i % 10 != 0 && i % 10 != 3 && i % 10 != 4);
        }
    }

    void showsTheRightPatchAfterHiding()
    {
        EmbeddingPanel panel;
        RunLog log;
        QVERIFY(log.apply(
            R"({"event":"patches","count":3,"of":9,"thumbnails":{"file":"t","width":4,"height":4,"channels":3,"stretch":"none"},)"
            R"("classes":["a","b"],"ids":["x","y","z"],"label":[0,1,0],"lon":[null,null,null],"lat":[null,null,null]})"));
        QVERIFY(log.apply(R"({"event":"embedding","step":0,"method":"tsne","settings":{},"xy":[0,0,1,0,1,1]})"));
        panel.resize(900, 500);
        panel.show();
        panel.refresh(log, pictureOf);
        EmbeddingView* view = panel.view();
        auto* card = panel.findChild<PatchCard*>();
        for (const QSet<int>& hidden : {QSet<int>{}, QSet<int>{0}, QSet<int>{1}}) {
            view->setHidden(hidden);
            for (int patch = 0; patch < 3; ++patch) {
                const int found = view->patchAt(view->placeOf(patch), 3);
                QCOMPARE(found, view->isShown(patch) ? patch : -1);
                if (found < 0) continue;
                view->setHovered(found);
                QCOMPARE(card->picture(), pictureOf(patch));
            }
        }
    }

    void groupsTheSmallestClassesBeyondTwelve()
    {
        PatchSet set = patchSet(300, 30);
        for (int i = 0; i < 100; ++i) set.label[i] = i % 5; // 0 to 4 are the largest
        set.label[299] = -1;
        const PointGroups groups = groupByClass(set);
        QCOMPARE(groups.groups.size(), 13); // 11 classes, the others, no label
        QCOMPARE(groups.groups[11].style, otherStyle);
        int sum = 0;
        for (const PointGroup& group : groups.groups) sum += group.count;
        QCOMPARE(sum, 300);
        for (int c = 0; c < 5; ++c) QCOMPARE(groups.groups[c].name, set.classes[c]);
        QCOMPARE(groupByClass(patchSet(60, 12)).groups.size(), 12);
        QVERIFY(groupByClass(PatchSet()).groups.isEmpty());
    }

    void tellsTwelveClassesApartByColourAndShape()
    {
        QSet<QPair<QRgb, int>> looks;
        for (int style = 0; style < maxGroups; ++style)
            looks << qMakePair(dotStyle(style).colour.rgb(), dotStyle(style).shape);
        QCOMPARE(looks.size(), maxGroups);
    }

    void goesFromPointToPointByKeyboard()
    {
        EmbeddingView view;
        view.resize(300, 300);
        view.setPatches(patchSet(4, 2));
        view.setLayout({0, "pca", {}, {{-1, 0}, {1, 0}, {0, 1}, {0, -1}}});
        QSignalSpy hovered(&view, &EmbeddingView::hovered);
        view.setHovered(0);
        QTest::keyClick(&view, Qt::Key_Right);
        QVERIFY(view.hoveredPatch() != 0);
        view.setHovered(3);
        QTest::keyClick(&view, Qt::Key_Up);
        QVERIFY(view.placeOf(view.hoveredPatch()).y() < view.placeOf(3).y());
        view.setHidden({0}); // patches 0 and 2
        view.setHovered(1);
        QTest::keyClick(&view, Qt::Key_Left);
        QCOMPARE(view.hoveredPatch(), 3);
        QTest::keyClick(&view, Qt::Key_Escape);
        QCOMPARE(view.hoveredPatch(), -1);
        QVERIFY(hovered.size() >= 5);
    }

    void soloesAndHidesFromTheLegend()
    {
        EmbeddingLegend legend;
        QSignalSpy changed(&legend, &EmbeddingLegend::hiddenChanged);
        legend.setGroups(groupByClass(patchSet(30, 3)).groups);
        const auto entries = legend.findChildren<QAbstractButton*>();
        QCOMPARE(entries.size(), 3);
        QTest::keyClick(entries[1], Qt::Key_Return);
        QCOMPARE(legend.hidden(), (QSet<int>{0, 2}));
        QVERIFY(entries[0]->accessibleName().contains("hidden"));
        QTest::keyClick(entries[1], Qt::Key_Return);
        QVERIFY(legend.hidden().isEmpty());
        QTest::keyClick(entries[2], Qt::Key_Space, Qt::ControlModifier);
        QCOMPARE(legend.hidden(), QSet<int>{2});
        QCOMPARE(changed.size(), 3);
        QVERIFY(entries[0]->focusPolicy() & Qt::TabFocus);
    }

    void travelsUnlessMotionIsReduced()
    {
        EmbeddingView view;
        view.resize(300, 300);
        view.setPatches(patchSet(50, 5));
        view.setLayout(layout(0, 50));
        view.show();
        const QPointF start = view.placeOf(7);
        view.setLayout(layout(1, 50, 1.5));
        const QPointF end = view.placeOf(7);
        QVERIFY(end != start); // jumped

        Theme::instance()->setReducedMotion(false);
        view.setLayout(layout(2, 50));
        QCOMPARE(view.placeOf(7), end);
        QTRY_COMPARE(view.placeOf(7), start);
    }

    void saysWhatItShows()
    {
        PatchSet set = patchSet(1000, 10);
        QCOMPARE(EmbeddingPanel::caption(layout(700, 1), set),
                 QStringLiteral("step 700 · PCA 50 → t‑SNE, perplexity 30 · 1,000 of 27,000"));
        EmbeddingView view;
        QCOMPARE(QAccessible::queryAccessibleInterface(&view)->role(), QAccessible::Chart);
        QVERIFY(view.sentence().contains("not there yet"));
        view.setPatches(set);
        view.setLayout(layout(700, 1000));
        view.setHovered(3);
        QVERIFY(view.sentence().contains("step 700"));
        QVERIFY2(view.sentence().contains("class 3, 59.6° S, 178.9° W"), qPrintable(view.sentence()));
    }

    void offersOnlyColoursThatAreKnown()
    {
        const auto offered = [](const char* classes, const char* place) {
            RunLog log;
            const QByteArray line =
                QByteArray(
                    R"({"event":"patches","count":1,"of":1,"thumbnails":{"file":"t","width":1,"height":1,"channels":3,)") +
                R"("stretch":""},"ids":["x"],"label":[-1],"classes":)" + classes + ",\"lon\":[" + place +
                "],\"lat\":[" + place + "]}";
            if (!log.apply(line)) return QStringList();
            EmbeddingPanel panel;
            panel.refresh(log, {});
            QStringList texts;
            const auto* box = panel.findChild<QComboBox*>();
            for (int i = 0; i < box->count(); ++i) texts << box->itemText(i);
            return texts;
        };
        QCOMPARE(offered("[]", "null"), QStringList{"one colour"});
        QCOMPARE(offered("[\"a\"]", "null"), (QStringList{"by class", "one colour"}));
        QCOMPARE(offered("[]", "12.5"), (QStringList{"by longitude", "by latitude", "one colour"}));
    }

    void staysAtTheChosenStep()
    {
        RunLog log;
        QVERIFY(log.apply(
            R"({"event":"patches","count":1,"of":1,"thumbnails":{"file":"t","width":1,"height":1,"channels":3,"stretch":""},)"
            R"("classes":[],"ids":["x"],"label":[-1],"lon":[null],"lat":[null]})"));
        const auto embed = [&](int step) {
            QVERIFY(
                log.apply(QStringLiteral(R"({"event":"embedding","step":%1,"method":"pca","settings":{},"xy":[0,%1]})")
                              .arg(step)
                              .toUtf8()));
        };
        EmbeddingPanel panel;
        auto* slider = panel.findChild<QSlider*>();
        for (const int step : {0, 100, 200}) embed(step);
        QCOMPARE(log.layouts().size(), 3);
        panel.refresh(log, {});
        QCOMPARE(slider->value(), 2); // the newest by itself
        slider->setValue(1);
        embed(300);
        panel.refresh(log, {});
        QCOMPARE(slider->value(), 1);
        QCOMPARE(slider->maximum(), 3);
        slider->setValue(3);
        embed(400);
        panel.refresh(log, {});
        QCOMPARE(slider->value(), 4);
    }
};

QTEST_MAIN(TstEmbeddingView)
#include "tst_embeddingview.moc"

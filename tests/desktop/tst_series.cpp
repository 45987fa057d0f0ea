// SPDX-License-Identifier: GPL-3.0-or-later
#include "series.h"

#include <QtTest>
#include <cmath>
#include <limits>
#include <numeric>

namespace {
QVector<double> ramp(int count, double from = 1, double by = 1)
{
    QVector<double> result(count);
    for (int i = 0; i < count; ++i) result[i] = from + by * i;
    return result;
}

QVector<double> noise(int count)
{
    QVector<double> result;
    quint32 state = 12345;
    for (int i = 0; i < count; ++i) {
        state = state * 1664525u + 1013904223u;
        result << 2 + std::exp(-i / 300.0) + (state >> 8) / double(1 << 24);
    }
    return result;
}
const double inf = std::numeric_limits<double>::infinity();
} // namespace

class TstSeries : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void leavesAConstantUntouched()
    {
        const QVector<double> y(5000, 0.1 + 0.2);
        QCOMPARE(smoothed(ramp(5000), y, 30), y);
    }

    void forgetsAnOutlierAtTheStart()
    {
        QVector<double> y(400, 1);
        y[0] = 1000;
        const auto s = smoothed(ramp(400), y, 30);
        // a mean that starts at its first point would still stand at 500.5 after one half-life
        QVERIFY2(s[30] < 60, qPrintable(QString::number(s[30])));
        QVERIFY2(s[399] < 1.01, qPrintable(QString::number(s[399])));
    }

    void passesWhatIsNotFinite()
    {
        QVector<double> y = noise(200), clean = y;
        y[50] = qQNaN();
        y[51] = inf;
        y[0] = -inf;
        const auto s = smoothed(ramp(200), y, 30);
        QVERIFY(std::isnan(s[50]));
        QCOMPARE(s[51], inf);
        QCOMPARE(s[0], -inf);
        for (int i = 1; i < 200; ++i)
            if (i != 50 && i != 51) QVERIFY2(std::isfinite(s[i]), qPrintable(QString::number(i)));
        QVERIFY(std::abs(s[199] - smoothed(ramp(200), clean, 30)[199]) < 0.05);
    }

    void givesAPrefixForAPrefix()
    {
        const auto y = noise(10000);
        const auto whole = smoothed(ramp(10000), y, 30);
        QCOMPARE(smoothed(ramp(1000), y.mid(0, 1000), 30), whole.mid(0, 1000));
        QCOMPARE(smoothed(ramp(1), y.mid(0, 1), 30), whole.mid(0, 1));
    }

    void equalsTheDebiasedMean()
    {
        const auto y = noise(500);
        const auto s = smoothed(ramp(500), y, 30);
        const double a = std::exp2(-1.0 / 30);
        double last = 0;
        for (int i = 0; i < 500; ++i) {
            last = a * last + (1 - a) * y[i];
            QVERIFY(std::abs(s[i] - last / (1 - std::pow(a, i + 1))) < 1e-12);
        }
    }

    void hasACapBelowOne()
    {
        QCOMPARE(memory(1e12), maxMemory);
        QVERIFY(maxMemory < 1);
        const auto y = ramp(1000);
        const auto s = smoothed(ramp(1000), y, 1e12);
        QVERIFY(s[999] > 400 && s[999] < 1000); // neither zero nor stuck at the first point
        QCOMPARE(smoothed(ramp(1000), y, 0), y);
    }

    void doesNotDependOnHowOftenWasLogged()
    {
        const auto often = smoothed(ramp(2000), ramp(2000), 50);
        const auto seldom = smoothed(ramp(200, 10, 10), ramp(200, 10, 10), 50);
        QVERIFY(std::abs(often[1999] - seldom[199]) < 6); // the points lie 10 steps apart
    }

    void countsFarOutliersInsteadOfShowingThem()
    {
        auto y = noise(500);
        y[10] = 500;
        y[20] = 900;
        y[30] = -400;
        const Span span = robustSpan(ramp(500), y, 0, 500);
        QCOMPARE(span.above, 2);
        QCOMPARE(span.below, 1);
        QVERIFY(span.low > 1.9 && span.high < 5);
        const Span part = robustSpan(ramp(500), y, 100, 500);
        QCOMPARE(part.above + part.below, 0);
        QCOMPARE(robustSpan(ramp(500), y, 0, 500, false, false).high, 900.0);
    }

    void showsAllWhereNothingIsFarOff()
    {
        const auto y = ramp(300);
        const Span span = robustSpan(y, y, 0, 300);
        QCOMPARE(span.low, 1.0);
        QCOMPARE(span.high, 300.0);
        QCOMPARE(span.above + span.below, 0);
    }

    void neverSpansNothing_data()
    {
        QTest::addColumn<QVector<double>>("y");
        QTest::newRow("none") << QVector<double>();
        QTest::newRow("one") << QVector<double>{3};
        QTest::newRow("zero") << QVector<double>{0, 0, 0};
        QTest::newRow("not finite") << QVector<double>{qQNaN(), inf, -inf};
        QTest::newRow("constant") << QVector<double>(100, -7.25);
    }
    void neverSpansNothing()
    {
        QFETCH(QVector<double>, y);
        for (const bool log : {false, true}) {
            const Span span = robustSpan(ramp(int(y.size())), y, 0, 100, log);
            QVERIFY(std::isfinite(span.low) && std::isfinite(span.high) && span.low < span.high);
            QVERIFY(!log || span.low > 0);
        }
    }

    void spansTheLineBetweenTwoPoints()
    {
        const QVector<double> x{100, 200, 300, 400}, y{0.4, 0.5, 0.6, 0.7};
        const Span between = robustSpan(x, y, 220, 280, false, false);
        QCOMPARE(between.low, 0.5);
        QCOMPARE(between.high, 0.6);
        const Span beyond = robustSpan(x, y, 420, 480, false, false);
        QVERIFY(beyond.low < 0.7 && beyond.high > 0.7 && beyond.high - beyond.low < 0.01);
        QVERIFY(qAbs(robustSpan(x, y, 220, 280, true).high - 0.6) < 1e-12);
        QCOMPARE(robustSpan(x, {0.4, 0.5, qQNaN(), 0.7}, 220, 280, false, false).high, 0.7);
    }

    void thinsToOnePointPerTwoPixels()
    {
        const auto x = ramp(100000);
        const auto y = noise(100000);
        const Points points = decimated(x, y, 0, 100000, 600);
        QVERIFY(points.x.size() <= 303);
        QVERIFY(std::is_sorted(points.x.begin(), points.x.end()));
        QCOMPARE(points.x.last(), x.last());
        QCOMPARE(points.y.last(), y.last());
        QCOMPARE(decimated(x, y, 500, 520, 600).x.size(), 23); // 21 in view and a neighbour on each side
    }

    void thinsByRatiosOnALogarithmicAxis()
    {
        const auto x = ramp(100001, 0);
        const Points points = decimated(x, x, 1, 100000, 600, true);
        QVERIFY(points.x.size() <= 303);
        QCOMPARE(points.x.mid(0, 5), (QVector<double>{1, 2, 3, 4, 5})); // zero has no place
        QCOMPARE(points.x.last(), 100000.0);
    }

    void boundsEveryPointByItsEnvelope()
    {
        const auto x = ramp(10000);
        auto y = noise(10000);
        y[777] = qQNaN();
        y[5000] = 99;
        const Envelope band = envelopeOf(x, y, 0, 10000, 600);
        QVERIFY(band.x.size() <= 102 && band.x.size() == band.low.size() && band.x.size() == band.high.size());
        QCOMPARE(*std::max_element(band.high.begin(), band.high.end()), 99.0);
        for (qsizetype i = 0; i < band.x.size(); ++i) QVERIFY(band.low[i] <= band.high[i]);
        QVERIFY(envelopeOf(x, y, 4000, 5000, 600).x.first() > 3900);
        QVERIFY(envelopeOf({}, {}, 0, 1, 600, true).x.isEmpty());
    }

    void neverBridgesAGap()
    {
        const auto x = ramp(10000);
        auto y = noise(10000);
        y[5003] = qQNaN();
        y[7000] = inf;
        const Points points = decimated(x, y, 0, 10000, 600);
        const auto gaps = std::count_if(points.y.begin(), points.y.end(), [](double v) { return std::isnan(v); });
        QCOMPARE(gaps, 2);
        QVERIFY(std::none_of(points.y.begin(), points.y.end(), [](double v) { return std::isinf(v); }));
    }

    void findsTheNearestPoint()
    {
        const QVector<double> x{1, 2, 4};
        QCOMPARE(nearestIndex(x, -5), 0);
        QCOMPARE(nearestIndex(x, 2.9), 1);
        QCOMPARE(nearestIndex(x, 3.1), 2);
        QCOMPARE(nearestIndex(x, 99), 2);
        QCOMPARE(nearestIndex({}, 1), -1);
        QCOMPARE(nearestIndex(x, qQNaN()), -1);
        QCOMPARE(interpolated(x, {10, 20, 40}, 3), 30.0);
        QCOMPARE(interpolated(x, {10, 20, 40}, 0), 10.0);
    }
};

QTEST_APPLESS_MAIN(TstSeries)
#include "tst_series.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "labels.h"
#include "messagebar.h"
#include "theme.h"

#include <QtTest>
#include <QtWidgets>
#include <array>
#include <cmath>

namespace {
using Rgb = std::array<double, 3>;

Rgb linear(const QColor& colour)
{
    const auto decode = [](double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
    return {decode(colour.redF()), decode(colour.greenF()), decode(colour.blueF())};
}

/// WCAG 2.1
double contrast(const QColor& a, const QColor& b)
{
    const auto luminance = [](const QColor& c) {
        const Rgb l = linear(c);
        return 0.2126 * l[0] + 0.7152 * l[1] + 0.0722 * l[2];
    };
    const double la = luminance(a), lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

/// Machado, Oliveira & Fernandes (2009), severity 1
using Matrix = std::array<Rgb, 3>;
const std::array<Matrix, 4> visions{
    {{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}},
     {{{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}}},
     {{{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}}},
     {{{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}}}}};

/// CIE L*a*b* of a colour as someone sees it
Rgb seen(const QColor& colour, const Matrix& vision)
{
    const Rgb full = linear(colour);
    Rgb l{};
    for (size_t i = 0; i < 3; ++i)
        l[i] = std::clamp(vision[i][0] * full[0] + vision[i][1] * full[1] + vision[i][2] * full[2], 0.0, 1.0);
    const auto f = [](double t) { return t > 0.008856 ? std::cbrt(t) : 7.787 * t + 16.0 / 116; };
    const double x = f((0.4124 * l[0] + 0.3576 * l[1] + 0.1805 * l[2]) / 0.9505);
    const double y = f(0.2126 * l[0] + 0.7152 * l[1] + 0.0722 * l[2]);
    const double z = f((0.0193 * l[0] + 0.1192 * l[1] + 0.9505 * l[2]) / 1.089);
    return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

double difference(const QColor& a, const QColor& b, const Matrix& vision)
{
    const Rgb p = seen(a, vision), q = seen(b, vision);
    return std::hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}
} // namespace

class TstTheme : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void hasReadableText()
    {
        for (const bool dark : {false, true}) {
            const auto& s = Theme::surfaces(dark);
            for (const QColor& surface : {s.window, s.panel}) {
                QVERIFY(contrast(s.text, surface) >= 4.5);
                QVERIFY(contrast(s.quiet, surface) >= 4.5);
                QVERIFY(contrast(s.accent, surface) >= 4.5); // links
            }
            QVERIFY(contrast(s.onAccent, s.accent) >= 4.5);
        }
    }

    void hasVisibleLinesAndIcons()
    {
        for (const bool dark : {false, true}) {
            const QColor panel = Theme::surfaces(dark).panel;
            for (int i = 0; i < Theme::seriesCount; ++i) QVERIFY(contrast(Theme::seriesColour(i, dark), panel) >= 3);
            using S = Theme::State;
            for (const S state : {S::Information, S::Healthy, S::Caution, S::Problem})
                QVERIFY(contrast(Theme::stateColour(state, dark), panel) >= 3);
        }
    }

    void hasReadableHints()
    {
        for (const auto mode : {Theme::Mode::Light, Theme::Mode::Dark}) {
            Theme::instance()->setMode(mode);
            const auto& s = Theme::instance()->surfaces();
            for (const char* mood : {"information", "healthy", "caution", "problem"}) {
                MoodLabel hint;
                hint.set(mood, "Batch 8 gives only 14 negatives.");
                for (const QLabel* label : hint.findChildren<QLabel*>())
                    for (const QColor& surface : {s.window, s.panel})
                        QVERIFY(contrast(label->palette().color(label->foregroundRole()), surface) >= 4.5);
            }
        }
    }

    void hasVisibleFields()
    {
        for (const auto mode : {Theme::Mode::Light, Theme::Mode::Dark}) {
            Theme::instance()->setMode(mode);
            for (QWidget* field : {static_cast<QWidget*>(new QLineEdit), static_cast<QWidget*>(new QSpinBox)}) {
                QWidget page;
                auto* column = new QVBoxLayout(&page);
                column->addWidget(field);
                column->addWidget(new QPushButton("Focus"));
                page.resize(200, 100);
                const QImage image = page.grab().toImage();
                const QColor edge = image.pixelColor(field->x(), field->geometry().center().y());
                QVERIFY(contrast(edge, Theme::instance()->surfaces().window) >= 3);
            }
        }
    }

    void redrawsTheMessageBarsButton()
    {
        Theme::instance()->setMode(Theme::Mode::Light);
        MessageBar bar;
        const auto* close = bar.findChild<QToolButton*>();
        Theme::instance()->setMode(Theme::Mode::Dark);
        const QImage image = close->icon().pixmap(32).toImage();
        double best = 0;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                if (image.pixelColor(x, y).alpha() == 255)
                    best = std::max(best, contrast(image.pixelColor(x, y), Theme::surfaces(true).window));
        QVERIFY(best >= 4.5);
    }

    void keepsSeriesApartForEveryEye()
    {
        for (const bool dark : {false, true})
            for (const Matrix& vision : visions)
                for (int i = 0; i < Theme::seriesCount; ++i)
                    for (int j = 0; j < i; ++j)
                        QVERIFY2(difference(Theme::seriesColour(i, dark), Theme::seriesColour(j, dark), vision) >= 10,
                                 qPrintable(QStringLiteral("%1 and %2, dark %3").arg(i).arg(j).arg(dark)));
    }

    void keepsARunsColour()
    {
        QCOMPARE(Theme::seriesIndex("simclr-3"), Theme::seriesIndex("simclr-3"));
        QSet<int> used;
        for (int i = 0; i < 60; ++i) used << Theme::seriesIndex(QStringLiteral("run-%1").arg(i));
        QCOMPARE(used.size(), Theme::seriesCount);
    }

    void mapsValuesMonotonicallyInLightness()
    {
        double before = -1;
        for (int i = 0; i <= 20; ++i) {
            const double lightness = seen(Theme::sequential(i / 20.0), visions[0])[0];
            QVERIFY(lightness > before);
            before = lightness;
        }
        QVERIFY(difference(Theme::cyclic(0), Theme::cyclic(1), visions[0]) < 1);
        QVERIFY(difference(Theme::cyclic(0), Theme::cyclic(0.5), visions[0]) > 40);
    }

    void appliesAtOnceAndSaysSo()
    {
        Theme* theme = Theme::instance();
        QSignalSpy changed(theme, &Theme::changed);
        theme->setMode(Theme::Mode::Dark);
        QCOMPARE(changed.size(), 1);
        QVERIFY(theme->isDark());
        QCOMPARE(qApp->palette().color(QPalette::Window), Theme::surfaces(true).window);
        theme->setMode(Theme::Mode::Light);
        QCOMPARE(qApp->palette().color(QPalette::Window), Theme::surfaces(false).window);
        theme->setMode(Theme::Mode::System);
        QVERIFY(!theme->isDark()); // offscreen has a light palette
        QCOMPARE(Theme::instance(), theme);
    }

    void drawsIconsInTheThemesColours()
    {
        Theme::instance()->setMode(Theme::Mode::Dark);
        const QImage image = Theme::instance()->stateIcon(Theme::State::Problem).pixmap(32).toImage();
        bool found = false;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                found = found || image.pixelColor(x, y).rgb() == Theme::stateColour(Theme::State::Problem, true).rgb();
        QVERIFY(found);
    }
};

QTEST_MAIN(TstTheme)
#include "tst_theme.moc"

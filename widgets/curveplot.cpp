// SPDX-License-Identifier: GPL-3.0-or-later
#include "curveplot.h"

#include "curvelayers.h"
#include "numbertext.h"
#include "theme.h"

#include <QLabel>
#include <algorithm>
#include <cmath>
#include <numeric>

namespace {
constexpr int margin = 8, roomyLines = 9;
} // namespace

QString axisWord(PlotGroup::Axis axis)
{
    switch (axis) {
    case PlotGroup::Axis::Step: return CurvePlot::tr("Step");
    case PlotGroup::Axis::Epoch: return CurvePlot::tr("Epoch");
    case PlotGroup::Axis::Samples: return CurvePlot::tr("Samples seen");
    case PlotGroup::Axis::Minutes: return CurvePlot::tr("Minutes");
    }
    return {};
}

QString axisReading(PlotGroup::Axis axis, double x)
{
    switch (axis) {
    case PlotGroup::Axis::Step: return CurvePlot::tr("step %1").arg(QLocale().toString(qint64(x)));
    case PlotGroup::Axis::Epoch: return CurvePlot::tr("epoch %1").arg(QLocale().toString(x, 'f', 2));
    case PlotGroup::Axis::Samples: return CurvePlot::tr("%1 samples").arg(QLocale().toString(qint64(x)));
    case PlotGroup::Axis::Minutes: return CurvePlot::tr("%1 min").arg(QLocale().toString(x, 'f', 2));
    }
    return {};
}

CurvePlot::CurvePlot(const QString& title, PlotGroup* group, QWidget* parent)
    : ChartWidget(parent),
      m_title(title),
      m_group(group),
      m_heading(new ElidedLabel(title)),
      m_legend(new ElidedLabel),
      m_strip(new QLabel),
      m_plot(new QCustomPlot),
      m_layers(std::make_unique<CurveLayers>(m_plot))
{
    m_plot->setFocusPolicy(Qt::NoFocus);
    m_plot->setContextMenuPolicy(Qt::NoContextMenu);
    m_plot->installEventFilter(this);
    m_legend->setForegroundRole(QPalette::PlaceholderText);
    m_strip->setTextFormat(Qt::RichText);
    auto* top = new QHBoxLayout;
    top->setSpacing(margin);
    top->addWidget(m_heading, 1);
    top->addWidget(m_legend);
    top->addWidget(m_strip);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(margin, 6, margin, 4);
    layout->setSpacing(0);
    layout->addLayout(top);
    layout->addWidget(m_plot, 1);
    connect(group, &PlotGroup::viewChanged, this, &CurvePlot::scheduleRedraw);
    connect(group, &PlotGroup::cursorChanged, this, &CurvePlot::showCursor);
    connect(group, &PlotGroup::smoothingChanged, this, [this] {
        smooth();
        scheduleRedraw();
    });
    connect(Theme::instance(), &Theme::changed, this, &CurvePlot::restyle);
    restyle();
}

CurvePlot::~CurvePlot() { delete m_table; }

void CurvePlot::restyle()
{
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    m_heading->setFont(bold);
    m_layers->restyle();
    scheduleRedraw();
}

void CurvePlot::setTitle(const QString& title)
{
    m_title = title;
    m_heading->setText(title);
}

void CurvePlot::setCurves(const QVector<Curve>& curves)
{
    m_curves = curves;
    smooth();
    scheduleRedraw();
}

void CurvePlot::setBaselines(const QVector<Baseline>& baselines)
{
    m_baselines = baselines;
    scheduleRedraw();
}

void CurvePlot::setMarks(const QVector<EventMark>& marks)
{
    m_marks = marks;
    scheduleRedraw();
}

void CurvePlot::setSmoothing(bool on)
{
    m_smoothing = on;
    smooth();
    scheduleRedraw();
}

void CurvePlot::setRobust(bool on)
{
    m_robust = on;
    scheduleRedraw();
}

void CurvePlot::setShares(bool on)
{
    m_shares = on;
    scheduleRedraw();
}

void CurvePlot::setLeastSpan(double span)
{
    m_leastSpan = span;
    scheduleRedraw();
}

void CurvePlot::smooth()
{
    m_smoothed.clear();
    for (const Curve& curve : m_curves)
        m_smoothed << (m_smoothing && m_group->halfLife() > 0 ? smoothed(curve.step, curve.y, m_group->halfLife())
                                                              : QVector<double>());
}

QVector<double> CurvePlot::drawn(int i) const { return m_smoothed[i].isEmpty() ? m_curves[i].y : m_smoothed[i]; }

QString CurvePlot::logRefusal() const
{
    for (const Curve& curve : m_curves)
        for (const double value : curve.y)
            if (value <= 0) return tr("not logarithmic: some values are zero or negative");
    return {};
}

QVector<double> CurvePlot::notFinite() const
{
    QVector<double> result;
    for (const Curve& curve : m_curves)
        for (qsizetype i = 0; i < curve.y.size(); ++i)
            if (!std::isfinite(curve.y[i])) result << curve.x[i];
    std::sort(result.begin(), result.end());
    return result;
}

Span CurvePlot::shownSpan() const
{
    const auto window = m_group->visible();
    const bool log = isLog(), robust = m_robust && !m_group->showsOutliers();
    Span span;
    bool first = true;
    for (int i = 0; i < m_curves.size(); ++i) {
        const Span one = robustSpan(m_curves[i].x, m_curves[i].y, window.from, window.to, log, robust);
        span.low = first ? one.low : std::min(span.low, one.low);
        span.high = first ? one.high : std::max(span.high, one.high);
        span.above += one.above;
        span.below += one.below;
        first = false;
    }
    const auto f = [log](double v) { return log ? std::log(v) : v; };
    double low = f(span.low), high = f(span.high);
    if (!log && high - low < m_leastSpan) {
        const double middle = (low + high) / 2;
        low = middle - m_leastSpan / 2;
        high = middle + m_leastSpan / 2;
    }
    const double reach =
        0.75 * (high - low); // a baseline further away would flatten the curves: it is named at the frame
    const double from = low - reach, to = high + reach;
    for (const Baseline& line : m_baselines)
        if ((!log || line.value > 0) && f(line.value) >= from && f(line.value) <= to) {
            low = std::min(low, f(line.value));
            high = std::max(high, f(line.value));
        }
    const double padding = 0.06 * (high - low);
    span.low = log ? std::exp(low - padding) : low - padding;
    span.high = log ? std::exp(high + padding) : high + padding;
    return span;
}

void CurvePlot::scheduleRedraw()
{
    if (m_scheduled) return;
    m_scheduled = true;
    QMetaObject::invokeMethod(this, &CurvePlot::redraw, Qt::QueuedConnection);
}

void CurvePlot::redraw()
{
    if (!isVisible()) return; // shown, it will be
    m_scheduled = false;
    showCursor();
    const Span span = shownSpan();
    m_layers->setWindow(m_group->visible(), m_group->isLogX(), span, isLog(), m_shares);
    m_layers->setEpochs(m_group->epochs());
    m_layers->setCurveCount(int(m_curves.size()));
    QVector<Baseline> ends;
    for (int i = 0; i < m_curves.size(); ++i) {
        m_layers->setCurve(i, m_curves[i], m_smoothed[i], m_group->showsEnvelope());
        const auto values = drawn(i);
        if (m_curves.size() > 1 && !values.isEmpty()) ends << Baseline{m_curves[i].name, values.last()};
    }
    m_layers->setNames(m_baselines, ends);
    m_layers->setMarks(marks());
    m_layers->setNotFinite(notFinite());
    m_layers->setOutside(span.above, span.below);
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

double CurvePlot::atOrLast(int curve, const QVector<double>& values, double x) const
{
    const int i = std::isnan(x) ? int(values.size()) - 1 : nearestIndex(m_curves[curve].x, x);
    return i < 0 ? qQNaN() : values[i];
}

QString CurvePlot::legend() const
{
    const bool raw = std::all_of(m_smoothed.begin(), m_smoothed.end(), [](const auto& y) { return y.isEmpty(); });
    return raw ? QString() : tr("smoothed, half-life %1").arg(shortNumber(m_group->halfLife()));
}

QVector<EventMark> CurvePlot::marks() const
{
    QVector<EventMark> all = m_marks;
    for (const double x : m_group->marks()) all << EventMark{x, tr("mark")};
    std::stable_sort(all.begin(), all.end(), [](const EventMark& a, const EventMark& b) { return a.x < b.x; });
    return all;
}

QString CurvePlot::markAtCursor() const
{
    QStringList near;
    for (const EventMark& mark : marks())
        if (m_group->isNearCursor(mark.x)) near << mark.text;
    near.removeDuplicates();
    return near.join(QStringLiteral(", "));
}

QString CurvePlot::legendWithRaw() const
{
    if (m_curves.size() != 1 || legend().isEmpty()) return legend();
    return tr("%1; raw %2", "smoothed how, value").arg(legend(), number(atOrLast(0, m_curves[0].y, m_group->cursor())));
}

QString CurvePlot::valueText(int curve, bool rich) const
{
    const QVector<double> values = drawn(curve);
    if (values.isEmpty()) return m_curves.size() == 1 ? QStringLiteral("–") : QString();
    QString text = number(atOrLast(curve, values, m_group->cursor()));
    if (!std::isnan(m_group->pinned())) {
        const double change = atOrLast(curve, values, m_group->cursor()) - atOrLast(curve, values, m_group->pinned());
        text = tr("%1 (%2%3)", "value, sign, change")
                   .arg(text, change < 0 ? QStringLiteral("−") : QStringLiteral("+"), number(std::abs(change)));
    }
    if (m_curves.size() == 1) return rich ? text.toHtmlEscaped() : text;
    if (!rich) return tr("%1: %2", "run, value").arg(m_curves[curve].name, text);
    const QString swatch = QStringLiteral("<span style='color:%1'>●</span> ")
                               .arg(Theme::instance()->series(m_curves[curve].series).name());
    return swatch + text.toHtmlEscaped();
}

QString CurvePlot::number(double value) const { return m_shares ? shareText(value) : shortNumber(value); }

QString CurvePlot::reading() const
{
    QStringList parts;
    if (!std::isnan(m_group->cursor())) parts << axisReading(m_group->axis(), m_group->cursor());
    for (int i = 0; i < m_curves.size(); ++i) parts << valueText(i, false);
    parts << markAtCursor() << legendWithRaw();
    parts.removeAll(QString());
    return parts.join(QStringLiteral(" · "));
}

/// Large where there is room; a comparison is longer, but the chart keeps its height.
void CurvePlot::sizeStrip()
{
    const Theme* theme = Theme::instance();
    const bool roomy = height() >= roomyLines * fontMetrics().height();
    m_strip->setFont(roomy && std::isnan(m_group->pinned()) ? theme->figure() : theme->section());
    m_strip->setMinimumHeight(roomy ? QFontMetrics(theme->figure()).height() : 0);
}

void CurvePlot::showCursor()
{
    sizeStrip();
    QVector<int> order(m_curves.size());
    std::iota(order.begin(), order.end(), 0);
    const auto value = [&](int i) {
        const double at = atOrLast(i, drawn(i), m_group->cursor());
        return std::isnan(at) ? -HUGE_VAL : at;
    };
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return value(a) > value(b); });
    QStringList parts;
    for (const int i : order) parts << valueText(i, true);
    parts.removeAll(QString());
    m_strip->setText(parts.join(QStringLiteral("&nbsp;&nbsp;")));
    QStringList beside{markAtCursor(), legendWithRaw()};
    beside.removeAll(QString());
    m_legend->setText(beside.join(QStringLiteral(" · ")));
    m_legend->setVisible(!beside.isEmpty());
    if (isVisible()) m_layers->setCursors(m_group->cursor(), m_group->pinned());
}

QString CurvePlot::trend(int curve) const
{
    const auto values = drawn(curve);
    const qsizetype last = values.size() - 1;
    const double before = last < 1 ? qQNaN() : values[last - std::max<qsizetype>(1, last / 10)];
    const double change = last < 1 ? 0 : values[last] - before;
    if (!std::isfinite(change)) return tr("no longer a number");
    if (std::abs(change) < 0.01 * (shownSpan().high - shownSpan().low)) return tr("steady");
    return change < 0 ? tr("falling") : tr("rising");
}

QString CurvePlot::sentence() const
{
    const QVector<double>& grid = m_group->grid();
    if (m_curves.isEmpty() || grid.isEmpty()) return tr("%1: no values yet.").arg(m_title);
    QStringList runs;
    for (int i = 0; i < m_curves.size(); ++i) {
        const auto values = drawn(i);
        if (values.isEmpty()) continue;
        runs << tr("%1: %2, %3").arg(m_curves[i].name, number(values.last()), trend(i));
    }
    if (runs.isEmpty()) return tr("%1: no values yet.").arg(m_title);
    const double cursor = m_group->cursor();
    const QString start = tr("%1, %2. %3.", "title, step, runs")
                              .arg(m_title, axisReading(m_group->axis(), grid.last()), runs.join(QStringLiteral("; ")));
    return std::isnan(cursor) ? start : tr("%1 At the cursor: %2.").arg(start, reading());
}

void CurvePlot::showEvent(QShowEvent* event)
{
    ChartWidget::showEvent(event);
    const auto sharpen = [this] {
        m_plot->setBufferDevicePixelRatio(devicePixelRatioF());
    }; // QCustomPlot asks only once
    sharpen();
    disconnect(m_screen);
    if (auto* handle = window()->windowHandle()) m_screen = connect(handle, &QWindow::screenChanged, this, sharpen);
    redraw();
}

void CurvePlot::resizeEvent(QResizeEvent* event)
{
    ChartWidget::resizeEvent(event);
    sizeStrip();
    scheduleRedraw();
}

QSize CurvePlot::sizeHint() const { return minimumSizeHint() * 1.5; }

QSize CurvePlot::minimumSizeHint() const
{
    return {fontMetrics().averageCharWidth() * 24, fontMetrics().height() * 18 / 5};
}

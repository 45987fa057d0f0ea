// SPDX-License-Identifier: GPL-3.0-or-later
#include "curvelayers.h"

#include "numbertext.h"
#include "theme.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

namespace {
constexpr double smoothWidth = 2;
constexpr int pad = 6, maxEpochTicks = 80, maxDots = 60, dotSize = 6, crossSize = 9;

template <typename Ticker> class ShortTicker final : public Ticker {
public:
    explicit ShortTicker(bool shares = false) : m_shares(shares) {}

private:
    QString getTickLabel(double tick, const QLocale&, QChar, int) override
    {
        if (!m_shares) return shortNumber(tick);
        return QCoreApplication::translate("CurvePlot", "%1 %", "percent").arg(shortNumber(100 * tick));
    }
    bool m_shares;
};

QColor faded(QColor colour, double opacity)
{
    colour.setAlphaF(float(opacity));
    return colour;
}

QFont numberFont()
{
    QFont font = QApplication::font();
    if (font.pointSizeF() > 0) font.setPointSizeF(font.pointSizeF() * 0.85);
    return font;
}

QCPGraph* graphOn(QCustomPlot* plot, QCPAxis* valueAxis, const QString& layer)
{
    QCPGraph* graph = plot->addGraph(plot->xAxis, valueAxis);
    graph->setLayer(layer);
    return graph;
}

/// Tops for boxes of one height that would like to be centred at `wanted` (ascending), pushed apart within [0, room].
QVector<double> apart(QVector<double> wanted, double height, double room)
{
    if (!wanted.isEmpty()) wanted[0] = std::max(wanted[0], height / 2 - pad);
    for (qsizetype i = 1; i < wanted.size(); ++i) wanted[i] = std::max(wanted[i], wanted[i - 1] + height);
    double limit = room - height / 2;
    for (qsizetype i = wanted.size() - 1; i >= 0; --i, limit -= height) wanted[i] = std::min(wanted[i], limit);
    return wanted;
}
} // namespace

CurveLayers::CurveLayers(QCustomPlot* plot) : m_plot(plot)
{
    plot->setPlottingHint(QCP::phFastPolylines);
    plot->setInteractions({});
    plot->addLayer(QStringLiteral("curves"), plot->layer(QStringLiteral("main")));
    plot->addLayer(QStringLiteral("names"), plot->layer(QStringLiteral("curves")));
    plot->axisRect()->setAutoMargins(QCP::msNone);
    plot->yAxis2->setRange(0, 1); // for what keeps its place in the frame whatever y is
    m_epochs = graphOn(plot, plot->yAxis2, QStringLiteral("main"));
    m_marks = graphOn(plot, plot->yAxis2, QStringLiteral("main"));
    m_quietMarks = graphOn(plot, plot->yAxis2, QStringLiteral("main"));
    m_notFinite = graphOn(plot, plot->yAxis2, QStringLiteral("names"));
    for (auto* graph : {m_epochs, m_marks, m_quietMarks}) {
        graph->setLineStyle(QCPGraph::lsImpulse);
        graph->setAntialiased(false);
    }
    m_notFinite->setLineStyle(QCPGraph::lsNone);
    const auto outside = [&](double y, Qt::Alignment alignment) {
        auto* text = new QCPItemText(plot);
        text->setLayer(QStringLiteral("names"));
        text->position->setType(QCPItemPosition::ptAxisRectRatio);
        text->position->setCoords(0.5, y);
        text->setPositionAlignment(Qt::AlignHCenter | alignment);
        return text;
    };
    m_above = outside(0, Qt::AlignTop);
    m_below = outside(1, Qt::AlignBottom);
    m_cursor = vertical();
    m_pinned = vertical();
    m_selection = new QCPItemRect(plot);
    m_selection->setLayer(QStringLiteral("overlay"));
    for (auto* corner : {m_selection->topLeft, m_selection->bottomRight})
        corner->setTypeY(QCPItemPosition::ptAxisRectRatio);
    m_selection->setPen(Qt::NoPen);
    m_selection->setVisible(false);
    restyle();
}

QCPItemLine* CurveLayers::vertical()
{
    auto* line = new QCPItemLine(m_plot);
    line->setLayer(QStringLiteral("overlay"));
    line->start->setTypeY(QCPItemPosition::ptAxisRectRatio);
    line->end->setTypeY(QCPItemPosition::ptAxisRectRatio);
    line->setVisible(false);
    line->setAntialiased(false);
    return line;
}

void CurveLayers::restyle()
{
    const auto& s = Theme::instance()->surfaces();
    m_plot->setBackground(s.panel);
    const QFont font = numberFont();
    for (auto* axis : {m_plot->xAxis, m_plot->yAxis}) {
        axis->setBasePen(axis == m_plot->xAxis ? QPen(s.quiet) : QPen(Qt::NoPen));
        axis->setTickPen(axis == m_plot->xAxis ? QPen(s.quiet) : QPen(Qt::NoPen));
        axis->setSubTickPen(Qt::NoPen);
        axis->setTickLabelColor(s.quiet);
        axis->setTickLabelFont(font);
        axis->setTickLength(0, 3);
        axis->setTickLabelPadding(4);
        axis->grid()->setPen(QPen(faded(s.line, 0.7)));
        axis->grid()->setZeroLinePen(QPen(s.line));
        axis->grid()->setVisible(axis == m_plot->yAxis);
    }
    m_epochs->setPen(faded(s.quiet, 0.6));
    m_marks->setPen(QPen(s.quiet, 1, Qt::DotLine));
    m_quietMarks->setPen(QPen(faded(s.quiet, 0.4), 1, Qt::DotLine));
    m_notFinite->setScatterStyle(
        {QCPScatterStyle::ssCross, QPen(Theme::instance()->state(Theme::State::Problem), 2), Qt::NoBrush, crossSize});
    for (auto* text : {m_above, m_below}) {
        text->setColor(s.text);
        text->setFont(font);
        text->setBrush(faded(s.panel, 0.85));
    }
    m_cursor->setPen(s.text);
    m_pinned->setPen(QPen(s.text, 1, Qt::DashLine));
    m_selection->setBrush(faded(s.accent, 0.18));
}

void CurveLayers::layOutMargins(const QStringList& names)
{
    const QFontMetrics metrics(numberFont());
    int right = metrics.horizontalAdvance(QStringLiteral("000"));
    for (const QString& name : names) right = std::max(right, metrics.horizontalAdvance(name));
    const int left = metrics.horizontalAdvance(QStringLiteral("0.00000")) + pad;
    m_plot->axisRect()->setMargins({left, pad, std::min(right + 2 * pad, m_plot->width() / 3), metrics.height() + 10});
}

/// Within the frame, from its left edge.
double CurveLayers::pixelOf(double x) const
{
    const QCPRange range = m_plot->xAxis->range();
    const QMargins margins = m_plot->axisRect()->margins();
    const int room = std::max(1, m_plot->width() - margins.left() - margins.right());
    if (m_logX) return room * std::log(x / range.lower) / std::log(range.upper / range.lower);
    return room * (x - range.lower) / range.size();
}

void CurveLayers::setWindow(PlotGroup::Window window, bool logX, Span span, bool log, bool shares)
{
    m_log = log;
    m_logX = logX;
    m_plot->yAxis->setScaleType(log ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    m_plot->yAxis->setRange(span.low, span.high);
    const QFontMetrics metrics(numberFont());
    const QMargins margins = m_plot->axisRect()->margins();
    const double dots = dotSize / double(std::max(1, m_plot->width() - margins.left() - margins.right()));
    m_plot->xAxis->setScaleType(logX ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    if (logX) { // room for dots at the ends
        const double beyond = std::pow(window.to / window.from, dots);
        m_plot->xAxis->setRange(window.from / beyond, window.to * beyond);
    } else {
        const double beyond = (window.to - window.from) * dots;
        m_plot->xAxis->setRange(window.from - beyond, window.to + beyond);
    }
    const auto share = [](int room, int each) { return std::clamp(room / each, 2, 8); };
    if (log) {
        const QSharedPointer<QCPAxisTickerLog> ticker(new ShortTicker<QCPAxisTickerLog>(shares));
        ticker->setLogBase(span.high / span.low < 60 ? 2 : 10);
        m_plot->yAxis->setTicker(ticker);
    } else {
        const QSharedPointer<QCPAxisTicker> ticker(new ShortTicker<QCPAxisTicker>(shares));
        ticker->setTickCount(share(m_plot->height() - margins.top() - margins.bottom(), 2 * metrics.height()));
        m_plot->yAxis->setTicker(ticker);
    }
    if (logX && window.to / window.from > 8) { // in less, powers of two would be too few
        const QSharedPointer<QCPAxisTickerLog> ticker(new ShortTicker<QCPAxisTickerLog>);
        ticker->setLogBase(window.to / window.from < 300 ? 2 : 10);
        m_plot->xAxis->setTicker(ticker);
        return;
    }
    const QSharedPointer<QCPAxisTicker> ticker(new ShortTicker<QCPAxisTicker>);
    const int label = metrics.horizontalAdvance(QStringLiteral("000000000"));
    ticker->setTickCount(share(m_plot->width() - margins.left() - margins.right(), label));
    m_plot->xAxis->setTicker(ticker);
}

void CurveLayers::setEpochs(const QVector<double>& x)
{
    const QCPRange range = m_plot->xAxis->range();
    const auto first = std::lower_bound(x.begin(), x.end(), range.lower);
    const auto last = std::upper_bound(first, x.end(), range.upper);
    const auto every = (last - first) / maxEpochTicks + 1;
    QVector<double> keys;
    for (auto at = x.begin(); at < last; at += every)
        if (at >= first) keys << *at;
    m_epochs->setData(keys, QVector<double>(keys.size(), 0.05), true);
}

void CurveLayers::setMarks(const QVector<EventMark>& marks)
{
    const QCPRange range = m_plot->xAxis->range();
    const auto& s = Theme::instance()->surfaces();
    const double end = pixelOf(range.upper);
    QVector<double> keys, quiet;
    qsizetype used = 0;
    double free = 0;
    for (const EventMark& mark : marks) {
        (mark.quiet ? quiet : keys) << mark.x;
        if (mark.quiet) continue;
        const double at = pixelOf(mark.x), width = QFontMetrics(numberFont()).horizontalAdvance(mark.text);
        const bool leftwards = at + width > end;
        if (at - (leftwards ? width : 0) < free || at > end) continue;
        QCPItemText* text = label(m_markTexts, used++);
        text->position->setTypeX(QCPItemPosition::ptPlotCoords);
        text->position->setTypeY(QCPItemPosition::ptAxisRectRatio);
        text->position->setCoords(mark.x, 0);
        text->setPositionAlignment((leftwards ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignTop);
        text->setPadding({pad / 2, 0, pad / 2, 0});
        text->setText(mark.text);
        text->setColor(s.quiet);
        text->setClipToAxisRect(true);
        free = at + (leftwards ? 0 : 1.1 * width);
    }
    for (qsizetype i = used; i < m_markTexts.size(); ++i) m_markTexts[i]->setVisible(false);
    m_marks->setData(keys, QVector<double>(keys.size(), 1), true);
    m_quietMarks->setData(quiet, QVector<double>(quiet.size(), 1), true);
}

void CurveLayers::setNotFinite(const QVector<double>& x)
{
    QVector<double> keys;
    for (const double at : x)
        if (keys.isEmpty() || pixelOf(at) - pixelOf(keys.last()) > crossSize) keys << at;
    m_notFinite->setData(keys, QVector<double>(keys.size(), 0.06), true);
}

void CurveLayers::setCurveCount(int count)
{
    while (m_curves.size() > count) {
        const auto graphs = m_curves.takeLast();
        for (auto* graph : {graphs.high, graphs.low, graphs.raw, graphs.line}) m_plot->removeGraph(graph);
    }
    const auto add = [this] { return graphOn(m_plot, m_plot->yAxis, QStringLiteral("curves")); };
    while (m_curves.size() < count) {
        m_curves << CurveGraphs{add(), add(), add(), add()};
        m_curves.last().high->setChannelFillGraph(m_curves.last().low);
    }
}

void CurveLayers::setCurve(int i, const Curve& curve, const QVector<double>& smoothedValues, bool envelope)
{
    const QColor colour = Theme::instance()->series(curve.series);
    const bool raw = !smoothedValues.isEmpty();
    const QCPRange range = m_plot->xAxis->range();
    const int pixels = std::max(1, m_plot->width());
    const Envelope band =
        raw && envelope ? envelopeOf(curve.x, curve.y, range.lower, range.upper, pixels, m_logX) : Envelope();
    m_curves[i].low->setData(band.x, band.low, true);
    m_curves[i].high->setData(band.x, band.high, true);
    m_curves[i].high->setBrush(faded(colour, 0.25));
    for (auto* edge : {m_curves[i].low, m_curves[i].high}) // alone where points are few
        edge->setPen(QPen(faded(colour, 0.25), 1));
    QVector<double> finite = raw && !envelope ? curve.y : QVector<double>();
    for (double& value : finite)
        if (!std::isfinite(value)) value = qQNaN(); // infinity destroys QCustomPlot's ranges
    m_curves[i].raw->setData(finite.isEmpty() ? QVector<double>() : curve.x, finite, true);
    m_curves[i].raw->setPen(QPen(faded(colour, 0.25), 1));
    m_curves[i].raw->setAntialiased(false);
    const Points line = decimated(curve.x, raw ? smoothedValues : curve.y, range.lower, range.upper, pixels, m_logX);
    m_curves[i].line->setData(line.x, line.y, true);
    m_curves[i].line->setPen(QPen(colour, smoothWidth, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin));
    const auto count = curve.step.size();
    const bool sparse = count < 2 || curve.step.last() - curve.step.first() >= 2.0 * double(count - 1);
    const bool dots = sparse && line.x.size() <= maxDots && !raw;
    m_curves[i].line->setScatterStyle(dots ? QCPScatterStyle(QCPScatterStyle::ssDisc, colour, colour, dotSize)
                                           : QCPScatterStyle(QCPScatterStyle::ssNone));
}

QCPItemText* CurveLayers::label(QVector<QCPItemText*>& pool, qsizetype i)
{
    if (i == pool.size()) {
        pool << new QCPItemText(m_plot);
        pool[i]->setLayer(QStringLiteral("names"));
        pool[i]->setClipToAxisRect(false);
    }
    pool[i]->setVisible(true);
    pool[i]->setFont(numberFont());
    return pool[i];
}

void CurveLayers::setNames(const QVector<Baseline>& baselines, const QVector<Baseline>& ends)
{
    const auto& s = Theme::instance()->surfaces();
    const QColor caution = Theme::instance()->state(Theme::State::Caution);
    const QCPRange y = m_plot->yAxis->range();
    while (m_lines.size() > baselines.size()) m_plot->removeItem(m_lines.takeLast());
    for (qsizetype i = 0; i < baselines.size(); ++i) {
        if (i == m_lines.size()) m_lines << new QCPItemStraightLine(m_plot);
        m_lines[i]->setLayer(QStringLiteral("main"));
        m_lines[i]->setPen(baselines[i].caution ? QPen(caution, 1, Qt::DashLine) : QPen(faded(s.quiet, 0.75), 1));
        m_lines[i]->setAntialiased(false);
        m_lines[i]->point1->setCoords(0, baselines[i].value);
        m_lines[i]->point2->setCoords(1, baselines[i].value);
        m_lines[i]->setVisible(!m_log || baselines[i].value > 0);
    }
    struct Name {
        QString text;
        double ratio;
        QColor colour;
    };
    QVector<Name> names;
    const auto ratio = [&](double v) {
        if (!m_log) return (y.upper - v) / y.size();
        return v > 0 ? std::log(y.upper / v) / std::log(y.upper / y.lower) : 2;
    };
    for (const Baseline& line : baselines) {
        const double at = ratio(line.value);
        const QString text = at > 1   ? QCoreApplication::translate("CurvePlot", "%1 ↓").arg(line.name)
                             : at < 0 ? QCoreApplication::translate("CurvePlot", "%1 ↑").arg(line.name)
                                      : line.name;
        names << Name{text, std::clamp(at, 0.0, 1.0), line.caution ? caution : s.quiet};
    }
    for (const Baseline& end : ends)
        if (std::isfinite(end.value)) names << Name{end.name, std::clamp(ratio(end.value), 0.0, 1.0), s.text};
    std::stable_sort(names.begin(), names.end(), [](const Name& a, const Name& b) { return a.ratio < b.ratio; });

    QStringList texts;
    for (const Name& name : names) texts << name.text;
    layOutMargins(texts);
    const QMargins margins = m_plot->axisRect()->margins();
    const double room = std::max(1, m_plot->height() - margins.top() - margins.bottom());
    QVector<double> centres;
    for (const Name& name : names) centres << name.ratio * room;
    centres = apart(centres, 0.9 * QFontMetrics(numberFont()).height(), room); // below stand the axis' numbers
    for (qsizetype i = 0; i < names.size(); ++i) {
        QCPItemText* text = label(m_names, i);
        text->position->setType(QCPItemPosition::ptAxisRectRatio);
        text->position->setCoords(1, centres[i] / room);
        text->setPositionAlignment(Qt::AlignLeft | Qt::AlignVCenter);
        text->setPadding({pad, 0, 0, 0});
        text->setText(names[i].text);
        text->setColor(names[i].colour);
    }
    for (qsizetype i = names.size(); i < m_names.size(); ++i) m_names[i]->setVisible(false);
}

void CurveLayers::setOutside(int above, int below)
{
    m_above->setText(QCoreApplication::translate("CurvePlot", "▲ %1 above").arg(above));
    m_below->setText(QCoreApplication::translate("CurvePlot", "▼ %1 below").arg(below));
    m_above->setVisible(above > 0);
    m_below->setVisible(below > 0);
}

void CurveLayers::showVertical(QCPItemLine* line, double x)
{
    line->setVisible(!std::isnan(x));
    if (std::isnan(x)) return;
    line->start->setCoords(x, 0);
    line->end->setCoords(x, 1);
}

void CurveLayers::setCursors(double cursor, double pinned)
{
    showVertical(m_cursor, cursor);
    showVertical(m_pinned, pinned);
    m_plot->layer(QStringLiteral("overlay"))->replot();
}

void CurveLayers::setSelection(double from, double to)
{
    m_selection->setVisible(from != to);
    m_selection->topLeft->setCoords(from, 0);
    m_selection->bottomRight->setCoords(to, 1);
    m_plot->layer(QStringLiteral("overlay"))->replot();
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "gauge.h"

#include <QLocale>
#include <QPainter>
#include <cmath>

namespace {
constexpr double evenSpread = 0.3, featureSpread = 0.1, keptRank = 0.3; // where docs/collapse.md draws them
constexpr int pad = 8, barHeight = 6;

/// Digits of one width, so that a live number does not tremble. Returns where it ends.
double drawTabular(QPainter& painter, const QPointF& baseline, const QString& text)
{
    const QFontMetricsF metrics = painter.fontMetrics();
    double digit = 0, x = baseline.x();
    for (char16_t c = u'0'; c <= u'9'; ++c) digit = std::max(digit, metrics.horizontalAdvance(QChar(c)));
    for (const QChar c : text) {
        const double own = metrics.horizontalAdvance(c), cell = c.isDigit() ? digit : own;
        painter.drawText(QPointF(x + (cell - own) / 2, baseline.y()), c);
        x += cell;
    }
    return x;
}
} // namespace

Gauge::Gauge(QWidget* parent) : ChartWidget(parent)
{
    setToolTip(
        tr("std·√d is the mean deviation of the normalised projections, or of the features where nothing is projected, "
           "times √d: 1 if they spread evenly, 0 if all are "
           "alike. "
           "The rank is the effective number of dimensions (RankMe); what matters is how much is left of step 0's."));
}

Gauge::Reading Gauge::read(const QMap<QString, double>& metrics)
{
    const double none = qQNaN();
    Reading reading;
    const bool projected = metrics.contains("std_projection");
    reading.spread = metrics.value(projected ? "std_projection" : "std", none);
    reading.leastSpread = projected ? evenSpread : featureSpread;
    reading.rank = metrics.value("rank", none);
    reading.share = metrics.value("rank_relative", none);
    const double other = metrics.value("rank_projection_relative", none);
    if (other < reading.share || std::isnan(reading.share)) {
        reading.rank = metrics.value("rank_projection", none);
        reading.share = other;
        reading.ofProjections = !std::isnan(other);
    }
    return reading;
}

void Gauge::setProbe(const ProbePoint& probe)
{
    m_reading = read(probe.metrics);
    m_verdict = probe.verdict;
    update();
}

QString Gauge::word() const
{
    if (m_reading.isEmpty()) return tr("not measured yet");
    if (m_verdict == "healthy") return tr("healthy");
    if (m_verdict == "dimensional") return tr("dimensional collapse");
    if (m_verdict == "complete") return tr("complete collapse");
    if (m_verdict == "uniform") return tr("uniform output");
    if (m_verdict == "one-hot") return tr("one-hot output");
    if (m_verdict == "diverging") return tr("diverging");
    return tr("not judged"); // the untrained network, or an engine that does not judge
}

QString Gauge::sentence() const
{
    if (m_reading.isEmpty()) return tr("Collapse gauge: not measured yet.");
    const QLocale locale;
    return tr("Collapse gauge: %1. Spread %2 of 1, rank %3, which is %4 percent of step 0's.")
        .arg(word(), locale.toString(m_reading.spread, 'f', 2), locale.toString(m_reading.rank, 'f', 0),
             locale.toString(100 * m_reading.share, 'f', 0));
}

void Gauge::paintDial(QPainter& painter, const QRectF& box, double value, double limit, const QString& figure,
                      const QString& aside, const QString& caption) const
{
    const Theme* theme = Theme::instance();
    const auto& s = theme->surfaces();
    const QFontMetrics large(theme->figure()), small(font());
    const double room = box.height() - large.height() - small.height() - barHeight - 4;
    double top = box.top() + std::max(0.0, room / 2);
    painter.setFont(theme->figure());
    painter.setPen(s.text);
    const double end = drawTabular(painter, {box.left(), top + large.ascent()}, figure);
    painter.setFont(font());
    painter.setPen(s.quiet);
    painter.drawText(QPointF(end + pad, top + large.ascent()), aside);
    top += large.height() + 2;

    const auto x = [&](double v) { return box.left() + box.width() * std::clamp(v, 0.0, 1.0); };
    const QRectF bar(box.left(), top, box.width(), barHeight);
    painter.fillRect(bar, s.line);
    if (!std::isnan(value)) {
        const QColor colour = theme->state(value < limit ? Theme::State::Problem : Theme::State::Healthy);
        painter.fillRect(QRectF(bar.left(), top, x(value) - bar.left(), barHeight), colour);
    }
    painter.setPen(QPen(s.panel, 2)); // where the word changes
    painter.drawLine(QPointF(x(limit), top), QPointF(x(limit), bar.bottom()));
    painter.setPen(s.quiet);
    painter.drawText(QRectF(box.left(), bar.bottom() + 2, box.width(), small.height()),
                     Qt::AlignLeft | Qt::AlignVCenter, small.elidedText(caption, Qt::ElideRight, int(box.width())));
}

void Gauge::paintEvent(QPaintEvent* event)
{
    ChartWidget::paintEvent(event);
    const Theme* theme = Theme::instance();
    QPainter painter(this);
    const QRectF inner = QRectF(rect()).adjusted(pad, 6, -pad, -pad);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    const double line = fontMetrics().height();
    const double wordWidth = fontMetrics().horizontalAdvance(word());
    painter.setPen(theme->surfaces().text);
    painter.setFont(bold);
    const QString title = QFontMetrics(bold).elidedText(tr("Collapse gauge"), Qt::ElideRight,
                                                        int(inner.width() - wordWidth - line - 2 * pad));
    painter.drawText(QRectF(inner.left(), inner.top(), inner.width(), line), Qt::AlignLeft | Qt::AlignVCenter, title);
    painter.setFont(font());
    if (m_reading.isEmpty()) painter.setPen(theme->surfaces().quiet);
    painter.drawText(QRectF(inner.left(), inner.top(), inner.width(), line), Qt::AlignRight | Qt::AlignVCenter, word());
    if (m_reading.isEmpty()) return;
    const double side = 0.85 * line;
    if (!m_verdict.isEmpty())
        theme->stateIcon(m_verdict == "healthy" ? Theme::State::Healthy : Theme::State::Problem)
            .paint(&painter,
                   QRectF(inner.right() - wordWidth - side - 6, inner.top() + (line - side) / 2, side, side).toRect());

    const QLocale locale;
    const double gap = 2 * pad, half = (inner.width() - gap) / 2;
    const QRectF left(inner.left(), inner.top() + line, half, inner.height() - line);
    paintDial(painter, left, m_reading.spread, m_reading.leastSpread, locale.toString(m_reading.spread, 'f', 2),
              tr("std·√d"), tr("spread, best 1"));
    paintDial(painter, left.translated(half + gap, 0), m_reading.share, keptRank,
              locale.toString(m_reading.rank, 'f', 0),
              tr("%1 %", "percent").arg(locale.toString(100 * m_reading.share, 'f', 0)),
              m_reading.ofProjections ? tr("projections' rank") : tr("rank vs step 0"));
}

QSize Gauge::sizeHint() const { return minimumSizeHint() * 1.3; }

QSize Gauge::minimumSizeHint() const
{
    const int high =
        2 * fontMetrics().height() + QFontMetrics(Theme::instance()->figure()).height() + barHeight + 3 * pad;
    return {fontMetrics().averageCharWidth() * 26, high};
}

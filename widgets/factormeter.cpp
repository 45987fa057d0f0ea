// SPDX-License-Identifier: GPL-3.0-or-later
#include "factormeter.h"

#include "theme.h"

#include <QLocale>
#include <QPainter>
#include <algorithm>
#include <cmath>

namespace {
constexpr int pad = 12, barHeight = 8, gap = 8;

/// As people write it: "sun_elevation" is a name in a file.
QString spoken(QString name) { return name.replace(u'_', u' '); }

QString figure(double value) { return std::isnan(value) ? QStringLiteral("–") : QLocale().toString(value, 'f', 2); }
} // namespace

FactorMeter::FactorMeter(QWidget* parent) : ChartWidget(parent)
{
    setToolTip(
        tr("A linear (ridge) probe for each factor, fitted to the frozen features and tried on held-out patches: of a "
           "number the share of its variance that is explained, of a category the accuracy. What augmentations change "
           "the network may forget; what they keep, it may still hold."));
}

bool FactorMeter::hasFactors(const RunLog& log)
{
    return std::any_of(log.probes().begin(), log.probes().end(),
                       [](const ProbePoint& probe) { return !probe.factors.isEmpty(); });
}

void FactorMeter::refresh(const RunLog& log)
{
    m_probes.clear();
    for (const ProbePoint& probe : log.probes())
        if (!probe.factors.isEmpty()) m_probes << probe;
    choose();
}

void FactorMeter::showStep(qint64 step)
{
    const bool newest = m_probes.isEmpty() || step >= m_probes.last().step;
    m_step = newest ? std::numeric_limits<qint64>::max() : step;
    choose();
}

void FactorMeter::choose()
{
    m_now = m_first = m_probes.isEmpty() ? ProbePoint() : m_probes.first();
    for (const ProbePoint& probe : m_probes)
        if (probe.step <= m_step) m_now = probe;
    updateGeometry();
    update();
}

QString FactorMeter::sentence() const
{
    if (m_now.factors.isEmpty()) return tr("What the features still hold: not measured yet.");
    QStringList parts;
    for (auto it = m_now.factors.begin(); it != m_now.factors.end(); ++it)
        parts << tr("%1: %2, at step 0 %3", "factor: value, value")
                     .arg(spoken(it.key()), figure(it.value()), figure(m_first.factors.value(it.key(), qQNaN())));
    return tr("What the features still hold at step %1. %2.")
        .arg(QLocale().toString(m_now.step), parts.join(QStringLiteral("; ")));
}

int FactorMeter::rowHeight() const { return std::max(fontMetrics().height(), barHeight) + 4; }

QSize FactorMeter::sizeHint() const
{
    const int rows = std::max(4, int(m_now.factors.size()));
    return {fontMetrics().averageCharWidth() * 50, rows * rowHeight() + 3 * fontMetrics().height() + 3 * pad};
}

QSize FactorMeter::minimumSizeHint() const { return {fontMetrics().averageCharWidth() * 16, 6 * rowHeight()}; }

void FactorMeter::paintEvent(QPaintEvent* event)
{
    ChartWidget::paintEvent(event);
    const Theme* theme = Theme::instance();
    const auto& s = theme->surfaces();
    QPainter painter(this);
    const QFontMetrics metrics = fontMetrics();
    const QRect inner = rect().adjusted(pad, gap, -pad, -gap);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    painter.setFont(bold);
    painter.setPen(s.text);
    const QString title = m_now.factors.isEmpty()
                              ? tr("What the features still hold")
                              : tr("What the features still hold, step %1").arg(QLocale().toString(m_now.step));
    painter.drawText(inner, Qt::AlignLeft | Qt::AlignTop,
                     QFontMetrics(bold).elidedText(title, Qt::ElideRight, inner.width()));
    painter.setFont(font());
    const QString legend = tr("Bar: now · mark: step 0 · R² of a number, accuracy of a category");
    painter.setPen(s.quiet);
    const QRect bottom(inner.left(), inner.bottom() - metrics.height(), inner.width(), metrics.height());
    painter.drawText(bottom, Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(legend, Qt::ElideRight, bottom.width()));

    int nameWidth = 0;
    for (auto it = m_now.factors.begin(); it != m_now.factors.end(); ++it)
        nameWidth = std::max(nameWidth, metrics.horizontalAdvance(spoken(it.key())) + 2);
    nameWidth = std::min(nameWidth, inner.width() * 2 / 5);
    const int figureWidth = metrics.horizontalAdvance(QStringLiteral("−0.00"));
    const int left = inner.left() + nameWidth + gap, right = inner.right() - figureWidth - gap;
    const int top = inner.top() + metrics.height() + gap, room = bottom.top() - gap - top;
    const int rows = int(m_now.factors.size());
    if (rows == 0 || right <= left) return;
    const int step = std::clamp(room / rows, metrics.height(), 2 * rowHeight());
    const auto x = [&](double value) { return left + (right - left) * std::clamp(value, 0.0, 1.0); };
    int y = top;
    for (auto it = m_now.factors.begin(); it != m_now.factors.end() && y + metrics.height() <= bottom.top(); ++it) {
        const QRect row(inner.left(), y, inner.width(), step);
        const double value = it.value(), before = m_first.factors.value(it.key(), qQNaN());
        painter.setPen(s.text);
        painter.drawText(QRect(row.left(), y, nameWidth, step), Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(spoken(it.key()), Qt::ElideRight, nameWidth));
        const QRectF bar(left, row.center().y() - barHeight / 2.0, right - left, barHeight);
        painter.fillRect(bar, s.line);
        if (!std::isnan(value)) painter.fillRect(QRectF(bar.left(), bar.top(), x(value) - left, barHeight), s.accent);
        if (!std::isnan(before)) painter.fillRect(QRectF(x(before) - 1, bar.top() - 4, 2, barHeight + 8), s.text);
        painter.drawText(QRect(right + gap, y, figureWidth, step), Qt::AlignRight | Qt::AlignVCenter, figure(value));
        y += step;
    }
}

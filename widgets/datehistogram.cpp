// SPDX-License-Identifier: GPL-3.0-or-later
#include "datehistogram.h"

#include "theme.h"

#include <QKeyEvent>
#include <QLocale>
#include <QPainter>
#include <algorithm>

namespace {
constexpr int pad = 8;

QDate dateOf(qint32 day) { return QDate(1970, 1, 1).addDays(day); }
int monthsBetween(const QDate& from, const QDate& to)
{
    return (to.year() - from.year()) * 12 + to.month() - from.month();
}
} // namespace

DateHistogram::DateHistogram(QWidget* parent) : ChartWidget(parent)
{
    setToolTip(tr("Drag over months to see their tiles alone; a click lifts it."));
}

void DateHistogram::setTable(const PatchTable* table)
{
    m_table = table;
    m_selected.clear();
    count();
    if (isBrushed()) lift();
}

void DateHistogram::setSelected(const QVector<int>& patches)
{
    m_selected = patches;
    m_chosen.fill(0, m_counts.size());
    for (const int patch : patches)
        if (m_table->day[patch] != PatchTable::noDay) ++m_chosen[barOf(m_table->day[patch])];
    update();
}

void DateHistogram::setSeasons(bool seasons)
{
    if (seasons == m_seasons) return;
    m_seasons = seasons;
    count();
    if (isBrushed()) lift();
}

void DateHistogram::count()
{
    m_counts.clear();
    m_at = m_anchor = -1;
    if (!m_table || !m_table->isDated()) return update();
    QDate last;
    m_first = {};
    for (const qint32 day : m_table->day) {
        if (day == PatchTable::noDay) continue;
        const QDate date = dateOf(day);
        if (!m_first.isValid() || date < m_first) m_first = date;
        if (!last.isValid() || date > last) last = date;
    }
    m_counts.fill(0, m_seasons ? 12 : monthsBetween(m_first, last) + 1);
    for (const qint32 day : m_table->day)
        if (day != PatchTable::noDay) ++m_counts[barOf(day)];
    setSelected(QVector<int>(m_selected));
}

int DateHistogram::barOf(qint32 day) const
{
    const QDate date = dateOf(day);
    return m_seasons ? date.month() - 1 : monthsBetween(m_first, date);
}

bool DateHistogram::accepts(qint32 day) const
{
    if (!isBrushed()) return true;
    if (day == PatchTable::noDay) return false;
    const int bar = barOf(day);
    return bar >= m_from && bar <= m_to;
}

void DateHistogram::brush(int from, int to)
{
    if (from == m_from && to == m_to) return;
    m_from = from;
    m_to = to;
    update();
    Q_EMIT brushed();
}

QRectF DateHistogram::barRect(int bar) const
{
    const double line = fontMetrics().height();
    const double wide = (width() - 2.0 * pad) / std::max(1, bars()), high = height() - 2 * pad - 2 * line;
    const int most = std::max(1, *std::max_element(m_counts.begin(), m_counts.end()));
    const double tall = high * m_counts[bar] / most;
    const double space = std::min(2.0, wide / 4);
    return {pad + bar * wide + space / 2, pad + line + high - tall, wide - space, tall};
}

int DateHistogram::barAt(double x) const
{
    return std::clamp(int((x - pad) / ((width() - 2.0 * pad) / std::max(1, bars()))), 0, std::max(0, bars() - 1));
}

QString DateHistogram::nameOf(int bar) const
{
    if (m_seasons) return QLocale().standaloneMonthName(bar + 1, QLocale::ShortFormat);
    return QLocale().toString(m_first.addMonths(bar), tr("MMM yyyy", "a month, as QDate has it"));
}

void DateHistogram::paintEvent(QPaintEvent* event)
{
    ChartWidget::paintEvent(event);
    const auto& s = Theme::instance()->surfaces();
    QPainter painter(this);
    painter.setPen(s.quiet);
    if (m_counts.isEmpty()) {
        const QString text = m_table && m_table->set.count > 0 ? tr("The tiles have no dates.") : QString();
        painter.drawText(rect().adjusted(pad, 0, -pad, 0), Qt::AlignCenter | Qt::TextWordWrap, text);
        return;
    }
    const int line = fontMetrics().height();
    const int most = *std::max_element(m_counts.begin(), m_counts.end());
    const QRect top(pad, pad / 2, width() - 2 * pad, line);
    const int at = m_at >= 0 ? m_at : -1;
    const QString right = at >= 0 ? tr("%1: %2", "month: tiles").arg(nameOf(at), QLocale().toString(m_counts[at]))
                                  : tr("most in a month: %1").arg(QLocale().toString(most));
    painter.drawText(top, Qt::AlignRight | Qt::AlignVCenter, right);
    const QString left = isBrushed()
                             ? m_from == m_to ? nameOf(m_from) : tr("%1 to %2").arg(nameOf(m_from), nameOf(m_to))
                         : m_seasons ? tr("Seasons")
                                     : tr("Dates");
    painter.setPen(isBrushed() ? s.accent : s.text);
    painter.drawText(top, Qt::AlignLeft | Qt::AlignVCenter, left);
    QColor pale = s.quiet;
    pale.setAlphaF(0.55f);
    for (int bar = 0; bar < bars(); ++bar) {
        const QRectF box = barRect(bar);
        const bool in = !isBrushed() || (bar >= m_from && bar <= m_to);
        QColor colour = isBrushed() && in ? s.accent : pale;
        if (!in) colour.setAlphaF(0.25f);
        painter.fillRect(box, colour);
        if (m_chosen.value(bar) > 0) {
            const double tall = std::max(2.0, box.height() * m_chosen[bar] / std::max(1, m_counts[bar]));
            painter.fillRect(QRectF(box.left(), box.bottom() - tall, box.width(), tall), s.accent);
        }
        if (bar == m_at && hasFocus()) {
            painter.setPen(s.accent);
            painter.drawRect(QRectF(box.left(), pad + line, box.width(), height() - 2 * pad - 2 * line));
        }
    }
    painter.setPen(s.quiet);
    double free = 0; // names where there is room
    for (int bar = 0; bar < bars(); ++bar) {
        const QRectF box = barRect(bar);
        const double wide = fontMetrics().horizontalAdvance(nameOf(bar)) + 8;
        const double start = std::clamp(box.center().x() - wide / 2, double(pad), width() - pad - wide);
        if (start < free) continue;
        painter.drawText(QRectF(start, height() - pad / 2 - line, wide, line), Qt::AlignCenter, nameOf(bar));
        free = start + wide;
    }
}

void DateHistogram::mousePressEvent(QMouseEvent* event)
{
    setFocus(Qt::MouseFocusReason);
    if (m_counts.isEmpty()) return;
    m_anchor = m_at = barAt(event->position().x());
    isBrushed() ? lift() : brush(m_anchor, m_anchor);
}

void DateHistogram::mouseMoveEvent(QMouseEvent* event)
{
    if (m_anchor < 0 || m_counts.isEmpty()) return;
    m_at = barAt(event->position().x());
    if (m_at != m_anchor || isBrushed()) brush(std::min(m_at, m_anchor), std::max(m_at, m_anchor));
}

void DateHistogram::keyPressEvent(QKeyEvent* event)
{
    const int by = event->key() == Qt::Key_Right ? 1 : event->key() == Qt::Key_Left ? -1 : 0;
    if (by && !m_counts.isEmpty()) {
        m_at = m_at < 0 ? (by > 0 ? 0 : bars() - 1) : std::clamp(m_at + by, 0, bars() - 1);
        const bool extend = event->modifiers() & Qt::ShiftModifier && m_anchor >= 0;
        if (!extend) m_anchor = m_at;
        brush(std::min(m_at, m_anchor), std::max(m_at, m_anchor));
    } else if (event->key() == Qt::Key_Escape && isBrushed()) {
        lift();
    } else {
        ChartWidget::keyPressEvent(event);
    }
}

QString DateHistogram::sentence() const
{
    if (m_counts.isEmpty()) return tr("Dates: the tiles have none.");
    QStringList parts;
    for (int bar = 0; bar < bars() && bar < 24; ++bar)
        parts << tr("%1: %2", "month: tiles").arg(nameOf(bar), QLocale().toString(m_counts[bar]));
    const QString all = tr("Tiles by month. %1.").arg(parts.join(QStringLiteral("; ")));
    return isBrushed() ? tr("%1 Only %2 to %3 are shown.").arg(all, nameOf(m_from), nameOf(m_to)) : all;
}

QSize DateHistogram::sizeHint() const { return {360, 5 * fontMetrics().height()}; }
QSize DateHistogram::minimumSizeHint() const { return {160, 4 * fontMetrics().height()}; }

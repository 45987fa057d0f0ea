// SPDX-License-Identifier: GPL-3.0-or-later
#include "patchmap.h"

#include "patchselection.h"
#include "theme.h"

#include <QPainter>
#include <QPainterPath>
#include <cmath>

namespace {
constexpr double dotSize = 6;

/// Land in the colour of lines, sea left out.
QImage landIn(const QColor& colour)
{
    QImage land = QImage(QStringLiteral(":/map/land.png")).convertToFormat(QImage::Format_ARGB32_Premultiplied);
    QPainter painter(&land);
    painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
    painter.fillRect(land.rect(), colour);
    return land;
}

/// Degrees between two lines of a graticule of some six lines.
double spacing(double span)
{
    for (const double degrees : {0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0})
        if (span / degrees < 7) return degrees;
    return 30;
}
} // namespace

void PatchMap::paintEarth(QPainter& painter, const QRectF& frame)
{
    const auto& s = Theme::instance()->surfaces();
    if (m_land.isNull()) m_land = landIn(s.line);
    const double px = m_land.width() / 360.0;
    const QRectF world(at(-180, 90), at(180, -90)), part = world & frame;
    const QRectF source((part.left() - world.left()) / m_scale * px, (part.top() - world.top()) / m_scale * px,
                        part.width() / m_scale * px, part.height() / m_scale * px);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.drawImage(part, m_land, source);
    QColor faint = s.quiet;
    faint.setAlphaF(0.25f);
    painter.setPen(QPen(faint, 1));
    const double every = spacing(std::max(width() / m_scale, height() / m_scale));
    for (double lon = std::ceil(-180 / every) * every; lon <= 180; lon += every)
        if (const double x = at(lon, 0).x(); x > frame.left() && x < frame.right())
            painter.drawLine(QPointF(x, part.top()), QPointF(x, part.bottom()));
    for (double lat = std::ceil(-90 / every) * every; lat <= 90; lat += every)
        if (const double y = at(0, lat).y(); y > frame.top() && y < frame.bottom())
            painter.drawLine(QPointF(part.left(), y), QPointF(part.right(), y));
}

/// Selected dots lie on top of the others, which are pale while there are any; so are all in front of a batch.
void PatchMap::paintDots(QPainter& painter)
{
    const double ratio = devicePixelRatioF();
    if (m_dots.isNull()) {
        m_dots = QPixmap(size() * ratio);
        m_dots.setDevicePixelRatio(ratio);
        m_dots.fill(Qt::transparent);
        QPainter dots(&m_dots);
        QHash<int, QPixmap> pixmaps;
        bool any = false;
        for (const int patch : m_shown) any = any || m_selection->contains(m_table->set.ids[patch]);
        for (const bool chosen : {false, true}) {
            dots.setOpacity(chosen || (!any && m_batch.isEmpty()) ? 1 : 0.3);
            for (const int patch : m_shown) {
                if (!isPlaced(patch) || m_selection->contains(m_table->set.ids[patch]) != chosen) continue;
                const QPointF place = at(m_table->set.lon[patch], m_table->set.lat[patch]);
                if (!QRectF(rect()).contains(place)) continue;
                const int style = m_groups.groups[m_groups.groupOf[patch]].style;
                if (!pixmaps.contains(style)) pixmaps[style] = dotPixmap(dotStyle(style), dotSize, ratio);
                dots.drawPixmap(place - QPointF(dotSize + 2, dotSize + 2) / 2, pixmaps[style]);
            }
        }
    }
    painter.drawPixmap(0, 0, m_dots);
}

/// Bent, so that both ends and the way between them are seen; over the date line where that is shorter.
void PatchMap::paintArc(QPainter& painter, int from, int to) const
{
    const PatchSet& set = m_table->set;
    const double lon = set.lon[from], other = set.lon[to];
    const double turn = other - lon > 180 ? -360 : other - lon < -180 ? 360 : 0;
    const auto arc = [&](QPointF a, QPointF b) {
        QPainterPath path(a);
        const QPointF d = b - a;
        path.quadTo((a + b) / 2 + QPointF(d.y(), -d.x()) * 0.2, b);
        painter.drawPath(path);
    };
    arc(at(lon, set.lat[from]), at(other + turn, set.lat[to]));
    if (turn != 0) arc(at(lon - turn, set.lat[from]), at(other, set.lat[to]));
}

void PatchMap::paintBatch(QPainter& painter) const
{
    if (m_batch.isEmpty()) return;
    const auto& s = Theme::instance()->surfaces();
    const PatchSet& set = m_table->set;
    const auto placed = [this](int patch) { return patch >= 0 && isPlaced(patch); };
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(s.accent, 1.5));
    for (qsizetype view = 1; view < m_batch.size(); ++view)
        for (qsizetype i = 0; i < m_batch[view].size(); ++i)
            if (const int from = m_batch[0][i], to = m_batch[view][i]; placed(from) && placed(to))
                if (set.lon[from] != set.lon[to] || set.lat[from] != set.lat[to]) paintArc(painter, from, to);
    const QPixmap dot = dotPixmap({s.accent, 0}, dotSize + 2, devicePixelRatioF());
    for (const QVector<int>& view : m_batch)
        for (const int patch : view)
            if (placed(patch))
                painter.drawPixmap(at(set.lon[patch], set.lat[patch]) - QPointF(dotSize + 4, dotSize + 4) / 2, dot);
}

void PatchMap::paintCurrent(QPainter& painter) const
{
    if (m_current < 0 || m_current >= m_table->set.count || !isPlaced(m_current)) return;
    const auto& s = Theme::instance()->surfaces();
    const QPointF place = at(m_table->set.lon[m_current], m_table->set.lat[m_current]);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(s.text, 2));
    painter.drawEllipse(place, dotSize, dotSize);
    const int negative = nearestNegative();
    if (negative < 0) return;
    painter.setPen(QPen(s.text, 1, Qt::DashLine));
    paintArc(painter, m_current, negative);
}

void PatchMap::paintEvent(QPaintEvent* event)
{
    ChartWidget::paintEvent(event);
    const auto& s = Theme::instance()->surfaces();
    const QRectF frame = QRectF(rect()).adjusted(2, 2, -2, -2);
    QPainter painter(this);
    QPainterPath inside;
    inside.addRoundedRect(frame, 3, 3);
    painter.setClipPath(inside);
    const bool located = m_table && m_table->isLocated();
    if (!located) {
        painter.setPen(s.quiet);
        const QString text =
            m_table && m_table->set.count > 0 ? tr("This data set does not say where its tiles are.") : QString();
        painter.drawText(rect().adjusted(16, 16, -16, -16), Qt::AlignCenter | Qt::TextWordWrap, text);
        return;
    }
    paintEarth(painter, frame);
    paintDots(painter);
    paintBatch(painter);
    paintCurrent(painter);
    m_lasso.paint(painter);
    const QString text = caption();
    if (text.isEmpty()) return;
    const int high = fontMetrics().height() + 4;
    const QString words = fontMetrics().elidedText(text, Qt::ElideRight, width() - 16);
    QColor veil = s.panel;
    veil.setAlphaF(0.9f);
    const QRectF line(frame.left(), frame.bottom() - high, fontMetrics().horizontalAdvance(words) + 12, high);
    painter.fillRect(line, veil);
    painter.setPen(s.text);
    painter.drawText(line.adjusted(6, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, words);
}

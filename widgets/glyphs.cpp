// SPDX-License-Identifier: GPL-3.0-or-later
#include "glyphs.h"

#include <QIconEngine>
#include <QPainter>
#include <QPainterPath>

namespace {
using Glyph = Theme::Glyph;

QPainterPath polygon(std::initializer_list<QPointF> points)
{
    QPainterPath path;
    path.addPolygon(QPolygonF(QList<QPointF>(points)));
    path.closeSubpath();
    return path;
}

class GlyphEngine final : public QIconEngine {
public:
    GlyphEngine(Glyph glyph, const QColor& colour, const QColor& disabled)
        : m_glyph(glyph),
          m_colour(colour),
          m_disabled(disabled)
    {}
    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override
    {
        paintGlyph(*painter, m_glyph, rect, mode == QIcon::Disabled ? m_disabled : m_colour);
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap result(size);
        result.fill(Qt::transparent);
        QPainter painter(&result);
        paint(&painter, result.rect(), mode, state);
        return result;
    }
    QIconEngine* clone() const override { return new GlyphEngine(*this); }

private:
    Glyph m_glyph;
    QColor m_colour, m_disabled;
};
} // namespace

void paintGlyph(QPainter& painter, Glyph glyph, const QRectF& box, const QColor& colour)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const double side = std::min(box.width(), box.height());
    painter.translate(box.center());
    painter.scale(side / 16, side / 16); // a square from (-8, -8) to (8, 8)
    const QPen stroke(colour, 1.6, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
    painter.setPen(stroke);
    const auto fill = [&](const QPainterPath& path) { painter.fillPath(path, colour); };
    const auto mark = [&](double top, double bottom, double dot) { // an upright stroke and its dot
        painter.drawLine(QPointF(0, top), QPointF(0, bottom));
        painter.drawPoint(QPointF(0, dot));
    };
    switch (glyph) {
    case Glyph::Information:
        painter.drawEllipse(QPointF(0, 0), 6.5, 6.5);
        mark(0, 3, -3);
        break;
    case Glyph::Healthy:
        painter.drawEllipse(QPointF(0, 0), 6.5, 6.5);
        painter.drawPolyline(QPolygonF({{-3, 0.3}, {-0.8, 2.6}, {3.2, -2.2}}));
        break;
    case Glyph::Caution:
        painter.drawPath(polygon({{0, -6.2}, {6.8, 5.8}, {-6.8, 5.8}}));
        mark(-1.8, 1.4, 3.7);
        break;
    case Glyph::Problem:
        painter.drawPath(polygon(
            {{-2.7, -6.5}, {2.7, -6.5}, {6.5, -2.7}, {6.5, 2.7}, {2.7, 6.5}, {-2.7, 6.5}, {-6.5, 2.7}, {-6.5, -2.7}}));
        painter.drawLine(QPointF(-2.4, -2.4), QPointF(2.4, 2.4));
        painter.drawLine(QPointF(-2.4, 2.4), QPointF(2.4, -2.4));
        break;
    case Glyph::Play: fill(polygon({{-4, -6}, {6, 0}, {-4, 6}})); break;
    case Glyph::Pause:
        painter.fillRect(QRectF(-5, -6, 3.6, 12), colour);
        painter.fillRect(QRectF(1.4, -6, 3.6, 12), colour);
        break;
    case Glyph::Stop: painter.fillRect(QRectF(-5, -5, 10, 10), colour); break;
    case Glyph::Previous:
        fill(polygon({{5, -6}, {-3.5, 0}, {5, 6}}));
        painter.fillRect(QRectF(-5.6, -6, 1.8, 12), colour);
        break;
    case Glyph::Next:
        fill(polygon({{-5, -6}, {3.5, 0}, {-5, 6}}));
        painter.fillRect(QRectF(3.8, -6, 1.8, 12), colour);
        break;
    case Glyph::Close:
        painter.drawLine(QPointF(-4, -4), QPointF(4, 4));
        painter.drawLine(QPointF(-4, 4), QPointF(4, -4));
        break;
    case Glyph::Live:
        painter.setBrush(colour);
        painter.drawEllipse(QPointF(0, 0), 4, 4);
        break;
    case Glyph::Held: painter.drawEllipse(QPointF(0, 0), 4, 4); break;
    case Glyph::Wait:
        painter.drawEllipse(QPointF(0, 0), 6.5, 6.5);
        painter.drawPolyline(QPolygonF({{0, -3.6}, {0, 0}, {2.6, 1.6}}));
        break;
    }
    painter.restore();
}

QIcon glyphIcon(Glyph glyph, const QColor& colour, const QColor& disabled)
{
    return QIcon(new GlyphEngine(glyph, colour, disabled));
}

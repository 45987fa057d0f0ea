// SPDX-License-Identifier: GPL-3.0-or-later
#include "lasso.h"

#include "theme.h"

#include <QPainter>

bool Lasso::draw(QPointF place)
{
    m_line << place;
    return isDrawn();
}

bool Lasso::isDrawn() const
{
    const QRectF bounds = m_line.boundingRect();
    return m_line.size() > 2 && bounds.width() + bounds.height() > 8;
}

void Lasso::paint(QPainter& painter) const
{
    if (!isDrawn()) return;
    QColor wash = Theme::instance()->surfaces().accent;
    painter.setPen(QPen(wash, 1.5));
    wash.setAlphaF(0.12f);
    painter.setBrush(wash);
    painter.drawPolygon(m_line, Qt::WindingFill);
}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QPolygonF>

class QPainter;

/// A line drawn by hand around what is to be chosen; once the pointer has moved far enough, it is one.
class Lasso {
public:
    void begin(QPointF place) { m_line = {place}; }
    /// Whether there is a lasso now.
    bool draw(QPointF place);
    bool isDrawn() const;
    bool isBegun() const { return !m_line.isEmpty(); }
    bool contains(QPointF place) const { return m_line.containsPoint(place, Qt::WindingFill); }
    void end() { m_line.clear(); }
    void paint(QPainter& painter) const;

private:
    QPolygonF m_line;
};

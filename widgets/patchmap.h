// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "chartwidget.h"
#include "lasso.h"
#include "patchtable.h"
#include "pointgroups.h"

class PatchSelection;

/// Where patches are, on land and sea of the whole earth that need no network. A line drawn around dots chooses them
/// (Shift adds); the wheel or + and − zoom, arrow keys or the right button move the map, Home shows all.
class PatchMap : public ChartWidget {
    Q_OBJECT
public:
    explicit PatchMap(PatchSelection* selection, QWidget* parent = nullptr);
    /// The table is the caller's and stays until the next; nothing of it is shown yet.
    void setTable(const PatchTable* table);
    /// Patches of it.
    void setShown(const QVector<int>& shown);
    /// A batch: [views][column], patches of the table or -1. Empty: none is shown.
    void setBatch(const QVector<QVector<int>>& views);
    /// The patch whose place is marked; in a batch, with its positives and its nearest negative.
    void setCurrent(int patch);
    /// Every shown patch in sight.
    void fitAll();

    /// Where a place is drawn, in the widget.
    QPointF at(double lon, double lat) const;
    /// The shown patch that is drawn nearest to a place, -1 where none is near.
    int patchAt(QPointF place) const;
    QString sentence() const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void hovered(int patch);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    bool isPlaced(int patch) const;
    void zoom(double factor, QPointF about);
    void move(QPointF pixels);
    void keepInside();
    void forgetDots();
    void choose(bool more);
    void paintEarth(QPainter& painter, const QRectF& frame);
    void paintDots(QPainter& painter);
    void paintBatch(QPainter& painter) const;
    void paintArc(QPainter& painter, int from, int to) const;
    void paintCurrent(QPainter& painter) const;
    int nearestNegative() const; ///< of the current patch in the batch, or -1
    QString caption() const;

    PatchSelection* m_selection;
    const PatchTable* m_table = nullptr;
    PointGroups m_groups;
    QVector<int> m_shown;
    QVector<QVector<int>> m_batch;
    Lasso m_lasso;
    QPixmap m_dots;     ///< all dots, painted once
    QImage m_land;      ///< in the theme's colours
    QPointF m_centre;   ///< degrees
    double m_scale = 1; ///< pixels a degree
    QPointF m_grabbed;
    int m_current = -1;
    bool m_fitted = false; ///< nobody has moved it
};

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "chartwidget.h"
#include "patchtable.h"

#include <QDate>

/// How many patches there are of each month, over the years or as seasons of one year, and which months are brushed:
/// drag over them, or go with the arrow keys, Shift to extend; Esc lifts the brush.
class DateHistogram : public ChartWidget {
    Q_OBJECT
public:
    explicit DateHistogram(QWidget* parent = nullptr);
    void setTable(const PatchTable* table);
    /// Which of them count as selected.
    void setSelected(const QVector<int>& patches);
    /// Months of all years together.
    void setSeasons(bool seasons);
    bool isSeasons() const { return m_seasons; }

    /// Whether the brush lets a day through; without a brush every day, dated or not.
    bool accepts(qint32 day) const;
    bool isBrushed() const { return m_from >= 0; }
    /// First and last bar that are brushed.
    void brush(int from, int to);
    void lift() { brush(-1, -1); }
    int bars() const { return int(m_counts.size()); }
    int countOf(int bar) const { return m_counts[bar]; }
    QString sentence() const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void brushed();

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void count();
    int barOf(qint32 day) const;
    QRectF barRect(int bar) const;
    int barAt(double x) const;
    QString nameOf(int bar) const;

    const PatchTable* m_table = nullptr;
    QVector<int> m_selected, m_counts, m_chosen; ///< the last two by bar
    QDate m_first;                               ///< of the first bar's month
    bool m_seasons = false;
    int m_from = -1, m_to = -1, m_anchor = -1, m_at = -1;
};

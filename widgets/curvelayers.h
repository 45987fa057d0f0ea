// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "curveplot.h"
#include "qcp.h"

/// What QCustomPlot draws for one CurvePlot, from the bottom: grid, baselines, marks, raw and smoothed curves, labels,
/// cursor. Knows nothing of runs or groups; every call replaces what it drew before, and nothing is painted until the
/// plot is.
class CurveLayers {
public:
    explicit CurveLayers(QCustomPlot* plot);

    void restyle();
    void setWindow(PlotGroup::Window window, bool logX, Span span, bool log, bool shares);
    void setEpochs(const QVector<double>& x);
    void setMarks(const QVector<EventMark>& marks);
    void setNotFinite(const QVector<double>& x);
    /// `smoothed` is empty where the points are to be drawn as they are.
    void setCurve(int i, const Curve& curve, const QVector<double>& smoothed, bool envelope);
    void setCurveCount(int count);
    /// Names at the right edge, moved apart where they would overlap; those outside the frame stand at its edge with an
    /// arrow.
    void setNames(const QVector<Baseline>& baselines, const QVector<Baseline>& ends);
    void setOutside(int above, int below);
    /// NaN hides a cursor; repaints only its layer.
    void setCursors(double cursor, double pinned);
    /// The stretch being dragged over; equal ends hide it.
    void setSelection(double from, double to);

private:
    struct CurveGraphs {
        QCPGraph *low, *high, *raw, *line;
    };
    QCPItemText* label(QVector<QCPItemText*>& pool, qsizetype i);
    QCPItemLine* vertical();
    void showVertical(QCPItemLine* line, double x);
    void layOutMargins(const QStringList& names);
    double pixelOf(double x) const;

    QCustomPlot* m_plot;
    QCPGraph *m_epochs, *m_marks, *m_quietMarks, *m_notFinite;
    QVector<CurveGraphs> m_curves;
    QVector<QCPItemStraightLine*> m_lines;
    QVector<QCPItemText*> m_names, m_markTexts;
    QCPItemText *m_above, *m_below;
    QCPItemLine *m_cursor, *m_pinned;
    QCPItemRect* m_selection;
    bool m_log = false, m_logX = false;
};

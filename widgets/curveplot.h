// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "chartwidget.h"
#include "plotgroup.h"
#include "series.h"

#include <QPointer>
#include <memory>

class QCustomPlot;
class QLabel;
class CurveLayers;

/// One run's numbers in one chart. `step`, `x` (on the group's axis) and `y` have equal length; step and x ascend.
struct Curve {
    QString name;
    int series = 0; ///< Theme::series
    QVector<double> step, x, y;
};
/// A grey line with its name at the right edge; what is to be avoided is dashed, in the colour of caution.
struct Baseline {
    QString name;
    double value = 0;
    bool caution = false;
};
/// Something that happened: a dotted vertical with a word; if quiet, a faint one that is named where the cursor is
/// near.
struct EventMark {
    double x = 0;
    QString text;
    bool quiet = false;
};

/// "Step", "Epoch", ... translated.
QString axisWord(PlotGroup::Axis axis);
/// "step 520", "12 k samples", ... translated.
QString axisReading(PlotGroup::Axis axis, double x);

/// Curves over a shared x axis. Raw values stay, faintly, under their smoothed curve; what is not finite is a red cross
/// on the x axis; far outliers are counted at the frame instead of flattening the rest.
class CurvePlot : public ChartWidget {
    Q_OBJECT
public:
    CurvePlot(const QString& title, PlotGroup* group, QWidget* parent = nullptr);
    ~CurvePlot() override;

    void setTitle(const QString& title);
    void setCurves(const QVector<Curve>& curves);
    void setBaselines(const QVector<Baseline>& baselines);
    /// x ascends.
    void setMarks(const QVector<EventMark>& marks);
    /// Smooth by the group's half-life (on by default); else every point is drawn as it is.
    void setSmoothing(bool on);
    /// Leave far outliers outside the frame (on by default).
    void setRobust(bool on);
    /// y is a share of one and told in percent.
    void setShares(bool on);
    /// The y axis never spans less.
    void setLeastSpan(double span);

    QString title() const { return m_title; }
    const QVector<Baseline>& baselines() const { return m_baselines; }
    const QVector<Curve>& curves() const { return m_curves; }
    /// What is drawn: y of curve `i` after smoothing.
    QVector<double> drawn(int i) const;
    /// Why y cannot be logarithmic; empty if it can.
    QString logRefusal() const;
    bool isLog() const { return m_group->isLog() && logRefusal().isEmpty(); }
    /// What of the y axis is visible, and what lies outside.
    Span shownSpan() const;
    /// x of the points that are not finite.
    QVector<double> notFinite() const;
    /// The strip above the chart: values at the cursor (else the newest), or differences to the pinned cursor.
    QString reading() const;
    /// "smoothed, half-life 30": what the strip's values are; empty where they are as they were told.
    QString legend() const;
    QString sentence() const override;
    PlotGroup* group() const { return m_group; }

    /// The chart with its title, its runs' names and its axis' name, two device pixels a pixel. Also SVG, PDF, or CSV
    /// of what is visible, by the file's suffix. False: could not be written.
    bool exportTo(const QString& file);
    /// The same numbers as a table, in a window of its own.
    void showTable();

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void restyle();
    void smooth();
    /// Once, when the event loop runs, however much was set.
    void scheduleRedraw();
    void redraw();
    void showCursor();
    void sizeStrip();
    double atOrLast(int curve, const QVector<double>& values, double x) const;
    QString valueText(int curve, bool rich) const;
    QString legendWithRaw() const;
    /// The chart's own and the group's; x ascends.
    QVector<EventMark> marks() const;
    QString markAtCursor() const;
    QString number(double value) const;
    QString trend(int curve) const;
    bool mouse(QEvent* event);
    void exportAs();
    QSize pictureSize() const;
    bool paintPicture(QPaintDevice* device, double scale = 1);
    double xAt(double pixel) const;

    QString m_title;
    PlotGroup* m_group;
    QVector<Curve> m_curves;
    QVector<QVector<double>> m_smoothed;
    QVector<Baseline> m_baselines;
    QVector<EventMark> m_marks;
    bool m_smoothing = true, m_robust = true, m_shares = false, m_scheduled = false;
    double m_leastSpan = 0, m_pressedAt = -1;
    ElidedLabel *m_heading, *m_legend;
    QLabel* m_strip;
    QCustomPlot* m_plot;
    std::unique_ptr<CurveLayers> m_layers;
    QPointer<QWidget> m_table;
    QMetaObject::Connection m_screen;
};

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QObject>
#include <QVector>
#include <limits>
#include <optional>

/// What the charts of a screen share: the x axis, what of it is visible, one cursor (and a pinned second one),
/// smoothing, logs, outliers.
class PlotGroup : public QObject {
    Q_OBJECT
public:
    enum class Axis { Step, Epoch, Samples, Minutes };
    struct Window {
        double from = 0, to = 1;
        bool operator==(const Window&) const = default;
    };
    using QObject::QObject;

    Axis axis() const { return m_axis; }
    /// Where each step of the run, and each beginning of an epoch, lies on `axis`; both ascend. With another axis than
    /// before, zoom and cursors stay at their steps.
    void setGrid(Axis axis, const QVector<double>& x, const QVector<double>& epochs);
    const QVector<double>& grid() const { return m_grid; }
    const QVector<double>& epochs() const { return m_epochs; }

    /// Following: from the beginning (with a logarithmic x the first step, else 0) to the newest step; else what was
    /// zoomed to.
    Window visible() const;
    bool isFollowing() const { return !m_zoom; }
    void follow();
    /// Stays at what is visible now, whatever comes.
    void hold();
    void zoom(Window window);
    void zoomAt(double x, double factor);
    void previousZoom();

    /// NaN where there is none.
    double cursor() const { return m_cursor; }
    double pinned() const { return m_pinned; }
    /// Snaps to the nearest step; NaN takes it away.
    void setCursor(double x);
    /// One step (or epoch) on (1) or back (-1), from the newest step where there was no cursor.
    void moveCursor(int direction, bool byEpoch);
    /// Leaves a second cursor where the cursor is, or takes it away.
    void togglePin();
    void clearCursors();

    /// Where a person left a mark; ascends.
    const QVector<double>& marks() const { return m_marks; }
    /// At the cursor, else the newest step: leaves a mark, or takes it away.
    void toggleMark();
    void clearMarks();
    /// Within a hundredth of what is visible.
    bool isNearCursor(double x) const;

    double halfLife() const { return m_halfLife; }
    void setHalfLife(double steps);
    bool isLog() const { return m_log; }
    void setLog(bool log);
    /// Steps and samples only: time and epochs begin at zero.
    bool canLogX() const { return m_axis == Axis::Step || m_axis == Axis::Samples; }
    bool isLogX() const { return m_logX && canLogX(); }
    void setLogX(bool log);
    /// Far outliers are drawn and not only counted.
    bool showsOutliers() const { return m_outliers; }
    void setOutliers(bool shown);
    /// Raw values under a smoothed curve are drawn as a band from the least to the greatest.
    bool showsEnvelope() const { return m_envelope; }
    void setEnvelope(bool shown);

Q_SIGNALS:
    void viewChanged();   ///< axis, grid, zoom, a log, marks or what is drawn
    void followChanged(); ///< isFollowing, or the zoomed window
    void cursorChanged();
    void smoothingChanged();

private:
    void setZoom(const std::optional<Window>& zoom);
    double start() const;
    /// One of the switches of how curves are drawn.
    void turn(bool& what, bool on);

    Axis m_axis = Axis::Step;
    QVector<double> m_grid, m_epochs, m_marks;
    std::optional<Window> m_zoom;
    QVector<std::optional<Window>> m_history;
    double m_cursor = std::numeric_limits<double>::quiet_NaN(), m_pinned = m_cursor;
    double m_halfLife = 30;
    bool m_log = false, m_logX = false, m_outliers = false, m_envelope = false;
};

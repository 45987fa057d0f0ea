// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "chartwidget.h"
#include "theme.h"

#include <QMap>
#include <limits>

/// Whether the features still spread: std·√d (1 even, 0 collapsed) and the effective rank against the run's own step 0.
/// Either of them alone can look healthy in a collapsed run, so the word is that of the worse one.
class Gauge : public ChartWidget {
    Q_OBJECT
public:
    struct Reading {
        double spread = std::numeric_limits<double>::quiet_NaN();
        double rank = spread, share = spread; ///< share: rank over its value at step 0
        bool ofProjections = false;           ///< rank and share are the projections', the worse of the two
        bool isEmpty() const { return std::isnan(spread) && std::isnan(share); }
    };
    static Reading read(const QMap<QString, double>& metrics);
    /// Below half (spread) and 0.3 (share) caution, below 0.25 and 0.15 problem.
    static Theme::State judge(const Reading& reading);

    explicit Gauge(QWidget* parent = nullptr);
    /// A probe's metrics; empty: none yet.
    void setMetrics(const QMap<QString, double>& metrics);
    QString word() const;
    QString sentence() const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void paintDial(QPainter& painter, const QRectF& box, double value, double caution, double problem,
                   const QString& figure, const QString& aside, const QString& caption) const;

    Reading m_reading;
};

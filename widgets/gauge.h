// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "chartwidget.h"
#include "runlog.h"
#include "theme.h"

#include <QMap>
#include <limits>

/// Whether the features still spread: std·√d (1 even, 0 collapsed) and the effective rank against the run's own step 0.
/// Either of them alone can look healthy in a collapsed run; the word is the engine's verdict.
class Gauge : public ChartWidget {
    Q_OBJECT
public:
    struct Reading {
        double spread = std::numeric_limits<double>::quiet_NaN();
        double leastSpread = 0;               ///< below it, all are alike
        double rank = spread, share = spread; ///< share: rank over its value at step 0
        bool ofProjections = false;           ///< rank and share are the projections', the worse of the two
        bool isEmpty() const { return std::isnan(spread) && std::isnan(share); }
    };
    static Reading read(const QMap<QString, double>& metrics);
    explicit Gauge(QWidget* parent = nullptr);
    /// Without metrics: none yet.
    void setProbe(const ProbePoint& probe);
    QString word() const;
    QString sentence() const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void paintDial(QPainter& painter, const QRectF& box, double value, double limit, const QString& figure,
                   const QString& aside, const QString& caption) const;

    Reading m_reading;
    QString m_verdict;
};

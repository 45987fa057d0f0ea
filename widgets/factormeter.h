// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "chartwidget.h"
#include "runlog.h"

/// The invariance meter: how much of each factor that is known of the patches a probe still finds in the features, and
/// how much it found at step 0. What training makes the network forget is seen while it forgets.
class FactorMeter : public ChartWidget {
    Q_OBJECT
public:
    explicit FactorMeter(QWidget* parent = nullptr);
    void refresh(const RunLog& log);
    /// The newest probe at or before that step.
    void showStep(qint64 step);
    static bool hasFactors(const RunLog& log);
    QString sentence() const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void choose();
    int rowHeight() const;
    QVector<ProbePoint> m_probes; // that have factors
    qint64 m_step = std::numeric_limits<qint64>::max();
    ProbePoint m_now, m_first;
};

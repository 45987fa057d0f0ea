// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "plotgroup.h"

#include <QWidget>

class QAction;
class ElidedLabel;
class QBoxLayout;
class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;
class QSlider;
class QToolButton;

/// What the charts of a group share, to be set by hand: x axis, smoothing, logs, following; and where the cursor is. In
/// two lines where one has no room.
class PlotBar : public QWidget {
    Q_OBJECT
public:
    explicit PlotBar(PlotGroup* group, QWidget* parent = nullptr);
    /// Why y cannot be logarithmic (disables it, the reason beside it); empty if it can.
    void setLogRefusal(const QString& reason);
    PlotGroup::Axis axis() const;
    /// Whether the loss has a least possible value, so that its distance from it can be shown.
    void setMinimumKnown(bool known);
    bool isAboveMinimum() const;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void axisChanged(PlotGroup::Axis axis);
    void aboveMinimumToggled();

protected:
    bool event(QEvent* event) override;

private:
    void showFollow();
    void showCursor();
    void showHalfLife();
    void showLogX();
    QToolButton* makeOptions();

    PlotGroup* m_group;
    QComboBox* m_axis;
    QSlider* m_smoothing;
    QLabel* m_halfLife;
    ElidedLabel *m_cursor, *m_refusal;
    QBoxLayout *m_rows, *m_first, *m_second;
    QCheckBox *m_log, *m_logX;
    QPushButton* m_follow;
    QAction* m_aboveMinimum;
};

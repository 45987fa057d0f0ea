// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QFrame>

/// A quiet surface with a hair line around it; never one inside another.
class Panel : public QFrame {
    Q_OBJECT
public:
    explicit Panel(QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;
};

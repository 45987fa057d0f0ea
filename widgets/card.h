// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QFrame>

/// A quiet surface with a hair line around it; never one inside another.
class Card : public QFrame {
    Q_OBJECT
public:
    explicit Card(QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;
};

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QMenu>

/// Light, dark or as the system has it, and whether things move; applied at once and remembered.
class ThemeMenu : public QMenu {
    Q_OBJECT
public:
    explicit ThemeMenu(QWidget* parent = nullptr);
};

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "catalog.h"

#include <QDialog>

/// Where data and methods come from and under which licences: the engine's own list, then the software.
class Credits : public QDialog {
    Q_OBJECT
public:
    explicit Credits(const Catalog* catalog, QWidget* parent = nullptr);
};

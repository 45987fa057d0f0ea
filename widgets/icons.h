// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QIcon>
#include <QString>

/// resources/icons/NAME.svg in the theme's colours: text, quiet where disabled, accent where checked; any size and DPR.
QIcon themedIcon(const QString& name);

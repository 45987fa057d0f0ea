// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "theme.h"

#include <QtTest/QtTest>

/// For tests that show whole screens: settings of their own, numbers as in C, and letters of as many points as
/// SHOTS_POINTS says.
inline void beginScreens()
{
    QStandardPaths::setTestModeEnabled(true);
    QSettings().clear();
    QLocale::setDefault(QLocale::c());
    QFont font = QApplication::font();
    if (qEnvironmentVariableIsSet("SHOTS_POINTS")) font.setPointSize(qEnvironmentVariableIntValue("SHOTS_POINTS"));
    QApplication::setFont(font);
}

/// The engine that was built, or nothing.
inline QString builtEngine()
{
    const QString engine = QStringLiteral(REVISIT_BIN "/revisit-engine");
    return QFileInfo(engine).isExecutable() ? engine : QString();
}

/// Keeps pictures of a widget, light and dark, in the folder that SHOTS names; without one, does nothing.
/// `wait`: milliseconds until it has settled.
inline void shoot(QWidget* widget, const QString& name, int wait = 100)
{
    if (!qEnvironmentVariableIsSet("SHOTS")) return;
    for (const bool dark : {false, true}) {
        Theme::instance()->setMode(dark ? Theme::Mode::Dark : Theme::Mode::Light);
        QTest::qWait(wait);
        widget->grab().save(
            QStringLiteral("%1/%2%3.png").arg(qEnvironmentVariable("SHOTS"), name, dark ? "-dark" : ""));
    }
    Theme::instance()->setMode(Theme::Mode::Light);
}

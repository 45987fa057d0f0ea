// SPDX-License-Identifier: GPL-3.0-or-later
#include "thememenu.h"
#include "theme.h"

#include <QActionGroup>
#include <QSettings>

ThemeMenu::ThemeMenu(QWidget* parent) : QMenu(parent)
{
    Theme* theme = Theme::instance();
    theme->setMode(Theme::Mode(QSettings().value("look/mode", int(Theme::Mode::System)).toInt()));
    theme->setReducedMotion(QSettings().value("look/reducedMotion", false).toBool());
    auto* group = new QActionGroup(this);
    for (const auto& [mode, text] : {std::pair{Theme::Mode::System, tr("As the system has it")},
                                     {Theme::Mode::Light, tr("Light")},
                                     {Theme::Mode::Dark, tr("Dark")}}) {
        QAction* action = addAction(text);
        action->setCheckable(true);
        action->setChecked(theme->mode() == mode);
        group->addAction(action);
        connect(action, &QAction::triggered, theme, [theme, mode = mode] {
            theme->setMode(mode);
            QSettings().setValue("look/mode", int(mode));
        });
    }
    addSeparator();
    QAction* still = addAction(tr("Reduce motion"));
    still->setCheckable(true);
    still->setChecked(theme->reducedMotion());
    connect(still, &QAction::toggled, theme, [theme](bool reduced) {
        theme->setReducedMotion(reduced);
        QSettings().setValue("look/reducedMotion", reduced);
    });
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "rail.h"
#include "icons.h"

#include <QEvent>
#include <QToolButton>

Rail::Rail(QWidget* parent) : QToolBar(parent)
{
    setObjectName(QStringLiteral("rail"));
    setWindowTitle(tr("Screens"));
    setOrientation(Qt::Vertical);
    setMovable(false);
    setFloatable(false);
    setContextMenuPolicy(Qt::PreventContextMenu);
    connect(&m_buttons, &QButtonGroup::idClicked, this, &Rail::chosen);
}

int Rail::addScreen(const QString& icon, const QString& title)
{
    const int index = int(m_buttons.buttons().size());
    auto* button = new QToolButton;
    button->setIcon(themedIcon(icon));
    button->setText(title);
    button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
    button->setIconSize(QSize(20, 20));
    button->setCheckable(true);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::StrongFocus);
    button->setShortcut(QKeySequence(QStringLiteral("Ctrl+%1").arg(index + 1)));
    button->setToolTip(tr("%1 (Ctrl+%2)").arg(title).arg(index + 1));
    m_buttons.addButton(button, index);
    addWidget(button);
    fit();
    return index;
}

void Rail::setCurrent(int index)
{
    if (QAbstractButton* button = m_buttons.button(index)) button->setChecked(true);
}

void Rail::fit()
{
    int width = 0;
    for (const QAbstractButton* button : m_buttons.buttons())
        width = std::max(width, button->fontMetrics().horizontalAdvance(button->text()));
    for (QAbstractButton* button : m_buttons.buttons())
        button->setFixedSize(width + 24, button->fontMetrics().height() + 20 + 20);
}

void Rail::changeEvent(QEvent* event)
{
    QToolBar::changeEvent(event);
    if (event->type() == QEvent::FontChange) fit();
}

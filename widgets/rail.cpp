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

QToolButton* Rail::make(const QString& icon, const QString& title)
{
    auto* button = new QToolButton;
    button->setIcon(themedIcon(icon));
    button->setText(title);
    button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
    button->setIconSize(QSize(20, 20));
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::StrongFocus);
    m_all << button;
    return button;
}

int Rail::addScreen(const QString& icon, const QString& title)
{
    const int index = int(m_buttons.buttons().size());
    QToolButton* button = make(icon, title);
    button->setCheckable(true);
    button->setShortcut(QKeySequence(QStringLiteral("Ctrl+%1").arg(index + 1)));
    button->setToolTip(tr("%1 (Ctrl+%2)").arg(title).arg(index + 1));
    m_buttons.addButton(button, index);
    insertWidget(m_tools, button);
    fit();
    return index;
}

QToolButton* Rail::addTool(const QString& icon, const QString& title)
{
    if (!m_tools) {
        auto* space = new QWidget;
        space->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Expanding);
        m_tools = addWidget(space);
    }
    QToolButton* button = make(icon, title);
    addWidget(button);
    fit();
    return button;
}

void Rail::setCurrent(int index)
{
    if (QAbstractButton* button = m_buttons.button(index)) button->setChecked(true);
}

void Rail::fit()
{
    int width = 0;
    for (const QToolButton* button : m_all)
        width = std::max(width, button->fontMetrics().horizontalAdvance(button->text()));
    for (QToolButton* button : m_all) button->setFixedSize(width + 24, button->fontMetrics().height() + 20 + 20);
}

void Rail::changeEvent(QEvent* event)
{
    QToolBar::changeEvent(event);
    if (event->type() == QEvent::FontChange) fit();
}

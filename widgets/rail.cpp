// SPDX-License-Identifier: GPL-3.0-or-later
#include "rail.h"
#include "icons.h"
#include "theme.h"

#include <QEvent>
#include <QLayout>
#include <QPainter>
#include <QToolButton>

namespace {
/// Icon over word; the chosen one has a bar and the accent's colour. No frame, no menu arrow.
class RailButton final : public QToolButton {
protected:
    void paintEvent(QPaintEvent*) override
    {
        const Theme::Surfaces& s = Theme::instance()->surfaces();
        QPainter painter(this);
        QColor wash = s.accent;
        wash.setAlphaF(isChecked() ? 0.10f : underMouse() ? 0.05f : 0);
        painter.fillRect(rect(), wash);
        if (isChecked()) painter.fillRect(0, 0, 3, height(), s.accent);
        const int side = iconSize().width(), text = fontMetrics().height(), top = (height() - side - text - 4) / 2;
        icon().paint(&painter, QRect((width() - side) / 2, top, side, side), Qt::AlignCenter, QIcon::Normal,
                     isChecked() ? QIcon::On : QIcon::Off);
        painter.setPen(isChecked() ? s.accent : s.text);
        painter.drawText(QRect(0, top + side + 4, width(), text), Qt::AlignCenter, QToolButton::text());
        if (!hasFocus()) return;
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(s.accent, 2));
        painter.drawRoundedRect(QRectF(rect()).adjusted(2, 2, -2, -2), 3, 3);
    }
};
} // namespace

Rail::Rail(QWidget* parent) : QToolBar(parent)
{
    setObjectName(QStringLiteral("rail"));
    setWindowTitle(tr("Screens"));
    setOrientation(Qt::Vertical);
    setMovable(false);
    setFloatable(false);
    setContextMenuPolicy(Qt::PreventContextMenu);
    layout()->setContentsMargins(0, 0, 0, 0);
    layout()->setSpacing(0);
    connect(&m_buttons, &QButtonGroup::idClicked, this, &Rail::chosen);
}

QToolButton* Rail::make(const QString& icon, const QString& title)
{
    auto* button = new RailButton;
    button->setIcon(themedIcon(icon));
    button->setText(title);
    button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
    button->setIconSize(QSize(22, 22));
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
    for (QToolButton* button : m_all) button->setFixedSize(width + 24, button->fontMetrics().height() + 22 + 24);
}

void Rail::paintEvent(QPaintEvent*)
{
    const Theme::Surfaces& s = Theme::instance()->surfaces();
    QPainter painter(this);
    painter.fillRect(rect(), s.panel);
    painter.fillRect(width() - 1, 0, 1, height(), s.line);
}

void Rail::changeEvent(QEvent* event)
{
    QToolBar::changeEvent(event);
    if (event->type() == QEvent::FontChange) fit();
}

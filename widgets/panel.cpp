// SPDX-License-Identifier: GPL-3.0-or-later
#include "panel.h"
#include "theme.h"

#include <QPainter>

Panel::Panel(QWidget* parent) : QFrame(parent) { setContentsMargins(0, 0, 0, 0); }

void Panel::paintEvent(QPaintEvent*)
{
    const Theme::Surfaces& s = Theme::instance()->surfaces();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(s.line);
    painter.setBrush(s.panel);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
}

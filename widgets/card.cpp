// SPDX-License-Identifier: GPL-3.0-or-later
#include "card.h"
#include "theme.h"

#include <QPainter>

Card::Card(QWidget* parent) : QFrame(parent) { setContentsMargins(0, 0, 0, 0); }

void Card::paintEvent(QPaintEvent*)
{
    const Theme::Surfaces& s = Theme::instance()->surfaces();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(s.line);
    painter.setBrush(s.panel);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "messagebar.h"
#include "labels.h"
#include "theme.h"

#include <QHBoxLayout>
#include <QToolButton>

MessageBar::MessageBar(QWidget* parent) : QWidget(parent), m_text(new MoodLabel(this))
{
    auto* close = new QToolButton(this);
    const auto draw = [close] { close->setIcon(Theme::instance()->icon(Theme::Glyph::Close)); };
    connect(Theme::instance(), &Theme::changed, close, draw);
    draw();
    close->setToolTip(tr("Close this message"));
    close->setAccessibleName(tr("Close this message"));
    close->setAutoRaise(true);
    close->setFocusPolicy(Qt::StrongFocus);
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 6, 12, 6);
    row->addWidget(m_text, 1);
    row->addWidget(close, 0, Qt::AlignTop);
    hide();
}

void MessageBar::tell(const QString& mood, const QString& text)
{
    m_text->set(mood, text);
    setVisible(!text.isEmpty());
}

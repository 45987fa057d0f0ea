// SPDX-License-Identifier: GPL-3.0-or-later
#include "disclosure.h"
#include "chartwidget.h"
#include "icons.h"
#include "theme.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QSignalBlocker>

Disclosure::Disclosure(const QString& title, Rank rank, QWidget* parent)
    : QWidget(parent),
      m_button(new QToolButton(this)),
      m_summary(new ElidedLabel({}, this)),
      m_body(new QWidget(this)),
      m_bodyLayout(new QVBoxLayout(m_body)),
      m_rank(rank)
{
    m_button->setText(title);
    m_button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_button->setAutoRaise(true);
    m_button->setFocusPolicy(Qt::StrongFocus);
    m_summary->setForegroundRole(QPalette::PlaceholderText);
    m_head = new QHBoxLayout;
    m_head->setSpacing(8);
    m_head->addWidget(m_button);
    m_head->addWidget(m_summary, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addLayout(m_head);
    column->addWidget(m_body);
    m_bodyLayout->setContentsMargins(rank == Rank::Group ? 8 : 20, 0, 0, 8);
    m_bodyLayout->setSpacing(8);
    connect(m_button, &QToolButton::clicked, this, [this] {
        setOpen(!(m_open || m_forced));
        m_forced = false;
        refresh();
        Q_EMIT toggled(m_open);
    });
    connect(Theme::instance(), &Theme::changed, this, &Disclosure::refresh);
    refresh();
}

void Disclosure::setSummary(const QString& summary)
{
    m_words = summary;
    refresh();
    m_button->setAccessibleDescription(summary);
}

void Disclosure::setSwitch(bool on)
{
    if (!m_switch) {
        m_switch = new QCheckBox;
        m_switch->setAccessibleName(tr("%1, on or off").arg(m_button->text()));
        m_head->insertWidget(0, m_switch);
        connect(m_switch, &QCheckBox::toggled, this, &Disclosure::switched);
    }
    const QSignalBlocker blocker(m_switch);
    m_switch->setChecked(on);
}

void Disclosure::setMarked(bool marked)
{
    m_marked = marked;
    refresh();
}

void Disclosure::setOpen(bool open)
{
    m_open = open;
    refresh();
}

void Disclosure::setForcedOpen(bool forced)
{
    m_forced = forced;
    refresh();
}

void Disclosure::refresh()
{
    const bool shown = m_open || m_forced;
    QFont font = m_rank == Rank::Group ? Theme::instance()->section() : QFont();
    if (m_rank == Rank::Part) font.setBold(m_marked);
    m_button->setFont(font);
    m_button->setAccessibleName(shown ? tr("%1, open").arg(m_button->text()) : tr("%1, closed").arg(m_button->text()));
    m_button->setIcon(themedIcon(shown ? QStringLiteral("down") : QStringLiteral("right")));
    m_button->setIconSize(QSize(12, 12));
    m_body->setVisible(shown);
    m_summary->setText(shown ? QString() : m_words);
}

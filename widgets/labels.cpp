// SPDX-License-Identifier: GPL-3.0-or-later
#include "labels.h"

#include <QHBoxLayout>

namespace {
QLabel* themed(const QString& text, QWidget* parent, QFont (Theme::*font)() const)
{
    auto* label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    const auto apply = [label, font] { label->setFont((Theme::instance()->*font)()); };
    QObject::connect(Theme::instance(), &Theme::changed, label, apply);
    apply();
    return label;
}
} // namespace

Theme::State stateOfMood(const QString& mood)
{
    return mood == "healthy"   ? Theme::State::Healthy
           : mood == "caution" ? Theme::State::Caution
           : mood == "problem" ? Theme::State::Problem
                               : Theme::State::Information;
}

QLabel* bodyLabel(const QString& text, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

QLabel* quietLabel(const QString& text, QWidget* parent)
{
    QLabel* label = bodyLabel(text, parent);
    label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

QLabel* sectionLabel(const QString& text, QWidget* parent) { return themed(text, parent, &Theme::section); }
QLabel* figureLabel(const QString& text, QWidget* parent) { return themed(text, parent, &Theme::figure); }

MoodLabel::MoodLabel(QWidget* parent) : QWidget(parent), m_icon(new QLabel(this)), m_text(bodyLabel({}, this))
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    row->addWidget(m_icon, 0, Qt::AlignTop);
    row->addWidget(m_text, 1);
    connect(Theme::instance(), &Theme::changed, this, &MoodLabel::refresh);
}

void MoodLabel::set(const QString& mood, const QString& text)
{
    m_mood = mood;
    m_text->setText(text);
    refresh();
}

void MoodLabel::refresh()
{
    const int side = fontMetrics().height();
    m_icon->setPixmap(Theme::instance()->stateIcon(stateOfMood(m_mood)).pixmap(side, side));
    QPalette palette = m_text->palette();
    palette.setColor(QPalette::WindowText, Theme::instance()->state(stateOfMood(m_mood)));
    m_text->setPalette(palette);
}

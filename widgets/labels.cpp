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

QIcon runStateIcon(RunState state)
{
    const Theme* theme = Theme::instance();
    using State = Theme::State;
    using Glyph = Theme::Glyph;
    switch (state) {
    case RunState::Running:
    case RunState::Evaluating: return theme->icon(Glyph::Play, theme->state(State::Healthy));
    case RunState::Paused: return theme->icon(Glyph::Pause, theme->state(State::Caution));
    case RunState::New:
    case RunState::Queued:
    case RunState::Starting:
    case RunState::Stopping: return theme->icon(Glyph::Wait, theme->state(State::Information));
    case RunState::Finished:
    case RunState::Stopped: return theme->stateIcon(State::Healthy);
    case RunState::Interrupted:
    case RunState::ConnectionLost: return theme->stateIcon(State::Caution);
    case RunState::Diverged:
    case RunState::Failed: return theme->stateIcon(State::Problem);
    }
    return {};
}

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
}

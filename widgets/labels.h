// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "runstate.h"
#include "theme.h"

#include <QLabel>

/// Body text; plain, wraps, can be selected where it is a fact worth copying.
QLabel* bodyLabel(const QString& text, QWidget* parent = nullptr);
/// Body text in the quiet colour.
QLabel* quietLabel(const QString& text, QWidget* parent = nullptr);
/// Section text: body x 1.15, semibold; follows the theme's fonts.
QLabel* sectionLabel(const QString& text, QWidget* parent = nullptr);
/// Large live numbers and the title of the start page.
QLabel* figureLabel(const QString& text, QWidget* parent = nullptr);

/// The theme's state of a mood as stateMood has it.
Theme::State stateOfMood(const QString& mood);

/// The icon of a run's state, in its colour.
QIcon runStateIcon(RunState state);

/// A hint with its state's icon: `mood` as stateMood has it.
class MoodLabel : public QWidget {
    Q_OBJECT
public:
    explicit MoodLabel(QWidget* parent = nullptr);
    void set(const QString& mood, const QString& text);

private:
    void refresh();
    QString m_mood;
    QLabel* m_icon;
    QLabel* m_text;
};

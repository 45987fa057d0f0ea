// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QWidget>

class MoodLabel;

/// A sentence above the screens that stays until it is closed; never a dialog.
class MessageBar : public QWidget {
    Q_OBJECT
public:
    explicit MessageBar(QWidget* parent = nullptr);
    /// `mood` as stateMood has it. An empty text hides the bar.
    void tell(const QString& mood, const QString& text);

private:
    MoodLabel* m_text;
};

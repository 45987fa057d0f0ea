// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "card.h"
#include "runform.h"

#include <functional>

class QLabel;
class QPushButton;
class QVBoxLayout;

/// "Takes about 4 min on this computer, 1.1 GB of memory, 1,500 steps." of an `estimate`.
QString costSentence(const QJsonObject& estimate);

/// What will run in plain words, what it costs, what stands in the way, and the button that trains.
class PlanPanel : public Card {
    Q_OBJECT
public:
    explicit PlanPanel(QWidget* parent = nullptr);
    void setSummary(const QString& text);
    void setCost(const QString& sentence, const QString& basis = {});
    void setReady(bool ready);
    void setProblems(const QVector<Problem>& problems, const std::function<QString(const QString& key)>& labelOf);

Q_SIGNALS:
    void trainAsked();
    void showAsked(const QString& key);

private:
    QLabel *m_summary, *m_cost;
    QVBoxLayout* m_problems;
    QPushButton* m_train;
};

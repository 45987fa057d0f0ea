// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "draft.h"

#include <QWidget>
#include <functional>
#include <optional>

class ArchitectureView;
class Disclosure;
class QLabel;
class QTableWidget;
class Target;

/// What the networks of a draft are made of, asked of the engine: the sketch, a line of numbers, and what the optimizer
/// does to which weights.
class NetworkPanel : public QWidget {
    Q_OBJECT
public:
    explicit NetworkPanel(Target* target, QWidget* parent = nullptr);

    /// Asks anew. `answered` gets the engine's refusal, a sentence and the key that it is about, or two empty texts.
    void ask(const Draft& draft, std::function<void(const QString& key, const QString& message)> answered);

    /// "389 k parameters in the backbone ... features are read from the teacher."
    static QString summary(const QJsonObject& network);
    /// How the learning rate follows from the batch: "0.06 x 2 = 0.12, ...".
    static QString rateSentence(const QJsonObject& network, const Draft& draft);

private:
    void show(const QJsonObject& network, const Draft& draft);
    void showGroups(const QJsonArray& groups, double rate);
    void askPicture(const QJsonObject& config);

    Target* m_target;
    ArchitectureView* m_view;
    QLabel *m_summary, *m_rate;
    QTableWidget* m_groups;
    std::optional<QJsonValue> m_pictured; ///< the data set whose picture is shown
};

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "patchtable.h"

#include <QJsonObject>
#include <QWidget>

class QVBoxLayout;

/// What is wrong with patches, a line each with a button that shows them and one that leaves them out of training; and
/// what is left out already, with a button that brings it back.
class ProblemList : public QWidget {
    Q_OBJECT
public:
    explicit ProblemList(QWidget* parent = nullptr);
    /// `training`: that section of run.json. `checked`: patches whose pixels have been looked at.
    void refresh(const PatchTable& table, const QVector<PatchProblem>& problems, const QJsonObject& training,
                 qsizetype checked);

    /// The setting that leaves such patches out, and its value for that.
    static std::pair<QString, QJsonValue> cure(PatchProblem::Kind kind);

Q_SIGNALS:
    void showAsked(PatchProblem::Kind kind);
    void settingAsked(const QString& key, const QJsonValue& value);

private:
    void addLine(const QString& mood, const QString& text,
                 const QVector<std::pair<QString, std::function<void()>>>& buttons);
    QVBoxLayout* m_column;
    QString m_told;
};

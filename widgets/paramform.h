// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "parameditor.h"

class MoodLabel;
class QLabel;
class QPushButton;
class QToolButton;

/// What the engine's `validate` says of one key.
struct Problem {
    QString level, key, message; ///< level: error or warning
    QString fixKey;              ///< empty where nothing cures it
    QJsonValue fixValue;
    bool isError() const { return level == QLatin1String("error"); }
    /// The message without the key that it may begin with: beside its field nobody needs it.
    QString sentence() const;
};
/// All that an answer to `validate` says.
QVector<Problem> problemsIn(const QJsonObject& answer);

/// A field's default, range and key, a line each.
QString factsOf(const Field& field);

/// One line of a form: label, editor, what it was, its sentence of help, and what the engine thinks of it.
/// A changed one has a bar at its side, a bold label and the way back.
class FieldRow : public QWidget {
    Q_OBJECT
public:
    FieldRow(const QString& key, const QString& label, const QString& help, ParamEditor* editor,
             QWidget* parent = nullptr);

    QString key() const { return m_key; }
    QString label() const { return m_label; }
    QString help() const { return m_help; }
    void setHelp(const QString& help);
    ParamEditor* editor() const { return m_editor; }
    int labelWidth() const;
    void setLabelWidth(int width);

    /// `was`: the baseline's value as people read it; empty where the value is the baseline's.
    void setState(const QJsonValue& value, const QString& was);
    bool isChanged() const { return !m_was.isEmpty(); }
    /// `level`: error or warning; an empty message clears it. `fix`: text of the button, or empty.
    void setProblem(const QString& level, const QString& message, const QString& fix);
    /// Other names by which a search finds it.
    void setAliases(const QStringList& names) { m_aliases = names.join(u' '); }
    bool matches(const QString& words) const;

Q_SIGNALS:
    void edited(const QJsonValue& value);
    void resetAsked();
    void fixAsked();

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QString m_key, m_label, m_help, m_was, m_aliases;
    ParamEditor* m_editor;
    QLabel *m_name, *m_helpLabel;
    QToolButton* m_reset;
    QWidget* m_problem;
    MoodLabel* m_message;
    QPushButton* m_fix;
    int m_labelWidth = 0;
};

/// What stands where a search has found nothing.
class NothingFound : public QWidget {
    Q_OBJECT
public:
    explicit NothingFound(QWidget* parent = nullptr);
    void setWords(const QString& words);

Q_SIGNALS:
    void clearAsked();

private:
    QLabel* m_text;
};

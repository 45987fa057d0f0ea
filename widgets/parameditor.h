// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "catalog.h"

#include <QWidget>
#include <functional>

class QComboBox;

/// The control for one parameter, by its type. Its value is what run.json would hold.
class ParamEditor : public QWidget {
    Q_OBJECT
public:
    explicit ParamEditor(const ParamSpec& spec, QWidget* parent = nullptr);
    /// A choice whose entries have titles for people, and a sentence each.
    ParamEditor(const QStringList& names, const QStringList& titles, const QStringList& sentences,
                QWidget* parent = nullptr);

    QJsonValue value() const { return m_get(); }
    /// Shows a value without announcing it; what is being typed and means the same is left as it is.
    void setValue(const QJsonValue& value);
    /// What takes the focus, for the label's buddy and the accessible name.
    QWidget* field() const { return m_field; }

Q_SIGNALS:
    void edited(const QJsonValue& value);

private:
    void addNumber(const ParamSpec& spec, bool integer);
    void addCheck();
    QComboBox* addChoice(const QStringList& names, const QStringList& titles);
    void addText(bool path);
    void addIntegers();
    void place(QWidget* field, int stretch);

    QWidget* m_field = nullptr;
    std::function<QJsonValue()> m_get;
    std::function<void(const QJsonValue&)> m_set;
};

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QAction>
#include <QDialog>
#include <QList>

class QLineEdit;
class QTreeWidget;

/// All actions by name, with their keys: type a few letters, Enter does it (Ctrl+K). It is the shortcut sheet as well
/// (?).
class ActionList : public QDialog {
    Q_OBJECT
public:
    ActionList(const QList<QAction*>& actions, QWidget* parent = nullptr);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void filter(const QString& words);
    void trigger();

    QList<QAction*> m_actions;
    QLineEdit* m_words;
    QTreeWidget* m_list;
};

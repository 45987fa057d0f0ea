// SPDX-License-Identifier: GPL-3.0-or-later
#include "actionlist.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QTimer>
#include <QTreeWidget>
#include <QVBoxLayout>

ActionList::ActionList(const QList<QAction*>& actions, QWidget* parent)
    : QDialog(parent),
      m_actions(actions),
      m_words(new QLineEdit(this)),
      m_list(new QTreeWidget(this))
{
    setWindowTitle(tr("Actions and their keys"));
    m_words->setPlaceholderText(tr("What do you want to do?"));
    m_words->setAccessibleName(tr("Find an action"));
    m_words->installEventFilter(this);
    m_list->setHeaderHidden(true);
    m_list->setColumnCount(2);
    m_list->setRootIsDecorated(false);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setAccessibleName(tr("Actions"));
    auto* column = new QVBoxLayout(this);
    column->addWidget(m_words);
    column->addWidget(m_list);
    connect(m_words, &QLineEdit::textChanged, this, &ActionList::filter);
    connect(m_words, &QLineEdit::returnPressed, this, &ActionList::trigger);
    connect(m_list, &QTreeWidget::itemActivated, this, &ActionList::trigger);
    filter({});
    resize(fontMetrics().averageCharWidth() * 70, fontMetrics().height() * 26);
    m_list->setColumnWidth(0, width() * 2 / 3);
}

void ActionList::filter(const QString& words)
{
    m_list->clear();
    for (int i = 0; i < m_actions.size(); ++i) {
        const QAction* action = m_actions[i];
        const QString text = action->text().remove(u'&');
        if (!action->isEnabled() || !action->isVisible() || !text.contains(words.trimmed(), Qt::CaseInsensitive))
            continue;
        auto* item = new QTreeWidgetItem(m_list, {text, action->shortcut().toString(QKeySequence::NativeText)});
        item->setData(0, Qt::UserRole, i);
    }
    m_list->setCurrentItem(m_list->topLevelItem(0));
}

void ActionList::trigger()
{
    const QTreeWidgetItem* item = m_list->currentItem();
    if (!item) return;
    QAction* action = m_actions[item->data(0, Qt::UserRole).toInt()];
    accept();
    QTimer::singleShot(0, action, &QAction::trigger); // once this dialog has given the focus back
}

bool ActionList::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_words && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const int step = key->key() == Qt::Key_Down ? 1 : key->key() == Qt::Key_Up ? -1 : 0;
        const int next = m_list->indexOfTopLevelItem(m_list->currentItem()) + step;
        if (step && m_list->topLevelItem(next)) m_list->setCurrentItem(m_list->topLevelItem(next));
        if (step) return true;
    }
    return QDialog::eventFilter(watched, event);
}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "runmodel.h"

#include <QSet>
#include <QTreeView>
#include <QUndoStack>

class QAction;

/// The list of runs and all that can be asked of one: keys, context menu, undo of renames and of deletes.
class RunList : public QTreeView {
    Q_OBJECT
public:
    explicit RunList(RunModel* model, QWidget* parent = nullptr);

    RunModel* runs() const { return m_model; }
    RunFeed* current() const;
    void select(const QString& directory);
    QUndoStack* undoStack() { return &m_undo; }
    /// Whether the engine lets a run go on from another's end.
    void setCanExtend(bool can);
    /// The actions, for menus and the palette; enabled as the current run allows.
    QList<QAction*> runActions() const { return m_actions; }
    QSize sizeHint() const override;

Q_SIGNALS:
    void selected(RunFeed* feed);
    /// The form should open with this run as its baseline.
    void duplicateAsked(const QString& directory);
    /// Another run that goes on from this one's end for so many steps.
    void extendAsked(const QString& directory, int steps);
    /// Something could not be done; a sentence.
    void failed(const QString& sentence);

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    QAction* add(const QString& text, const QKeySequence& key, const QString& icon, void (RunList::*slot)());
    void restyle();
    void refresh();
    QString directory() const;
    bool request(const QString& what);
    void stopRun();
    void discard();
    void runEnded(const QString& run);
    void pauseOrGoOn();
    void moveInQueue(int by);
    void resume();
    void duplicate();
    void renameRun();
    void writeNote();
    void star();
    void openFolder();
    void moveToTrash();
    void trash(const QString& run);
    void tell(bool done);

    RunModel* m_model;
    QUndoStack m_undo;
    bool m_canExtend = false;
    QSet<QString> m_discarded; ///< asked to stop, for the trash when they have ended
    QList<QAction*> m_actions;
    QAction *m_stop, *m_discard, *m_pause, *m_earlier, *m_later, *m_resume, *m_extend, *m_duplicate, *m_rename, *m_note,
        *m_star, *m_folder, *m_trash;
};

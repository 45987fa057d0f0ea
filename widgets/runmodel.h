// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "runfeed.h"

#include <QAbstractTableModel>
#include <QTimer>

class Workspace;

/// The runs of a workspace, newest first, each with its feed; what goes on from a run follows it, and the family
/// stands where its newest member would. Feeds are opened one after another, so that two hundred
/// runs do not hold up the window; a row shows what its feed knows so far.
class RunModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Name, State, Linear, Knn, Loss, Steps, Age, Note, ColumnCount };
    enum Role { DirectoryRole = Qt::UserRole, ColourRole, StarRole, StateRole, DepthRole };

    explicit RunModel(Workspace* workspace, QObject* parent = nullptr);

    Workspace* workspace() const { return m_workspace; }
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    /// Asks for a new name or note: renameAsked, remarkAsked; the journal has it afterwards.
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;

    QString directory(int row) const { return m_rows[row].directory; }
    QString name(int row) const { return m_rows[row].name; }
    bool isStarred(int row) const { return m_rows[row].starred; }
    int rowOf(const QString& directory) const;
    /// Directories by age alone, newest first.
    const QStringList& newest() const { return m_newest; }
    /// Null until its turn has come.
    RunFeed* feed(int row) const { return m_rows[row].feed; }
    /// The same, opened at once.
    RunFeed* openFeed(int row);
    /// A run of another workspace, looked at where it lies; the one before it is closed.
    RunFeed* lookAt(const QString& directory);
    /// The run that an engine works on now (or the first that waits); null when there is none.
    RunFeed* activeFeed() const;
    /// The run to look at where none was chosen: the one that is worked on, else the newest; empty without runs.
    QString toShow() const;
    /// Looks at once for the times of those that wait.
    void pollQueue();
    /// Reads name, star and note of a run again.
    void refreshJournal(const QString& directory);

Q_SIGNALS:
    void renameAsked(const QString& directory, const QString& name);
    void remarkAsked(const QString& directory, const QString& text);
    /// The state of some run has changed, or a run has come or gone.
    void activityChanged();
    /// An engine worked on it, or it waited for one, and that is over.
    void ended(const QString& directory);

private:
    struct Row {
        QString directory, name;
        bool starred = false;
        int colour = -1; ///< of the series palette
        QString parent = {}, remark = {};
        int depth = 0; ///< how many runs it goes on from
        RunFeed* feed = nullptr;
    };
    void reload();
    void arrange();
    void giveColours();
    void openNext();
    void rowChanged(const RunFeed* feed);
    void queueChanged();
    int placeInQueue(const Row& row) const;
    QString text(const Row& row, int column) const;
    QString explained(const Row& row) const;

    Workspace* m_workspace;
    QVector<Row> m_rows;
    QStringList m_newest;
    RunFeed* m_foreign = nullptr;
    QTimer m_opening, m_ageing;
};

/// "just now", "3 min ago", "yesterday", a date.
QString shownAge(const QDateTime& since, const QDateTime& now);

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QJsonObject>
#include <QObject>
#include <QStringList>
#include <QTimer>

/// What people gave a run (its journal) and what it was asked to be (run.json), read at once.
struct RunFacts {
    QString name;
    QString remark; ///< what a person wrote about it, at first what run.json says; may be empty
    QString parent; ///< the run of this workspace that it goes on from, whether that is still there or not; or empty
    bool starred = false;
    int colour = -1; ///< of the series palette; -1 where it has none yet
};

/// A folder of run directories and the queue that works on them. What a person says of a run (its name, a star) is a
/// line in its journal.jsonl: run.json is what was asked for and is never rewritten. GUI thread.
class Workspace : public QObject {
    Q_OBJECT
public:
    /// `engine`: path of revisit-engine, which is started as `queue` when a run waits.
    Workspace(const QString& dir, const QString& engine, QObject* parent = nullptr);
    /// Documents/Revisit, or where there are no documents a folder of the user's.
    static QString defaultDirectory();

    QString directory() const { return m_dir; }
    /// Creates the folder; false with a sentence in error() when it cannot be written.
    bool open();
    QString error() const { return m_error; }
    /// Paths of the run directories, newest first.
    QStringList runs() const;

    /// A new queued run with its run.json; its path, or empty with error(). It appears whole or not at all.
    QString create(const QString& name, const QJsonObject& config);
    /// Queues a run again: the engine resumes it from its newest checkpoint.
    bool queueAgain(const QString& run);
    /// Those that wait for their turn, in the order that the engine takes them.
    QStringList queue() const;
    /// A place earlier or later among them (-1, 1); false with error() when it is no longer waiting.
    bool moveInQueue(const QString& run, int by);
    /// Whether some run waits for its turn.
    bool hasQueued() const;
    /// Sees to it that a queue works while runs wait; it outlives the desktop, and a second one leaves by itself.
    bool ensureQueue();

    RunFacts facts(const QString& run) const;
    QString name(const QString& run) const { return facts(run).name; }
    bool rename(const QString& run, const QString& name);
    bool isStarred(const QString& run) const { return facts(run).starred; }
    bool setStarred(const QString& run, bool starred);
    QString remark(const QString& run) const { return facts(run).remark; }
    bool setRemark(const QString& run, const QString& text);
    int colour(const QString& run) const { return facts(run).colour; }
    bool setColour(const QString& run, int index);
    /// Appends an entry with its time to journal.jsonl.
    bool note(const QString& run, const QJsonObject& entry);

    /// Moves a run to the trash inside the workspace; where it lies now, or empty with error().
    QString moveToTrash(const QString& run);
    bool restore(const QString& trashed, const QString& run);
    bool emptyTrash();

    /// Bytes of all runs and of the trash, counted in the background; diskUseChanged tells the result.
    void measure();
    qint64 usedBytes() const { return m_usedBytes; }
    qint64 trashBytes() const { return m_trashBytes; }
    qint64 freeBytes() const;

Q_SIGNALS:
    void runsChanged();
    void diskUseChanged();

private:
    bool fail(const QString& sentence);
    bool writeLaunch(const QString& run);
    void scan();
    QString trash() const { return m_dir + QStringLiteral("/.trash"); }

    QString m_dir, m_engine, m_error;
    QStringList m_seen;
    QTimer m_scan;
    qint64 m_usedBytes = 0, m_trashBytes = 0;
    bool m_measuring = false;
};

/// "1.1 GB" in the user's language.
QString shownBytes(qint64 bytes);

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QDateTime>
#include <QJsonObject>
#include <QString>

/// What protocol.md says of a run from its files alone.
enum class RunState {
    New,
    Queued,
    Starting,
    Running,
    Paused,
    Evaluating,
    Stopping,
    Finished,
    Stopped,
    Diverged,
    Failed,
    Interrupted,
    ConnectionLost
};

/// A state with the facts it was read from.
struct RunStatus {
    RunState state = RunState::New;
    QString message;   ///< exit.json's sentence, for Qt::PlainText
    QDateTime since;   ///< queued_at, or started_at once there is one
    QDateTime heard;   ///< the last heartbeat, once the connection is lost
    qint64 pid = 0;    ///< 0 where none is known
    bool local = true; ///< launched on this host
    bool operator==(const RunStatus&) const = default;
};

/// Reads launch.json, exit.json, heartbeat and /proc of one run directory; never throws, a missing file is a state.
RunStatus readRunStatus(const QString& runDir);

/// An engine works on it, or will without being asked again.
bool isActive(RunState state);
/// "Running", "Stopped (kept)", ... translated.
QString stateWord(RunState state);
/// The word with what belongs to it: a place in the queue, the reason, how long ago it was heard.
QString stateText(const RunStatus& status, int place = 0);
/// `information`, `healthy`, `caution` or `problem`: which of look.md's state colours it has.
QString stateMood(RunState state);

/// A small JSON object from a file of at most 1 MiB; empty where it is missing or none.
QJsonObject readJsonObject(const QString& path);
/// Whether a process with that pid began at that clock tick (field 22 of /proc/PID/stat) and is no zombie.
bool processAlive(qint64 pid, qint64 processStart);

// SPDX-License-Identifier: GPL-3.0-or-later
#include "runstate.h"
#include "numbertext.h"
#include "runlog.h"

#include <QCoreApplication>
#include <QFile>
#include <QJsonDocument>
#include <QSysInfo>

namespace {
constexpr qint64 heartbeatLimitSeconds = 15;

RunState heartbeatState(const QJsonObject& heartbeat)
{
    const QString word = heartbeat["state"].toString();
    if (word == "running") return RunState::Running;
    if (word == "paused") return RunState::Paused;
    if (word == "evaluating") return RunState::Evaluating;
    if (word == "stopping") return RunState::Stopping;
    return RunState::Starting;
}

RunState exitState(const QString& reason)
{
    if (reason == "finished") return RunState::Finished;
    if (reason == "stopped") return RunState::Stopped;
    if (reason == "diverged") return RunState::Diverged;
    if (reason == "killed") return RunState::Interrupted;
    if (reason == "requeue") return RunState::Queued;
    return RunState::Failed;
}

QDateTime time(const QJsonValue& value) { return QDateTime::fromString(value.toString(), Qt::ISODateWithMs); }
QString tr(const char* text) { return QCoreApplication::translate("RunState", text); }
} // namespace

QJsonObject readJsonObject(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly) || file.size() > (1 << 20)) return {};
    return QJsonDocument::fromJson(file.readAll()).object();
}

bool processAlive(qint64 pid, qint64 processStart)
{
    QFile file(QStringLiteral("/proc/%1/stat").arg(pid));
    if (pid <= 0 || !file.open(QIODevice::ReadOnly)) return false;
    const QByteArray stat = file.readAll();
    const QList<QByteArray> fields = stat.mid(stat.lastIndexOf(')') + 2).split(' '); // the name may hold blanks
    return fields.size() > 19 && fields[0] != "Z" && fields[0] != "X" && fields[19].toLongLong() == processStart;
}

RunStatus readRunStatus(const QString& runDir)
{
    RunStatus status;
    const QJsonObject launch = readJsonObject(runDir + "/launch.json");
    if (launch.isEmpty()) return status;
    status.since = time(launch.contains("started_at") ? launch["started_at"] : launch["queued_at"]);
    status.local = launch["host"].toString() == QSysInfo::machineHostName();
    if (launch["state"].toString() == "queued") {
        status.state = RunState::Queued;
        return status;
    }
    const QJsonObject exit = readJsonObject(runDir + "/exit.json");
    if (!exit.isEmpty() && exit["id"] == launch["id"]) {
        status.state = exitState(exit["reason"].toString());
        status.message = shownText(exit["message"].toString());
        return status;
    }
    status.pid = std::max<qint64>(0, wholeNumber(launch["pid"]));
    const QJsonObject heartbeat = readJsonObject(runDir + "/heartbeat");
    if (status.local) {
        const bool alive = processAlive(status.pid, wholeNumber(launch["process_start"]));
        status.state = alive ? heartbeatState(heartbeat) : RunState::Interrupted;
    } else {
        const QDateTime heard = time(heartbeat["time"]);
        const bool young = heard.isValid() && heard.secsTo(QDateTime::currentDateTimeUtc()) < heartbeatLimitSeconds;
        status.state = young ? heartbeatState(heartbeat) : RunState::ConnectionLost;
        if (!young) status.heard = heard;
    }
    return status;
}

bool isActive(RunState state)
{
    switch (state) {
    case RunState::Queued:
    case RunState::Starting:
    case RunState::Running:
    case RunState::Paused:
    case RunState::Evaluating:
    case RunState::Stopping:
    case RunState::ConnectionLost: return true;
    default: return false;
    }
}

QString stateWord(RunState state)
{
    switch (state) {
    case RunState::New: return tr(QT_TRANSLATE_NOOP("RunState", "Not started"));
    case RunState::Queued: return tr(QT_TRANSLATE_NOOP("RunState", "Queued"));
    case RunState::Starting: return tr(QT_TRANSLATE_NOOP("RunState", "Starting"));
    case RunState::Running: return tr(QT_TRANSLATE_NOOP("RunState", "Running"));
    case RunState::Paused: return tr(QT_TRANSLATE_NOOP("RunState", "Paused"));
    case RunState::Evaluating: return tr(QT_TRANSLATE_NOOP("RunState", "Evaluating"));
    case RunState::Stopping: return tr(QT_TRANSLATE_NOOP("RunState", "Stopping…"));
    case RunState::Finished: return tr(QT_TRANSLATE_NOOP("RunState", "Finished"));
    case RunState::Stopped: return tr(QT_TRANSLATE_NOOP("RunState", "Stopped (kept)"));
    case RunState::Diverged: return tr(QT_TRANSLATE_NOOP("RunState", "Diverged"));
    case RunState::Failed: return tr(QT_TRANSLATE_NOOP("RunState", "Failed"));
    case RunState::Interrupted: return tr(QT_TRANSLATE_NOOP("RunState", "Interrupted"));
    case RunState::ConnectionLost: return tr(QT_TRANSLATE_NOOP("RunState", "Connection lost"));
    }
    return {};
}

QString stateText(const RunStatus& status, int place)
{
    if (status.state == RunState::Queued && place > 0)
        return tr(QT_TRANSLATE_NOOP("RunState", "Queued, place %1")).arg(place);
    if (status.state == RunState::Failed && !status.message.isEmpty())
        return tr(QT_TRANSLATE_NOOP("RunState", "Failed: %1")).arg(status.message);
    if (status.state == RunState::Interrupted) return tr(QT_TRANSLATE_NOOP("RunState", "Interrupted (can be resumed)"));
    if (status.state == RunState::ConnectionLost && status.heard.isValid())
        return tr(QT_TRANSLATE_NOOP("RunState", "Connection lost, last heard %1 ago"))
            .arg(aboutTime(double(status.heard.secsTo(QDateTime::currentDateTimeUtc()))));
    return stateWord(status.state);
}

QString stateMood(RunState state)
{
    switch (state) {
    case RunState::Finished:
    case RunState::Stopped: return QStringLiteral("healthy");
    case RunState::Diverged:
    case RunState::Failed: return QStringLiteral("problem");
    case RunState::Interrupted:
    case RunState::ConnectionLost:
    case RunState::Paused: return QStringLiteral("caution");
    default: return QStringLiteral("information");
    }
}

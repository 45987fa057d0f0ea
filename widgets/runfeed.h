// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "runlog.h"
#include "runstate.h"

#include <QByteArray>
#include <QElapsedTimer>
#include <QImage>
#include <QObject>
#include <QTimer>
#include <algorithm>
#include <deque>
#include <optional>

/// Follows one run directory: whole lines of events.jsonl from a byte offset into a RunLog, its state from the files.
/// Lives in the GUI thread and never blocks it for long: a long file is read in slices of 20 ms.
class RunFeed : public QObject {
    Q_OBJECT
public:
    /// Reads nothing yet: the first poll happens when the event loop runs, or at poll().
    explicit RunFeed(const QString& runDir, QObject* parent = nullptr);

    QString directory() const { return m_dir; }
    const RunLog& log() const { return m_log; }
    const RunStatus& status() const { return m_status; }
    /// As the files have it, but Stopping as soon as stop was asked for. A replay is Running, Paused or Finished.
    RunState state() const { return m_status.state; }
    /// The plain picture of patch i of the probe set; null while there is none. RGB888, its own copy.
    QImage thumbnail(int i);

    /// Appends one line to control.jsonl and returns its id; empty when it could not be written (see error()).
    QString request(const QString& what, const QString& key = {}, const QJsonValue& value = QJsonValue::Undefined);
    QString error() const { return m_error; }

    /// Plays the recorded run from its beginning: `speed` seconds of training a second. Steps without times count 20
    /// ms.
    void replay(double speed);
    bool isReplay() const { return m_speed > 0; }
    bool isPlaying() const { return isReplay() && m_timer.isActive(); }
    void setPlaying(bool playing);
    double speed() const { return m_speed; }
    void setSpeed(double speed) { m_speed = std::max(speed, 1e-3); }
    /// Seconds of training that were recorded.
    double duration() const { return m_duration; }
    /// 0 to 1 of the recorded time.
    double position() const;
    void seek(double position);

    /// Whether all that was in the file at the last poll has been read.
    bool caughtUp() const { return m_caughtUp; }
    /// Reads what is new at once; the timer calls it, ten times a second while the run is active.
    void poll();

Q_SIGNALS:
    /// The log has grown, or lost points; at most ten times a second.
    void changed();
    void stateChanged();

private:
    bool readLines();
    void readStatus();
    void advanceReplay();
    void foldUntil(double seconds);
    void announce(bool grown);

    struct Recorded {
        double seconds;
        QByteArray line;
    };

    QString m_dir, m_error;
    RunLog m_log;
    RunStatus m_status;
    QTimer m_timer, m_flush;
    qint64 m_offset = 0;
    bool m_overlong = false, m_caughtUp = false;
    QElapsedTimer m_sinceAnnounced;
    bool m_stopAsked = false;
    QByteArray m_thumbnails;
    std::deque<Recorded> m_recorded;
    size_t m_played = 0;
    double m_speed = 0, m_clock = 0, m_duration = 0;
    QElapsedTimer m_sinceFrame;
};

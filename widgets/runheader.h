// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "runfeed.h"

#include <QWidget>

class ElidedLabel;
class QLabel;
class QProgressBar;
class QPushButton;

/// How far a run is, in one line: name, state, progress, how much longer, and what can be done with it now.
class RunHeader : public QWidget {
    Q_OBJECT
public:
    explicit RunHeader(QWidget* parent = nullptr);
    /// Shows the feed's run as it is now, under the name that people gave it.
    void refresh(const RunFeed& feed, const QString& name);
    /// Stands beside another header: no Duplicate, and the letters of Alt are the other's.
    void setSecond() { m_second = true; }

    /// Seconds to go: remaining steps times the median of this process's last 50 step times; NaN before its 20th step.
    static double secondsLeft(const RunLog& log);
    /// "about 2 min", "estimating…", "took about 5 min", ... by state.
    static QString timeText(const RunLog& log, RunState state);

Q_SIGNALS:
    /// A control.jsonl `do`.
    void requested(const QString& what);
    void resumeRequested();
    void duplicateRequested();

private:
    QString m_do;
    ElidedLabel* m_name;
    QLabel *m_icon, *m_word, *m_share, *m_steps, *m_time;
    QProgressBar* m_bar;
    QPushButton *m_pause, *m_stop, *m_resume, *m_duplicate;
    bool m_second = false;
    RunState m_announced = RunState::New;
};

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QObject>
#include <QTimer>

class ExperimentScreen;

/// Keeps the unfinished experiment in a file, so that neither a crash nor a restart loses it.
class DraftKeeper : public QObject {
    Q_OBJECT
public:
    /// Restores what the file has into the screen, then writes it a second after each edit.
    DraftKeeper(ExperimentScreen* screen, const QString& file, QObject* parent = nullptr);
    /// What was edited since the last second; before the screen goes.
    void saveNow();

private:
    void save();
    ExperimentScreen* m_screen;
    QString m_file;
    QTimer m_timer;
};

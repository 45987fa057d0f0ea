// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QObject>
#include <QString>
#include <QTimer>

class MainWindow;

/// Grabs every screen of the real window, light and dark, into a folder, then leaves the application. With a run open
/// it waits for that run's fourth embedding, for three minutes at most. Of a run that paints, only what it painted.
class Screenshots : public QObject {
    Q_OBJECT
public:
    Screenshots(MainWindow* window, const QString& folder);

private:
    void wait();
    void next();

    MainWindow* m_window;
    QString m_folder;
    QTimer m_timer;
    int m_waits = 0, m_shot = 0;
};

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QStatusBar>

class QLabel;
class QProcess;
class Target;
class Workspace;

/// Device, engine and disk in one line.
class StatusLine : public QStatusBar {
    Q_OBJECT
public:
    StatusLine(Target* target, Workspace* workspace, const QString& engine, QWidget* parent = nullptr);

private:
    void showEngine();
    void showDisk();
    void askDevices(const QString& engine);

    Target* m_target;
    Workspace* m_workspace;
    QLabel *m_device, *m_engine, *m_disk;
};

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QProcess>
#include <QStatusBar>

class QLabel;
class Target;
class Workspace;

/// Device, engine and disk in one line.
class StatusLine : public QStatusBar {
    Q_OBJECT
public:
    StatusLine(Target* target, Workspace* workspace, const QString& engine, QWidget* parent = nullptr);
    ~StatusLine() override;

private:
    void showEngine();
    void showDisk();
    void showDevices();

    Target* m_target;
    Workspace* m_workspace;
    QProcess m_doctor;
    QLabel *m_device, *m_engine, *m_disk;
};

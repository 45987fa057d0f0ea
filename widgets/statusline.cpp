// SPDX-License-Identifier: GPL-3.0-or-later
#include "statusline.h"
#include "labels.h"
#include "target.h"
#include "workspace.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QLabel>
#include <QThread>
#include <QTimer>

StatusLine::StatusLine(Target* target, Workspace* workspace, const QString& engine, QWidget* parent)
    : QStatusBar(parent),
      m_target(target),
      m_workspace(workspace),
      m_device(quietLabel(tr("%n processor thread(s)", nullptr, QThread::idealThreadCount()))),
      m_engine(quietLabel({})),
      m_disk(quietLabel({}))
{
    setSizeGripEnabled(false);
    setContentsMargins(12, 0, 12, 0);
    for (QLabel* label : {m_device, m_engine, m_disk}) label->setWordWrap(false);
    addWidget(m_device);
    addWidget(m_engine, 1);
    addPermanentWidget(m_disk);
    connect(target, &Target::stateChanged, this, [this, engine] {
        showEngine();
        if (m_target->state() == Target::State::Ready && m_doctor.state() == QProcess::NotRunning)
            m_doctor.start(engine, {QStringLiteral("doctor"), QStringLiteral("--json")});
    });
    connect(&m_doctor, &QProcess::finished, this, &StatusLine::showDevices);
    connect(workspace, &Workspace::diskUseChanged, this, &StatusLine::showDisk);
    auto* again = new QTimer(this); // runs grow while they train
    connect(again, &QTimer::timeout, workspace, [this] {
        if (isVisible()) m_workspace->measure();
    });
    again->start(20'000);
    showEngine();
    showDisk();
}

StatusLine::~StatusLine()
{
    m_doctor.disconnect(this);
    m_doctor.kill();
    m_doctor.waitForFinished(1000);
}

void StatusLine::showEngine()
{
    switch (m_target->state()) {
    case Target::State::Off:
    case Target::State::Starting: m_engine->setText(tr("engine is starting")); break;
    case Target::State::Ready: m_engine->setText(tr("engine %1 ready").arg(m_target->version())); break;
    case Target::State::Failed: m_engine->setText(tr("no engine")); break;
    }
    m_engine->setToolTip(m_target->sentence());
}

void StatusLine::showDisk()
{
    const QString used = shownBytes(m_workspace->usedBytes()), free = shownBytes(m_workspace->freeBytes());
    m_disk->setText(tr("runs take %1 · %2 free").arg(used, free));
    m_disk->setToolTip(m_workspace->directory());
}

void StatusLine::showDevices()
{
    const QJsonObject answer = QJsonDocument::fromJson(m_doctor.readAllStandardOutput()).object();
    QStringList names;
    for (const QJsonValue& device : answer["devices"].toArray()) names << device["name"].toString();
    if (names.isEmpty()) return;
    m_device->setText(names.size() > 1
                          ? names.mid(1).join(QStringLiteral(", "))
                          : tr("%n processor thread(s), no GPU found", nullptr, QThread::idealThreadCount()));
    m_device->setToolTip(names.join(u'\n'));
}

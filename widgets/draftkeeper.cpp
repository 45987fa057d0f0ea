// SPDX-License-Identifier: GPL-3.0-or-later
#include "draftkeeper.h"
#include "experimentscreen.h"
#include "runstate.h"

#include <QJsonDocument>
#include <QSaveFile>

DraftKeeper::DraftKeeper(ExperimentScreen* screen, const QString& file, QObject* parent)
    : QObject(parent),
      m_screen(screen),
      m_file(file)
{
    const QJsonObject kept = readJsonObject(file);
    if (!kept.isEmpty())
        screen->restore(kept["config"].toObject(), {kept["baseline_name"].toString(), kept["baseline"].toObject()});
    m_timer.setSingleShot(true);
    m_timer.setInterval(1000);
    connect(&m_timer, &QTimer::timeout, this, &DraftKeeper::save);
    connect(screen, &ExperimentScreen::draftEdited, &m_timer, qOverload<>(&QTimer::start));
}

void DraftKeeper::saveNow()
{
    if (m_timer.isActive()) save();
}

void DraftKeeper::save()
{
    m_timer.stop();
    QSaveFile file(m_file);
    const NamedConfig baseline = m_screen->baseline();
    const QJsonObject kept{
        {"config", m_screen->config()}, {"baseline_name", baseline.name}, {"baseline", baseline.config}};
    if (file.open(QIODevice::WriteOnly)) file.write(QJsonDocument(kept).toJson());
    file.commit(); // without it the draft is lost at a crash, and nothing else is
}

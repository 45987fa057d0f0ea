// SPDX-License-Identifier: GPL-3.0-or-later
#include "patchfeed.h"

#include "target.h"

#include <utility>

namespace {
constexpr int packingMs = 3'600'000; // a data set may have to be packed first
constexpr qint64 samplesAtATime = 50'000'000;
} // namespace

PatchFeed::PatchFeed(Target* target, QObject* parent) : QObject(parent), m_target(target) {}

void PatchFeed::setConfig(const QJsonObject& config)
{
    QJsonObject training{{"layers", "all"}};
    for (const char* key : {"most_nodata", "most_clouds", "constant", "duplicates"})
        if (const QJsonValue value = config["training"][QLatin1String(key)]; !value.isUndefined())
            training[QLatin1String(key)] = value;
    QJsonObject seen{{"training", training}};
    if (config.contains("dataset")) seen["dataset"] = config["dataset"];
    if (seen == m_config) return;
    m_config = seen;
    m_wanted = true;
    load();
}

void PatchFeed::setAwake(bool awake)
{
    m_awake = awake;
    load();
    askPixels();
}

void PatchFeed::retry()
{
    m_wanted = true;
    load();
}

void PatchFeed::load()
{
    if (!m_awake || !m_wanted) return;
    m_wanted = false;
    m_table = m_arriving = {};
    m_error.clear();
    m_loading = true;
    m_checking = false;
    Q_EMIT tableChanged();
    ask(0);
}

void PatchFeed::ask(int from)
{
    m_target->ask(
        QStringLiteral("patches"), {{"config", m_config}, {"from", from}}, this,
        [this](const Target::Reply& reply) {
            const bool fits = reply.ok && m_arriving.append(reply.answer);
            if (fits && reply.answer["next"].isDouble()) return ask(reply.answer["next"].toInt());
            m_loading = false;
            m_table = fits ? std::exchange(m_arriving, {}) : PatchTable();
            if (!fits) m_error = reply.ok ? tr("The engine's answer makes no sense here.") : reply.message;
            Q_EMIT tableChanged();
            askPixels();
        },
        packingMs);
}

void PatchFeed::askPixels()
{
    if (!m_awake || m_checking || m_loading || m_table.set.count == 0 || isChecked()) return;
    m_checking = true;
    const qint64 samples = qint64(m_table.sizePx) * m_table.sizePx * std::max<qsizetype>(1, m_table.bands.size());
    const qint64 count = std::clamp<qint64>(samplesAtATime / std::max<qint64>(1, samples), 1, 10'000);
    m_target->ask(QStringLiteral("pixels"), {{"config", m_config}, {"from", m_table.hash.size()}, {"count", count}},
                  this, [this](const Target::Reply& reply) {
                      m_checking = false;
                      if (!reply.ok || m_loading || !m_table.appendPixels(reply.answer)) return;
                      Q_EMIT pixelsChanged();
                      askPixels();
                  });
}

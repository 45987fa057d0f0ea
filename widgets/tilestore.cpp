// SPDX-License-Identifier: GPL-3.0-or-later
#include "tilestore.h"

#include "runlog.h"
#include "target.h"

#include <QJsonArray>

namespace {
constexpr int atATime = 64, keptKilobytes = 128 * 1024;
}

TileStore::TileStore(Target* target, int px, QObject* parent)
    : QObject(parent),
      m_target(target),
      m_px(px),
      m_pictures(keptKilobytes)
{
    m_soon.setSingleShot(true);
    connect(&m_soon, &QTimer::timeout, this, &TileStore::ask);
}

void TileStore::setConfig(const QJsonObject& config)
{
    m_config = config;
    forget();
}

void TileStore::setLook(const TileLook& look)
{
    if (look == m_look) return;
    m_look = look;
    forget();
}

void TileStore::forget()
{
    m_pictures.clear();
    m_wanted.clear();
    m_stretch.clear();
    ++m_round;
    m_waiting = false;
    Q_EMIT arrived(); // whoever shows them wants them anew
}

void TileStore::want(const QVector<int>& patches)
{
    m_wanted.clear();
    for (const int patch : patches)
        if (!m_pictures.contains(patch)) m_wanted << patch;
    if (!m_wanted.isEmpty() && !m_waiting && !m_soon.isActive()) m_soon.start(0);
}

void TileStore::ask()
{
    if (m_wanted.isEmpty() || m_waiting) return;
    QJsonArray indices;
    for (const int patch : m_wanted.mid(0, atATime)) indices << patch;
    QJsonObject request{{"config", m_config}, {"indices", indices}, {"stretch", m_look.stretch}, {"px", m_px}};
    QJsonArray channels;
    for (const int channel : m_look.channels) channels << channel;
    if (!channels.isEmpty()) request["channels"] = channels;
    m_waiting = true;
    m_asked += indices.size();
    m_target->ask(QStringLiteral("tiles"), request, this, [this, round = m_round](const Target::Reply& reply) {
        if (round != m_round) return;
        m_waiting = false;
        if (!reply.ok) return;
        m_stretch = shownText(reply.answer["stretch"].toString());
        for (const QJsonValue& value : reply.answer["tiles"].toArray()) {
            const QImage image = imageOf(reply.answer, value.toObject());
            if (image.isNull()) continue;
            const int patch = value["index"].toInt(-1);
            m_wanted.removeAll(patch);
            m_pictures.insert(patch, new QImage(image), std::max(1, int(image.sizeInBytes() / 1024)));
        }
        ask();
        Q_EMIT arrived();
    });
}

QImage TileStore::imageOf(const QJsonObject& answer, const QJsonObject& tile)
{
    const int width = answer["width"].toInt(), height = answer["height"].toInt();
    const QByteArray rgb = QByteArray::fromBase64(tile["rgb"].toString().toLatin1());
    if (width <= 0 || height <= 0 || rgb.size() != qsizetype(3) * width * height) return {};
    return QImage(reinterpret_cast<const uchar*>(rgb.constData()), width, height, 3 * width, QImage::Format_RGB888)
        .convertToFormat(QImage::Format_RGB32);
}

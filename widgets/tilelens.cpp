// SPDX-License-Identifier: GPL-3.0-or-later
#include "tilelens.h"

#include "labels.h"
#include "numbertext.h"
#include "pointgroups.h"
#include "target.h"

#include <QHBoxLayout>
#include <QJsonArray>
#include <QKeyEvent>
#include <QLocale>
#include <QPainter>
#include <cmath>

namespace {
constexpr int wantedSide = 384;

/// The longest of 1, 2, 5, 10, ... metres that takes at most so many.
double roundLength(double metres)
{
    const double decade = std::pow(10, std::floor(std::log10(metres)));
    for (const double factor : {5.0, 2.0})
        if (factor * decade <= metres) return factor * decade;
    return decade;
}
} // namespace

TileLens::TileLens(Target* target, QWidget* parent)
    : QDialog(parent),
      m_target(target),
      m_image(new QLabel),
      m_title(sectionLabel({})),
      m_facts(bodyLabel({}))
{
    m_title->setWordWrap(true);
    m_facts->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_facts->setFocusPolicy(Qt::NoFocus);
    m_image->setFixedSize(wantedSide, wantedSide);
    m_image->setAlignment(Qt::AlignCenter);
    auto* side = new QVBoxLayout;
    side->setSpacing(8);
    side->addWidget(m_title);
    side->addWidget(m_facts);
    side->addStretch(1);
    side->addWidget(quietLabel(tr("Arrow keys: the next tile. B: other bands. Space: close.")));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 12, 12, 12);
    row->setSpacing(12);
    row->addWidget(m_image);
    row->addLayout(side, 1);
    setMinimumWidth(wantedSide + fontMetrics().averageCharWidth() * 52);
}

void TileLens::show(const PatchTable& table, int patch, const QJsonObject& config, const TileLook& look,
                    const QString& bands)
{
    m_patch = patch;
    m_gsdM = table.gsdM;
    m_picture = {};
    const QString title = table.describe(patch);
    setWindowTitle(tr("Tile %1").arg(QLocale().toString(patch + 1)));
    m_title->setText(title);
    const auto share = [](float value) { return shareText(double(value)); };
    QStringList facts{shownText(table.set.ids[patch]),
                      table.test[patch] ? tr("Held out for testing") : tr("For training")};
    if (std::isfinite(table.gsdM))
        facts << tr("%1 × %1 px of %2 m").arg(table.sizePx).arg(QLocale().toString(table.gsdM));
    else
        facts << tr("%1 × %1 px").arg(table.sizePx);
    if (patch < table.nodata.size() && table.nodata[patch] > 0)
        facts << tr("%1 without data").arg(share(table.nodata[patch]));
    if (patch < table.clouds.size() && std::isfinite(table.clouds[patch]))
        facts << tr("%1 under clouds").arg(share(table.clouds[patch]));
    facts << QString() << tr("Shown: %1").arg(bands);
    m_facts->setText(facts.join(u'\n'));
    m_image->setAccessibleName(title);
    paint();
    QJsonArray channels;
    for (const int channel : look.channels) channels << channel;
    QJsonObject request{{"config", config}, {"indices", QJsonArray{patch}}, {"stretch", look.stretch}};
    if (!channels.isEmpty()) request["channels"] = channels;
    m_target->ask(QStringLiteral("tiles"), request, this, [this](const Target::Reply& reply) {
        m_picture = TileStore::imageOf(reply.answer, reply.answer["tiles"].toArray().at(0).toObject());
        paint();
    });
    QDialog::show();
}

void TileLens::paint()
{
    const auto& s = Theme::instance()->surfaces();
    const double ratio = devicePixelRatioF();
    QPixmap canvas(m_image->size() * ratio);
    canvas.setDevicePixelRatio(ratio);
    canvas.fill(s.line);
    QPainter painter(&canvas);
    if (!m_picture.isNull()) {
        const double multiple =
            m_picture.width() > wantedSide ? double(wantedSide) / m_picture.width() : wantedSide / m_picture.width();
        const QSizeF size = QSizeF(m_picture.size()) * multiple;
        const QRectF box(QPointF((wantedSide - size.width()) / 2, (wantedSide - size.height()) / 2), size);
        painter.drawImage(box, m_picture);
        if (std::isfinite(m_gsdM) && m_gsdM > 0) {
            const double metres = roundLength(m_picture.width() * m_gsdM / 3), wide = metres / m_gsdM * multiple;
            const QString text = metres >= 1000 ? tr("%1 km").arg(QLocale().toString(metres / 1000))
                                                : tr("%1 m").arg(QLocale().toString(metres));
            const QRectF back(box.left() + 8, box.bottom() - 14 - fontMetrics().height(), wide + 12,
                              fontMetrics().height() + 8);
            painter.fillRect(back, QColor(0, 0, 0, 150));
            painter.setPen(Qt::white);
            painter.drawText(back.adjusted(6, 0, -6, -5), Qt::AlignLeft | Qt::AlignVCenter, text);
            painter.fillRect(QRectF(back.left() + 6, back.bottom() - 5, wide, 2), Qt::white);
        }
    }
    painter.end();
    m_image->setPixmap(canvas);
}

void TileLens::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Space: return close(), void();
    case Qt::Key_Left:
    case Qt::Key_Up: return Q_EMIT stepAsked(-1);
    case Qt::Key_Right:
    case Qt::Key_Down: return Q_EMIT stepAsked(1);
    case Qt::Key_B: return Q_EMIT bandsAsked(event->modifiers() & Qt::ShiftModifier ? -1 : 1);
    default: QDialog::keyPressEvent(event);
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "patchcard.h"

#include "pointgroups.h"
#include "theme.h"

#include <QPainter>

namespace {
constexpr int largest = 128, least = 96, maxMultiple = 4, gap = 4, lines = 2;
}

PatchCard::PatchCard(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    connect(Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void PatchCard::setPatch(const PatchSet& patches, int patch, const QImage& picture)
{
    m_empty = patch < 0;
    m_picture = picture;
    m_class.clear();
    m_place.clear();
    if (!m_empty) {
        const int label = patches.label[patch];
        if (label >= 0) m_class = patches.classes[label];
        m_place = placeText(patches.lon[patch], patches.lat[patch]);
        if (m_place.isEmpty()) m_place = patches.ids[patch];
    }
    setAccessibleName(m_empty ? QString() : tr("Patch %1: %2 %3").arg(patch + 1).arg(m_class, m_place));
    setToolTip(m_empty ? QString() : tr("%1. Stretch of the picture: %2").arg(patches.ids[patch], patches.stretch));
    update();
}

QSize PatchCard::sizeHint() const
{
    return {std::max(largest, fontMetrics().averageCharWidth() * 15), largest + gap + lines * fontMetrics().height()};
}

QSize PatchCard::minimumSizeHint() const { return {sizeHint().width(), sizeHint().height() - largest + least}; }

void PatchCard::paintEvent(QPaintEvent*)
{
    const auto& s = Theme::instance()->surfaces();
    QPainter painter(this);
    const int side = std::clamp(height() - gap - lines * fontMetrics().height(), least, largest);
    const QRect frame(0, 0, side, side);
    if (m_empty || m_picture.isNull()) {
        painter.setPen(QPen(s.line, 1, Qt::DashLine));
        painter.drawRect(frame.adjusted(0, 0, -1, -1));
        painter.setPen(s.quiet);
        painter.drawText(frame.adjusted(10, 10, -10, -10), Qt::AlignCenter | Qt::TextWordWrap,
                         m_empty ? tr("Point at a dot") : tr("No picture"));
    }
    if (m_empty) return;
    if (!m_picture.isNull()) {
        const int multiple = std::clamp(side / std::max(m_picture.width(), m_picture.height()), 1, maxMultiple);
        const QSize size = m_picture.size() * multiple;
        painter.drawImage(QRect(QPoint(0, 0), size.boundedTo(frame.size())), m_picture,
                          QRect(QPoint(0, 0), size.boundedTo(frame.size()) / multiple));
    }
    const int high = fontMetrics().height();
    int top = side + gap;
    const auto line = [&](const QString& text, const QColor& colour) {
        if (text.isEmpty()) return;
        painter.setPen(colour);
        painter.drawText(QRect(0, top, width(), high), Qt::AlignLeft | Qt::AlignVCenter,
                         fontMetrics().elidedText(text, Qt::ElideRight, width()));
        top += high;
    };
    line(m_class, s.text);
    line(m_place, m_class.isEmpty() ? s.text : s.quiet);
}

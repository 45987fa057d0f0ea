// SPDX-License-Identifier: GPL-3.0-or-later
#include "flatstyle.h"

#include "theme.h"

#include <QPainter>
#include <QStyleOption>
#include <QWidget>
#include <algorithm>

namespace {
constexpr double radius = 4;

const Theme::Surfaces& surfaces() { return Theme::instance()->surfaces(); }

bool isPrimary(const QWidget* widget) { return widget && widget->property("primary").toBool(); }

QColor blend(const QColor& a, const QColor& b, float share)
{
    const auto mix = [share](float from, float to) { return from + share * (to - from); };
    return QColor::fromRgbF(mix(a.redF(), b.redF()), mix(a.greenF(), b.greenF()), mix(a.blueF(), b.blueF()));
}

void roundedBox(QPainter* painter, const QRectF& rect, const QColor& fill, const QColor& edge)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(edge);
    painter->setBrush(fill);
    painter->drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
    painter->restore();
}

void paintButton(const QStyleOption* option, QPainter* painter, const QWidget* widget)
{
    const auto& s = surfaces();
    const bool enabled = option->state & QStyle::State_Enabled;
    const bool primary = isPrimary(widget) && enabled;
    QColor fill = primary ? s.accent : s.panel, edge = primary ? s.accent : s.line;
    if (option->state & QStyle::State_On) fill = blend(s.panel, s.accent, 0.18f);
    if (enabled && (option->state & QStyle::State_MouseOver)) {
        fill = blend(fill, s.text, 0.06f);
        edge = blend(edge, s.text, 0.25f);
    }
    if (option->state & QStyle::State_Sunken) fill = blend(fill, s.text, 0.14f);
    if (option->state & QStyle::State_HasFocus && option->state & QStyle::State_KeyboardFocusChange)
        edge = primary ? s.text : s.accent;
    roundedBox(painter, option->rect, fill, edge);
}
} // namespace

FlatStyle::FlatStyle() : QProxyStyle(QStringLiteral("fusion")) {}

void FlatStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                              const QWidget* widget) const
{
    switch (element) {
    case PE_PanelButtonCommand: return paintButton(option, painter, widget);
    case PE_PanelButtonTool:
        if (option->state & (State_MouseOver | State_Sunken | State_On)) paintButton(option, painter, widget);
        return;
    case PE_FrameFocusRect:
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(QPen(surfaces().accent, 2));
        painter->setBrush(Qt::NoBrush);
        painter->drawRoundedRect(QRectF(option->rect).adjusted(1, 1, -1, -1), radius, radius);
        painter->restore();
        return;
    default: QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void FlatStyle::drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                            const QWidget* widget) const
{
    const auto& s = surfaces();
    const auto* bar = qstyleoption_cast<const QStyleOptionProgressBar*>(option);
    if (bar && element == CE_ProgressBarGroove) {
        roundedBox(painter, option->rect, s.line, s.line);
    } else if (bar && element == CE_ProgressBarContents && bar->maximum > bar->minimum) {
        const double share = double(bar->progress - bar->minimum) / (double(bar->maximum) - bar->minimum);
        QRectF done = option->rect;
        done.setWidth(done.width() * std::clamp(share, 0.0, 1.0));
        if (bar->direction == Qt::RightToLeft) done.moveRight(QRectF(option->rect).right());
        if (done.width() >= 1) roundedBox(painter, done, s.accent, s.accent);
    } else if (element == CE_PushButtonLabel && isPrimary(widget) && (option->state & State_Enabled)) {
        auto button = *qstyleoption_cast<const QStyleOptionButton*>(option);
        button.palette.setColor(QPalette::ButtonText, s.onAccent);
        QProxyStyle::drawControl(element, &button, painter, widget);
    } else {
        QProxyStyle::drawControl(element, option, painter, widget);
    }
}

void FlatStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                                   const QWidget* widget) const
{
    const auto* slider = qstyleoption_cast<const QStyleOptionSlider*>(option);
    if (control != CC_Slider || !slider || slider->orientation != Qt::Horizontal)
        return QProxyStyle::drawComplexControl(control, option, painter, widget);
    const auto& s = surfaces();
    const bool enabled = option->state & State_Enabled;
    const QRectF handle = proxy()->subControlRect(control, option, SC_SliderHandle, widget);
    const double middle = QRectF(option->rect).center().y(), size = std::min(handle.height(), 14.0);
    QRectF groove(option->rect.left() + 2, middle - 2, option->rect.width() - 4, 4);
    roundedBox(painter, groove, s.line, s.line);
    if (slider->upsideDown)
        groove.setLeft(handle.center().x());
    else
        groove.setRight(handle.center().x());
    const QColor colour = enabled ? s.accent : s.quiet;
    roundedBox(painter, groove, colour, colour);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(colour, 2));
    painter->setBrush(option->state & State_HasFocus ? colour : s.panel);
    painter->drawEllipse(QPointF(handle.center().x(), middle), size / 2, size / 2);
    painter->restore();
}

int FlatStyle::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                         QStyleHintReturn* data) const
{
    if (hint == SH_Slider_AbsoluteSetButtons) return Qt::LeftButton; // a click on the groove goes there
    return QProxyStyle::styleHint(hint, option, widget, data);
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "flatstyle.h"

#include "theme.h"

#include <QApplication>
#include <QPainter>
#include <QStyleOption>
#include <QWidget>
#include <algorithm>

namespace {
constexpr double radius = 4, smallRadius = 2;
constexpr int buttonPadding = 12;

const Theme::Surfaces& surfaces() { return Theme::instance()->surfaces(); }

bool isPrimary(const QWidget* widget) { return widget && widget->property("primary").toBool(); }

QColor blend(const QColor& a, const QColor& b, float share)
{
    const auto mix = [share](float from, float to) { return from + share * (to - from); };
    return QColor::fromRgbF(mix(a.redF(), b.redF()), mix(a.greenF(), b.greenF()), mix(a.blueF(), b.blueF()));
}

void roundedBox(QPainter* painter, const QRectF& rect, const QColor& fill, const QColor& edge, double corner = radius)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(edge);
    painter->setBrush(fill);
    painter->drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), corner, corner);
    painter->restore();
}

/// A field's fill is almost the page's: its edge shows where to type.
void paintEdge(const QStyleOption* option, QPainter* painter)
{
    const auto& s = surfaces();
    const QColor edge = option->state & QStyle::State_HasFocus  ? s.accent
                        : option->state & QStyle::State_Enabled ? blend(s.line, s.quiet, 0.7f)
                                                                : s.line;
    roundedBox(painter, option->rect, Qt::transparent, edge, smallRadius);
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
void paintSlider(const QStyleOptionSlider* option, const QRectF& handle, QPainter* painter)
{
    const auto& s = surfaces();
    const bool enabled = option->state & QStyle::State_Enabled;
    const double middle = QRectF(option->rect).center().y(), size = std::min(handle.height(), 14.0);
    QRectF groove(option->rect.left() + 2, middle - 2, option->rect.width() - 4, 4);
    roundedBox(painter, groove, s.line, s.line);
    if (option->upsideDown)
        groove.setLeft(handle.center().x());
    else
        groove.setRight(handle.center().x());
    const QColor colour = enabled ? s.accent : s.quiet;
    roundedBox(painter, groove, colour, colour);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(colour, 2));
    painter->setBrush(option->state & QStyle::State_HasFocus ? colour : s.panel);
    painter->drawEllipse(QPointF(handle.center().x(), middle), size / 2, size / 2);
    painter->restore();
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
    case PE_FrameLineEdit: return paintEdge(option, painter);
    case PE_IndicatorCheckBox: {
        const auto& s = surfaces();
        const bool on = option->state & State_On, enabled = option->state & State_Enabled;
        const QColor edge = !enabled ? s.line : on ? s.accent : s.quiet;
        const QRectF box = QRectF(option->rect).adjusted(1, 1, -1, -1);
        roundedBox(painter, box, on && enabled ? s.accent : s.panel, edge, smallRadius);
        if (!on) return;
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(QPen(enabled ? s.onAccent : s.quiet, 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        const auto at = [&](double x, double y) { return box.topLeft() + QPointF(x * box.width(), y * box.height()); };
        painter->drawPolyline(QPolygonF({at(0.25, 0.52), at(0.43, 0.70), at(0.76, 0.32)}));
        painter->restore();
        return;
    }
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
    if (slider && control == CC_ScrollBar) {
        const QRect handle = proxy()->subControlRect(control, option, SC_ScrollBarSlider, widget);
        const float strength = option->state & (State_MouseOver | State_Sunken) ? 0.6f : 0.3f;
        const QColor colour = blend(surfaces().window, surfaces().quiet, strength);
        return roundedBox(painter, QRectF(handle).adjusted(2, 2, -2, -2), colour, colour);
    }
    if (slider && control == CC_Slider && slider->orientation == Qt::Horizontal)
        return paintSlider(slider, QRectF(proxy()->subControlRect(control, option, SC_SliderHandle, widget)), painter);
    QProxyStyle::drawComplexControl(control, option, painter, widget);
    if (control == CC_SpinBox) paintEdge(option, painter);
}

QRect FlatStyle::subControlRect(ComplexControl control, const QStyleOptionComplex* option, SubControl part,
                                const QWidget* widget) const
{
    const auto* bar = qstyleoption_cast<const QStyleOptionSlider*>(option);
    if (!bar || control != CC_ScrollBar) return QProxyStyle::subControlRect(control, option, part, widget);
    // no arrows: the groove is the whole bar
    const bool flat = bar->orientation == Qt::Horizontal;
    const int room = flat ? bar->rect.width() : bar->rect.height();
    const qint64 range = qint64(bar->maximum) - bar->minimum + std::max(1, bar->pageStep);
    const int length = std::min(room, std::max(24, int(qint64(room) * bar->pageStep / range)));
    const int start =
        sliderPositionFromValue(bar->minimum, bar->maximum, bar->sliderPosition, room - length, bar->upsideDown);
    const auto stretch = [&](int from, int to) {
        const QRect rect =
            flat ? QRect(from, 0, to - from, bar->rect.height()) : QRect(0, from, bar->rect.width(), to - from);
        return visualRect(bar->direction, bar->rect, rect);
    };
    switch (part) {
    case SC_ScrollBarSlider: return stretch(start, start + length);
    case SC_ScrollBarGroove: return bar->rect;
    case SC_ScrollBarSubPage: return stretch(0, start);
    case SC_ScrollBarAddPage: return stretch(start + length, room);
    default: return {};
    }
}

int FlatStyle::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const
{
    if (metric == PM_IndicatorWidth || metric == PM_IndicatorHeight)
        return std::max(13, (option ? option->fontMetrics : QFontMetrics(QApplication::font())).height() * 7 / 10);
    if (metric == PM_ScrollBarExtent) return 12;
    return QProxyStyle::pixelMetric(metric, option, widget);
}

QSize FlatStyle::sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size,
                                  const QWidget* widget) const
{
    const QSize result = QProxyStyle::sizeFromContents(type, option, size, widget);
    return type == CT_PushButton ? QSize(std::max(result.width(), size.width() + 2 * buttonPadding), result.height())
                                 : result;
}

int FlatStyle::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                         QStyleHintReturn* data) const
{
    if (hint == SH_Slider_AbsoluteSetButtons) return Qt::LeftButton; // a click on the groove goes there
    return QProxyStyle::styleHint(hint, option, widget, data);
}

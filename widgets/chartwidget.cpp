// SPDX-License-Identifier: GPL-3.0-or-later
#include "chartwidget.h"

#include "theme.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QPainter>

namespace {
class AccessibleChart final : public QAccessibleWidget {
public:
    explicit AccessibleChart(ChartWidget* chart) : QAccessibleWidget(chart, QAccessible::Chart), m_chart(chart) {}
    QString text(QAccessible::Text kind) const override
    {
        return kind == QAccessible::Name ? m_chart->sentence() : QAccessibleWidget::text(kind);
    }

private:
    ChartWidget* m_chart;
};

QAccessibleInterface* makeInterface(const QString&, QObject* object)
{
    auto* chart = qobject_cast<ChartWidget*>(object);
    return chart ? new AccessibleChart(chart) : nullptr;
}
} // namespace

ChartWidget::ChartWidget(QWidget* parent) : QWidget(parent)
{
    QAccessible::installFactory(makeInterface); // a second time does nothing
    setFocusPolicy(Qt::StrongFocus);
    connect(Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void ChartWidget::paintEvent(QPaintEvent*)
{
    const auto& s = Theme::instance()->surfaces();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool focused = hasFocus();
    const double inset = focused ? 1 : 0.5;
    painter.setPen(QPen(focused ? s.accent : s.line, focused ? 2 : 1));
    painter.setBrush(s.panel);
    painter.drawRoundedRect(QRectF(rect()).adjusted(inset, inset, -inset, -inset), 4, 4);
}

void ChartWidget::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    update();
}

void ChartWidget::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    update();
}

ElidedLabel::ElidedLabel(const QString& text, QWidget* parent) : QWidget(parent), m_text(text)
{
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void ElidedLabel::setText(const QString& text)
{
    if (text == m_text) return;
    m_text = text;
    updateGeometry();
    update();
}

QSize ElidedLabel::sizeHint() const { return {fontMetrics().horizontalAdvance(m_text) + 2, fontMetrics().height()}; }

QSize ElidedLabel::minimumSizeHint() const
{
    return {std::min(sizeHint().width(), 3 * fontMetrics().averageCharWidth()), fontMetrics().height()};
}

void ElidedLabel::paintEvent(QPaintEvent*)
{
    const QString shown = fontMetrics().elidedText(m_text, Qt::ElideRight, width());
    setToolTip(shown == m_text ? QString() : m_text);
    QPainter painter(this);
    painter.setPen(palette().color(foregroundRole()));
    painter.drawText(rect(), Qt::AlignLeft | Qt::AlignVCenter, shown);
}

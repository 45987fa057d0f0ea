// SPDX-License-Identifier: GPL-3.0-or-later
#include "plotbar.h"

#include "chartwidget.h"
#include "curveplot.h"
#include "numbertext.h"
#include "series.h"
#include "theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QSlider>
#include <QToolButton>
#include <algorithm>
#include <array>
#include <cmath>

namespace {
constexpr std::array halfLives{0, 1, 2, 5, 10, 20, 30, 50, 100, 200, 500};
constexpr int gap = 8;
} // namespace

PlotBar::PlotBar(PlotGroup* group, QWidget* parent)
    : QWidget(parent),
      m_group(group),
      m_axis(new QComboBox),
      m_smoothing(new QSlider(Qt::Horizontal)),
      m_halfLife(new QLabel),
      m_cursor(new ElidedLabel),
      m_refusal(new ElidedLabel),
      m_rows(new QHBoxLayout(this)),
      m_first(new QHBoxLayout),
      m_second(new QHBoxLayout),
      m_log(new QCheckBox(tr("&Log y"))),
      m_logX(new QCheckBox(tr("Log x"))),
      m_follow(new QPushButton)
{
    using Axis = PlotGroup::Axis;
    for (const Axis axis : {Axis::Step, Axis::Epoch, Axis::Samples, Axis::Minutes})
        m_axis->addItem(axisWord(axis), int(axis));
    m_axis->setAccessibleName(tr("x axis of the charts"));
    m_smoothing->setRange(0, int(halfLives.size()) - 1);
    m_smoothing->setValue(
        int(std::find(halfLives.begin(), halfLives.end(), int(group->halfLife())) - halfLives.begin()));
    m_smoothing->setAccessibleName(tr("Half-life of the smoothing, in steps"));
    m_smoothing->setFixedWidth(fontMetrics().averageCharWidth() * 14);
    m_cursor->setForegroundRole(QPalette::PlaceholderText);
    m_refusal->setForegroundRole(QPalette::PlaceholderText);

    auto* smoothingLabel = new QLabel(tr("S&moothing"));
    smoothingLabel->setBuddy(m_smoothing);
    auto* axisLabel = new QLabel(tr("&x axis"));
    axisLabel->setBuddy(m_axis);
    m_rows->setContentsMargins(0, 0, 0, 0);
    for (auto* layout : {m_rows, m_first, m_second}) layout->setSpacing(gap);
    m_rows->addLayout(m_first);
    m_rows->addLayout(m_second, 1);
    m_first->addWidget(m_follow);
    m_first->addSpacing(gap);
    m_first->addWidget(axisLabel);
    m_first->addWidget(m_axis);
    m_first->addSpacing(gap);
    m_first->addWidget(m_log);
    m_first->addWidget(m_refusal);
    m_first->addWidget(m_logX);
    m_first->addWidget(makeOptions());
    m_first->addSpacing(gap);
    m_first->addStretch();
    m_second->addWidget(smoothingLabel);
    m_second->addWidget(m_smoothing);
    m_second->addWidget(m_halfLife);
    m_second->addSpacing(gap);
    m_second->addWidget(m_cursor, 1);

    connect(m_axis, &QComboBox::currentIndexChanged, this, [this] { Q_EMIT axisChanged(axis()); });
    connect(m_smoothing, &QSlider::valueChanged, this, [this](int i) { m_group->setHalfLife(halfLives[size_t(i)]); });
    connect(m_log, &QCheckBox::toggled, group, &PlotGroup::setLog);
    connect(m_logX, &QCheckBox::toggled, group, &PlotGroup::setLogX);
    connect(group, &PlotGroup::viewChanged, this, &PlotBar::showLogX);
    connect(m_follow, &QPushButton::clicked, this,
            [this] { m_group->isFollowing() ? m_group->hold() : m_group->follow(); });
    connect(group, &PlotGroup::followChanged, this, &PlotBar::showFollow);
    connect(group, &PlotGroup::cursorChanged, this, &PlotBar::showCursor);
    connect(group, &PlotGroup::smoothingChanged, this, &PlotBar::showHalfLife);
    connect(Theme::instance(), &Theme::changed, this, &PlotBar::showFollow);
    showFollow();
    showHalfLife();
    showLogX();
}

QSize PlotBar::minimumSizeHint() const
{
    return {std::max(m_first->minimumSize().width(), m_second->minimumSize().width()), m_rows->minimumSize().height()};
}

bool PlotBar::event(QEvent* event)
{
    if (event->type() != QEvent::Resize && event->type() != QEvent::LayoutRequest) return QWidget::event(event);
    const bool wide = width() >= m_first->sizeHint().width() + gap + m_second->minimumSize().width();
    m_rows->setDirection(wide ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    return QWidget::event(event);
}

QToolButton* PlotBar::makeOptions()
{
    auto* button = new QToolButton;
    button->setText(tr("Options"));
    button->setPopupMode(QToolButton::InstantPopup);
    button->setFocusPolicy(Qt::StrongFocus);
    auto* menu = new QMenu(button);
    auto* outliers = menu->addAction(tr("Show far &outliers"), m_group, &PlotGroup::setOutliers);
    outliers->setToolTip(tr("Else the loss is scaled to what lies near its middle, and a triangle counts the others."));
    outliers->setCheckable(true);
    auto* envelope = menu->addAction(tr("Raw values as a &band"), m_group, &PlotGroup::setEnvelope);
    envelope->setToolTip(tr("From the least to the greatest raw value, under the smoothed curve."));
    envelope->setCheckable(true);
    m_aboveMinimum = menu->addAction(tr("Loss above its &least possible value"), this, &PlotBar::aboveMinimumToggled);
    m_aboveMinimum->setToolTip(
        tr("What a perfect network would still have is taken away, so that y can be logarithmic."));
    m_aboveMinimum->setCheckable(true);
    m_aboveMinimum->setEnabled(false);
    menu->setToolTipsVisible(true);
    button->setMenu(menu);
    return button;
}

PlotGroup::Axis PlotBar::axis() const { return PlotGroup::Axis(m_axis->currentData().toInt()); }

void PlotBar::setMinimumKnown(bool known) { m_aboveMinimum->setEnabled(known); }

bool PlotBar::isAboveMinimum() const { return m_aboveMinimum->isEnabled() && m_aboveMinimum->isChecked(); }

void PlotBar::setLogRefusal(const QString& reason)
{
    m_log->setEnabled(reason.isEmpty());
    m_log->setToolTip(reason);
    m_refusal->setText(reason.isEmpty() ? QString() : tr("not with values ≤ 0"));
    m_refusal->setVisible(!reason.isEmpty());
}

void PlotBar::showHalfLife()
{
    const double steps = m_group->halfLife();
    m_halfLife->setText(steps > 0 ? tr("half-life %1").arg(QLocale().toString(int(steps))) : tr("off"));
    m_halfLife->setMinimumWidth(fontMetrics().horizontalAdvance(tr("half-life %1").arg(500)));
    m_smoothing->setToolTip(tr("The half-life in steps of a value's weight; the same as TensorBoard's smoothing %1.")
                                .arg(QLocale().toString(memory(steps), 'f', 3)));
}

void PlotBar::showLogX()
{
    m_logX->setEnabled(m_group->canLogX());
    m_logX->setToolTip(m_group->canLogX() ? QString() : tr("Only steps and samples can be logarithmic."));
}

void PlotBar::showFollow()
{
    const Theme* theme = Theme::instance();
    const bool following = m_group->isFollowing();
    const auto window = m_group->visible();
    m_follow->setText(following ? tr("Following")
                                : tr("Held at %1–%2").arg(shortNumber(window.from), shortNumber(window.to)));
    m_follow->setAccessibleName(following ? tr("Following: new steps come into view. Press to hold.")
                                          : tr("Held: new steps stay out of view. Press to follow."));
    m_follow->setToolTip(following ? tr("New steps come into view. Zooming, or a click here, holds the view.")
                                   : tr("The view stays where it is. A click shows the whole run and follows it."));
    m_follow->setIcon(following ? theme->icon(Theme::Glyph::Live, theme->surfaces().accent)
                                : theme->icon(Theme::Glyph::Held));
}

void PlotBar::showCursor()
{
    const double cursor = m_group->cursor(), pinned = m_group->pinned();
    const auto axis = m_group->axis();
    if (std::isnan(cursor))
        m_cursor->setText({});
    else if (std::isnan(pinned))
        m_cursor->setText(axisReading(axis, cursor));
    else
        m_cursor->setText(tr("%1, compared with %2").arg(axisReading(axis, cursor), axisReading(axis, pinned)));
}

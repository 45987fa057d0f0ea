// SPDX-License-Identifier: GPL-3.0-or-later
#include "recordedplayer.h"
#include "curveplot.h"
#include "embeddingview.h"
#include "labels.h"
#include "runcharts.h"
#include "theme.h"

#include <QHBoxLayout>
#include <QLocale>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>
#include <cmath>

namespace {
constexpr double playSeconds = 40; ///< however long the recorded run took
constexpr int sliderSteps = 1000;
} // namespace

RecordedPlayer::RecordedPlayer(const QString& runDir, QWidget* parent)
    : QWidget(parent),
      m_feed(runDir),
      m_loss(new CurvePlot(tr("Loss"), &m_group)),
      m_linear(new CurvePlot(tr("Linear probe"), &m_group)),
      m_embedding(new EmbeddingView),
      m_badge(new QLabel),
      m_step(quietLabel({})),
      m_play(new QToolButton),
      m_slider(new QSlider(Qt::Horizontal))
{
    m_linear->setSmoothing(false);
    m_linear->setShares(true);
    m_linear->setRobust(false);
    m_linear->setLeastSpan(0.1);
    m_badge->setTextFormat(Qt::PlainText);
    QFont bold = m_badge->font();
    bold.setBold(true);
    m_badge->setFont(bold);
    m_slider->setRange(0, sliderSteps);
    m_slider->setAccessibleName(tr("Place in the recording"));
    m_play->setAutoRaise(true);
    m_play->setFocusPolicy(Qt::StrongFocus);
    m_step->setWordWrap(false);
    m_step->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_step->setMinimumWidth(m_step->fontMetrics().horizontalAdvance(tr("step %1 of %2").arg(99999).arg(99999)));

    auto* head = new QHBoxLayout;
    head->setSpacing(12);
    head->addWidget(sectionLabel(tr("Watch it learn")));
    head->addWidget(m_badge);
    QLabel* caption = quietLabel(tr("Every dot is a patch of land; its colour is what the network was never told."));
    caption->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    head->addWidget(caption, 1);
    auto* charts = new QHBoxLayout;
    charts->setSpacing(12);
    charts->addWidget(m_loss, 3);
    charts->addWidget(m_linear, 3);
    charts->addWidget(m_embedding, 3);
    for (QWidget* chart :
         {static_cast<QWidget*>(m_loss), static_cast<QWidget*>(m_linear), static_cast<QWidget*>(m_embedding)})
        chart->setFixedHeight(fontMetrics().height() * 15); // the labs stay in sight beneath
    for (const CurvePlot* plot : {m_loss, m_linear})
        for (QWidget* part : plot->findChildren<QWidget*>()) part->installEventFilter(this);
    auto* transport = new QHBoxLayout;
    transport->setSpacing(8);
    transport->addWidget(m_play);
    transport->addWidget(m_slider, 1);
    transport->addWidget(m_step);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addLayout(head);
    column->addLayout(charts, 1);
    column->addLayout(transport);

    connect(&m_feed, &RunFeed::changed, this, &RecordedPlayer::refresh);
    connect(&m_feed, &RunFeed::stateChanged, this, &RecordedPlayer::refreshControls);
    connect(Theme::instance(), &Theme::changed, this, &RecordedPlayer::refreshControls);
    connect(m_play, &QToolButton::clicked, this, [this] { m_feed.setPlaying(!m_feed.isPlaying()); });
    connect(m_slider, &QSlider::valueChanged, this, [this](int value) {
        m_feed.setPlaying(false);
        m_feed.seek(double(value) / sliderSteps);
    });
}

void RecordedPlayer::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (!m_begun) {
        m_begun = true;
        m_feed.replay(1); // to know how long it took
        m_feed.setSpeed(std::max(1.0, m_feed.duration() / playSeconds));
        m_badge->setText(m_feed.speed() < 1.05
                             ? tr("RECORDED")
                             : tr("RECORDED, %1 times as fast").arg(QLocale().toString(m_feed.speed(), 'f', 1)));
    } else if (m_hidden) {
        m_feed.setPlaying(true);
    }
    m_hidden = false;
    refresh();
}

void RecordedPlayer::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    m_hidden = m_feed.isPlaying();
    if (m_hidden) m_feed.setPlaying(false); // nobody watches
}

/// Curves that play are looked at: the wheel scrolls the page, and no button zooms.
bool RecordedPlayer::eventFilter(QObject*, QEvent* event)
{
    const bool wheel = event->type() == QEvent::Wheel;
    if (wheel) event->ignore();
    return wheel || event->type() == QEvent::MouseButtonPress || event->type() == QEvent::MouseButtonDblClick;
}

void RecordedPlayer::refresh()
{
    const RunLog& log = m_feed.log();
    constexpr auto axis = PlotGroup::Axis::Step;
    const int series = Theme::seriesIndex(m_feed.directory());
    m_group.setGrid(axis, gridOf(log, axis), epochsOf(log, axis));
    m_loss->setCurves({lossCurve(log, m_group.grid(), tr("loss"), series)});
    m_linear->setCurves({probeCurve(log, axis, QStringLiteral("linear"), tr("this run"), series)});
    m_linear->setBaselines(baselinesOf(log, QStringLiteral("linear")));
    m_embedding->setPatches(log.patches());
    m_embedding->setLayout(log.layouts().isEmpty() ? Layout() : log.layouts().last());
    const QSignalBlocker blocker(m_slider);
    m_slider->setValue(int(std::lround(m_feed.position() * sliderSteps)));
    m_step->setText(
        tr("step %1 of %2").arg(QLocale().toString(log.lastStep()), QLocale().toString(log.plannedSteps())));
}

void RecordedPlayer::refreshControls()
{
    const bool playing = m_feed.isPlaying();
    const QString text = playing ? tr("Pause the recording") : tr("Play the recording");
    m_play->setIcon(Theme::instance()->icon(playing ? Theme::Glyph::Pause : Theme::Glyph::Play));
    m_play->setToolTip(text);
    m_play->setAccessibleName(text);
}

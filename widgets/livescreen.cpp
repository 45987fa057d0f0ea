// SPDX-License-Identifier: GPL-3.0-or-later
#include "livescreen.h"

#include "curveplot.h"
#include "embeddingpanel.h"
#include "factormeter.h"
#include "gauge.h"
#include "noticecard.h"
#include "plotbar.h"
#include "previewpanel.h"
#include "runcharts.h"
#include "runheader.h"
#include "theme.h"

#include <QFileInfo>
#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QStackedLayout>
#include <QStackedWidget>
#include <QTabBar>
#include <QTimer>
#include <algorithm>
#include <cmath>

namespace {
constexpr int gap = 8, edge = 12, lowLines = 27, lastRowStretch = 3, clockMs = 10'000;
constexpr double leastAccuracySpan = 0.1, sameShare = 0.01;

bool measures(const RunLog& log, const QString& metric)
{
    return std::any_of(log.probes().begin(), log.probes().end(),
                       [&](const ProbePoint& probe) { return probe.metrics.contains(metric); });
}

/// One chart names them; on the others the cursor does.
QVector<EventMark> quieted(QVector<EventMark> marks)
{
    for (EventMark& mark : marks) mark.quiet = true;
    return marks;
}
} // namespace

LiveScreen::LiveScreen(QWidget* parent)
    : QWidget(parent),
      m_pages(new QStackedLayout(this)),
      m_charts(new QGridLayout),
      m_train(new QPushButton(tr("&Train the example"))),
      m_header(new RunHeader),
      m_notice(new NoticeCard),
      m_bar(new PlotBar(&m_group)),
      m_loss(new CurvePlot(tr("Loss"), &m_group)),
      m_linear(new CurvePlot(tr("Linear probe"), &m_group)),
      m_knn(new CurvePlot(tr("kNN"), &m_group)),
      m_rate(new CurvePlot(tr("Learning rate"), &m_group)),
      m_gauge(new Gauge),
      m_embedding(new EmbeddingPanel),
      m_preview(new PreviewPanel),
      m_factors(new FactorMeter),
      m_tabs(new QTabBar)
{
    for (auto* plot : {m_linear, m_knn}) {
        plot->setSmoothing(false);
        plot->setRobust(false);
        plot->setShares(true);
        plot->setLeastSpan(leastAccuracySpan);
    }
    m_rate->setSmoothing(false);
    m_rate->setRobust(false);
    m_linear->setToolTip(
        tr("Accuracy, on held-out patches, of a linear classifier trained on the frozen features. Grey: the same of "
           "chance, of each patch's mean and deviation per band, and of the untrained encoder."));
    m_knn->setToolTip(
        tr("Accuracy, on held-out patches, of a vote among the 20 nearest neighbours. Grey: the same of chance, of "
           "each patch's mean and deviation per band, and of the untrained encoder."));
    m_pages->addWidget(makeEmpty());
    m_pages->addWidget(makeContent());
    setFocusProxy(m_train);

    connect(m_bar, &PlotBar::axisChanged, this, &LiveScreen::refreshCharts);
    connect(m_bar, &PlotBar::aboveMinimumToggled, this, &LiveScreen::refreshCharts);
    connect(m_header, &RunHeader::requested, this, &LiveScreen::request);
    connect(m_header, &RunHeader::resumeRequested, this, [this] { Q_EMIT resumeRequested(m_feed->directory()); });
    connect(m_header, &RunHeader::duplicateRequested, this, [this] { Q_EMIT duplicateRequested(m_feed->directory()); });
    connect(m_notice, &NoticeCard::fixRequested, this, [this](const QString& key, const QJsonValue& value) {
        Q_EMIT fixRequested(m_feed->directory(), key, value);
    });
    connect(m_notice, &NoticeCard::dismissed, this, &LiveScreen::fitRows);
    const auto moveCursor = [this](qint64 step) {
        const QScopedValueRollback chosen(m_layoutChosen, true);
        if (m_feed) m_group.setCursor(placeOf(m_feed->log(), m_group.axis(), step));
    };
    connect(m_embedding, &EmbeddingPanel::stepChosen, this, moveCursor);
    connect(m_embedding, &EmbeddingPanel::stepChosen, m_preview, &PreviewPanel::showStep);
    connect(m_embedding, &EmbeddingPanel::stepChosen, m_factors, &FactorMeter::showStep);
    connect(m_preview, &PreviewPanel::stepChosen, this, moveCursor);
    connect(m_preview, &PreviewPanel::stepChosen, m_embedding, &EmbeddingPanel::showStep);
    connect(&m_group, &PlotGroup::cursorChanged, this, &LiveScreen::showLayoutAtCursor);
    connect(&m_group, &PlotGroup::followChanged, this, [this] {
        if (m_group.isFollowing() && std::exchange(m_layoutAtCursor, false))
            showPicturesOf(std::numeric_limits<qint64>::max());
    });
    connect(Theme::instance(), &Theme::changed, this, &LiveScreen::refresh);
    auto* clock = new QTimer(this);
    connect(clock, &QTimer::timeout, this, [this] {
        if (m_feed && m_feed->state() == RunState::ConnectionLost) refresh(); // how long ago it was heard
    });
    clock->start(clockMs);
}

QWidget* LiveScreen::makeEmpty()
{
    auto* page = new QWidget;
    auto* sentence =
        new QLabel(tr("No run yet. Train the first lab's example to see its curves and its map grow here."));
    sentence->setWordWrap(true);
    sentence->setAlignment(Qt::AlignCenter);
    m_train->setProperty("primary", true);
    connect(m_train, &QPushButton::clicked, this, &LiveScreen::trainRequested);
    auto* layout = new QVBoxLayout(page);
    layout->addStretch(2);
    layout->addWidget(sentence);
    layout->addSpacing(edge);
    layout->addWidget(m_train, 0, Qt::AlignHCenter);
    layout->addStretch(3);
    return page;
}

QWidget* LiveScreen::makeContent()
{
    auto* page = new QWidget;
    m_charts->setSpacing(gap);
    m_charts->addWidget(m_loss, 0, 0, 1, 2);
    m_charts->addWidget(m_linear, 1, 0);
    m_charts->addWidget(m_knn, 1, 1);
    m_charts->addWidget(m_rate, 2, 0);
    m_charts->addWidget(m_gauge, 2, 1);
    m_charts->setRowStretch(0, 4);
    m_charts->setRowStretch(1, 4);
    m_charts->setRowStretch(2, lastRowStretch);
    m_charts->setColumnStretch(0, 1);
    m_charts->setColumnStretch(1, 1);
    auto* views = new QHBoxLayout;
    views->setSpacing(edge);
    views->addLayout(m_charts, 11);
    views->addWidget(makeTabs(), 10);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(edge, gap, edge, gap);
    layout->setSpacing(gap);
    layout->addWidget(m_header);
    layout->addWidget(m_notice);
    layout->addWidget(m_bar);
    layout->addLayout(views, 1);
    return page;
}

QWidget* LiveScreen::makeTabs()
{
    auto* side = new QWidget;
    auto* pages = new QStackedWidget;
    pages->addWidget(m_embedding);
    pages->addWidget(m_preview);
    pages->addWidget(m_factors);
    m_tabs->addTab(tr("Embedding"));
    m_tabs->addTab(tr("What it sees and paints"));
    m_tabs->addTab(tr("What it still knows"));
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->setElideMode(Qt::ElideRight); // at a large type the embedding beside decides the width, not these names
    m_tabs->setAccessibleName(tr("Pictures of the run"));
    m_tabs->hide();
    connect(m_tabs, &QTabBar::currentChanged, pages, &QStackedWidget::setCurrentIndex);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(m_tabs);
    column->addWidget(pages, 1);
    return side;
}

void LiveScreen::setRun(RunFeed* feed, const QString& name)
{
    if (m_feed) disconnect(m_feed, nullptr, this, nullptr);
    m_feed = feed;
    m_name = name;
    m_notice->clear();
    m_embedding->clear();
    m_preview->clear();
    m_factors->showStep(std::numeric_limits<qint64>::max());
    m_group.clearCursors();
    m_group.clearMarks();
    m_group.follow();
    showPage();
    if (!feed) return;
    connect(feed, &RunFeed::changed, this, &LiveScreen::refresh);
    connect(feed, &RunFeed::stateChanged, this, &LiveScreen::refresh);
    connect(feed, &QObject::destroyed, this, &LiveScreen::showPage);
    refresh();
}

void LiveScreen::setName(const QString& name)
{
    if (name == m_name) return;
    m_name = name;
    refresh();
}

void LiveScreen::setCatalog(std::shared_ptr<const Catalog> catalog)
{
    m_notice->setCatalog(std::move(catalog));
    refresh();
}

void LiveScreen::setSelection(PatchSelection* selection) { m_embedding->setSelection(selection); }

void LiveScreen::showPage()
{
    m_pages->setCurrentIndex(m_feed ? 1 : 0);
    setFocusProxy(m_feed ? static_cast<QWidget*>(m_loss) : m_train); // from a chart the space bar comes here
}

void LiveScreen::request(const QString& what)
{
    if (!m_feed) return;
    if (m_feed->isReplay())
        m_feed->setPlaying(what == "resume");
    else if (m_feed->request(what).isEmpty())
        Q_EMIT failed(m_feed->error());
}

void LiveScreen::refresh()
{
    m_dirty = !isVisible();
    if (!m_feed || m_dirty) return;
    m_header->refresh(*m_feed, m_name);
    m_notice->refresh(*m_feed);
    fitRows();
    refreshCharts();
    const RunLog& log = m_feed->log();
    m_gauge->setProbe(log.probes().isEmpty() ? ProbePoint() : log.probes().last());
    showTabs(log);
    m_factors->refresh(log);
    m_preview->refresh(log, m_feed->directory());
    m_embedding->refresh(log, [feed = m_feed](int patch) { return feed ? feed->thumbnail(patch) : QImage(); });
}

/// Those that the run has something for; an embedding alone needs none.
void LiveScreen::showTabs(const RunLog& log)
{
    const bool paints = !log.previews().isEmpty(), knows = FactorMeter::hasFactors(log);
    if (!(m_tabs->currentIndex() == 1 ? paints : knows)) m_tabs->setCurrentIndex(0);
    m_tabs->setTabVisible(1, paints);
    m_tabs->setTabVisible(2, knows);
    m_tabs->setVisible(paints || knows);
    m_embedding->setHeaded(!paints && !knows);
}

void LiveScreen::showReconstructions()
{
    if (m_tabs->isVisible()) m_tabs->setCurrentIndex(1);
}

/// A card about what went wrong needs room; in a low window the last row of charts gives it.
void LiveScreen::fitRows()
{
    const bool low = height() < lowLines * fontMetrics().height();
    m_notice->setCompact(low);
    const bool all = !low || m_notice->isHidden();
    m_rate->setVisible(all);
    m_gauge->setVisible(all);
    m_charts->setRowStretch(2, all ? lastRowStretch : 0);
}

void LiveScreen::showLoss(const RunLog& log, const QVector<double>& grid, int series)
{
    const bool above = m_bar->isAboveMinimum();
    const double zero = above ? log.minimumLoss() : 0;
    const QString title = log.lossTitle().isEmpty() ? tr("Loss") : tr("Loss, %1", "objective").arg(log.lossTitle());
    Curve curve = lossCurve(log, grid, m_name, series);
    for (double& value : curve.y) value -= zero;
    QVector<Baseline> bounds;
    const double chance = log.chanceLoss(), collapsed = log.collapsedLoss();
    const bool both = std::abs(collapsed - chance) <= sameShare * std::max(std::abs(chance), std::abs(collapsed));
    if (!std::isnan(chance)) bounds << Baseline{both ? tr("chance and collapsed") : tr("chance"), chance - zero};
    if (!std::isnan(collapsed) && !both) bounds << Baseline{tr("collapsed"), collapsed - zero, true};
    if (!std::isnan(log.minimumLoss())) bounds << Baseline{tr("least possible"), log.minimumLoss() - zero};
    m_loss->setTitle(above ? tr("%1, above its least", "loss").arg(title) : title);
    m_loss->setCurves({curve});
    m_loss->setBaselines(bounds);
    const QString refusal = m_loss->logRefusal();
    const bool offer = !refusal.isEmpty() && !above && !std::isnan(log.minimumLoss());
    m_bar->setLogRefusal(offer ? tr("%1. Options can show the loss above its least possible value.").arg(refusal)
                               : refusal);
}

void LiveScreen::refreshCharts()
{
    if (!m_feed) return;
    const RunLog& log = m_feed->log();
    const auto axis = m_bar->axis();
    const QVector<double> grid = gridOf(log, axis);
    const int series = Theme::seriesIndex(QFileInfo(m_feed->directory()).fileName());

    m_bar->setMinimumKnown(!std::isnan(log.minimumLoss()));
    showLoss(log, grid, series);
    const QVector<EventMark> marks = marksOf(log, axis);
    m_loss->setMarks(marks);
    for (auto* plot : {m_linear, m_knn, m_rate}) plot->setMarks(quieted(marks));
    m_rate->setCurves({rateCurve(log, grid, m_name, series)});

    const bool labelled = measures(log, "linear") || measures(log, "knn") || log.probes().isEmpty();
    const QString first = labelled ? QStringLiteral("linear") : QStringLiteral("retrieval");
    m_linear->setTitle(labelled ? tr("Linear probe") : tr("Retrieval of the other view"));
    m_linear->setCurves({probeCurve(log, axis, first, m_name, series)});
    m_linear->setBaselines(baselinesOf(log, first));
    m_knn->setVisible(labelled);
    m_knn->setCurves({probeCurve(log, axis, "knn", m_name, series)});
    m_knn->setBaselines(baselinesOf(log, "knn"));
    m_group.setGrid(axis, grid, epochsOf(log, axis)); // last: it redraws them all
}

/// The newest layout at or before the cursor; while the charts follow, the newest of all stays.
void LiveScreen::showLayoutAtCursor()
{
    if (!m_feed || m_layoutChosen || m_group.isFollowing() || std::isnan(m_group.cursor())) return;
    const RunLog& log = m_feed->log();
    qint64 step = 0;
    for (const Layout& layout : log.layouts())
        if (placeOf(log, m_group.axis(), layout.step) <= m_group.cursor()) step = layout.step;
    m_layoutAtCursor = true;
    showPicturesOf(step);
}

void LiveScreen::showPicturesOf(qint64 step)
{
    m_embedding->showStep(step);
    m_preview->showStep(step);
    m_factors->showStep(step);
}

void LiveScreen::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_dirty) refresh();
}

void LiveScreen::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    fitRows();
}

void LiveScreen::keyPressEvent(QKeyEvent* event)
{
    const bool paused = m_feed && m_feed->state() == RunState::Paused;
    const bool running = m_feed && (m_feed->state() == RunState::Running || m_feed->state() == RunState::Evaluating);
    if (event->key() != Qt::Key_Space || (!paused && !running)) return QWidget::keyPressEvent(event);
    request(paused ? QStringLiteral("resume") : QStringLiteral("pause"));
}

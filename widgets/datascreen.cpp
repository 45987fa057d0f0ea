// SPDX-License-Identifier: GPL-3.0-or-later
#include "datascreen.h"

#include "batchbar.h"
#include "chartwidget.h"
#include "datehistogram.h"
#include "labels.h"
#include "numbertext.h"
#include "patchfilter.h"
#include "patchmap.h"
#include "patchselection.h"
#include "problemlist.h"
#include "spectrumplot.h"
#include "target.h"
#include "tilegrid.h"
#include "tilelens.h"

#include <QComboBox>
#include <QJsonArray>
#include <QLocale>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>

namespace {
constexpr int tilePx = 96, spectrumMs = 150, mostOfSpectrum = 200;

QComboBox* chooser(const QString& name, int characters)
{
    auto* combo = new QComboBox;
    combo->setAccessibleName(name);
    combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    combo->setMinimumContentsLength(characters);
    return combo;
}
} // namespace

DataScreen::DataScreen(Target* target, PatchSelection* selection, QWidget* parent)
    : QWidget(parent),
      m_target(target),
      m_selection(selection),
      m_feed(new PatchFeed(target, this)),
      m_tiles(new TileStore(target, tilePx, this)),
      m_pages(new QStackedWidget),
      m_dates(new DateHistogram),
      m_filter(new PatchFilter(m_dates, selection)),
      m_map(new PatchMap(selection)),
      m_grid(new TileGrid(m_tiles, selection)),
      m_spectrum(new SpectrumPlot),
      m_batch(new BatchBar(target)),
      m_problems(new ProblemList),
      m_lens(new TileLens(target, this))
{
    auto* page = new QWidget;
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(12, 8, 12, 8);
    column->setSpacing(8);
    column->addWidget(makeHeader());
    column->addWidget(m_filter);
    auto* sides = new QSplitter;
    sides->setObjectName(QStringLiteral("dataSplitter"));
    sides->setChildrenCollapsible(false);
    sides->setHandleWidth(8);
    sides->addWidget(makeMapSide());
    sides->addWidget(makeTileSide());
    sides->setStretchFactor(0, 9);
    sides->setStretchFactor(1, 11);
    column->addWidget(sides, 1);
    column->addWidget(m_problems);
    m_pages->addWidget(makeWaiting());
    m_pages->addWidget(page);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_pages);
    setFocusProxy(m_grid);
    wire();
    showTable();
}

QWidget* DataScreen::makeWaiting()
{
    auto* waiting = new QWidget;
    auto* centre = new QVBoxLayout(waiting);
    centre->setContentsMargins(24, 24, 24, 24);
    m_waiting = bodyLabel({});
    m_waiting->setAlignment(Qt::AlignCenter);
    m_retry = new QPushButton(tr("Try again"));
    centre->addStretch(1);
    centre->addWidget(m_waiting);
    centre->addWidget(m_retry, 0, Qt::AlignCenter);
    centre->addStretch(2);
    return waiting;
}

QWidget* DataScreen::makeHeader()
{
    auto* header = new QWidget;
    auto* row = new QHBoxLayout(header);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    m_name = sectionLabel({});
    m_about = new ElidedLabel;
    m_about->setForegroundRole(QPalette::PlaceholderText);
    m_composite = chooser(tr("Bands as red, green and blue"), 26);
    m_composite->setToolTip(tr("Bands as red, green and blue (B in the tiles)"));
    m_stretch = chooser(tr("Stretch"), 12);
    m_stretch->addItem(tr("Stretch 2–98 %"), QStringLiteral("data"));
    m_stretch->addItem(tr("Least to greatest"), QStringLiteral("full"));
    m_stretch->addItem(tr("Each tile 2–98 %"), QStringLiteral("tile"));
    m_stretch->setToolTip(tr("Which values are black and white: by all tiles, from the least to the greatest, or by "
                             "each tile on its own"));
    row->addWidget(m_name);
    row->addWidget(m_about, 1);
    row->addWidget(m_composite);
    row->addWidget(m_stretch);
    return header;
}

QWidget* DataScreen::makeMapSide()
{
    auto* side = new QWidget;
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(m_map, 1);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    m_seasons = new QPushButton(tr("Seasons"));
    m_seasons->setCheckable(true);
    m_seasons->setToolTip(tr("Months of all years together"));
    row->addWidget(m_dates, 1);
    row->addWidget(m_seasons, 0, Qt::AlignTop);
    column->addLayout(row);
    column->addWidget(m_batch);
    return side;
}

QWidget* DataScreen::makeTileSide()
{
    auto* side = new QWidget;
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(m_grid, 1);
    m_chosen = quietLabel({});
    m_chosen->setWordWrap(false);
    m_chosen->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    column->addWidget(m_chosen);
    column->addWidget(m_spectrum);
    return side;
}

void DataScreen::wire()
{
    m_spectrumSoon.setSingleShot(true);
    m_spectrumSoon.setInterval(spectrumMs);
    connect(&m_spectrumSoon, &QTimer::timeout, this, &DataScreen::askSpectrum);
    connect(m_feed, &PatchFeed::tableChanged, this, &DataScreen::showTable);
    connect(m_feed, &PatchFeed::pixelsChanged, this, &DataScreen::showProblems);
    connect(m_retry, &QPushButton::clicked, this, [this] {
        if (m_target->state() == Target::State::Failed) m_target->start();
        m_feed->retry();
    });
    connect(m_filter, &PatchFilter::changed, this, &DataScreen::showShown);
    connect(m_filter, &PatchFilter::clearAsked, this, [this] {
        m_dates->lift();
        m_filter->clear();
    });
    connect(m_seasons, &QPushButton::toggled, m_dates, &DateHistogram::setSeasons);
    connect(m_selection, &PatchSelection::changed, this, &DataScreen::showSelection);
    connect(m_composite, &QComboBox::currentIndexChanged, this, &DataScreen::chooseComposite);
    connect(m_stretch, &QComboBox::currentIndexChanged, this, &DataScreen::chooseComposite);
    connect(m_grid, &TileGrid::bandsAsked, this, &DataScreen::stepComposite);
    connect(m_grid, &TileGrid::openAsked, this, &DataScreen::open);
    connect(m_grid, &TileGrid::currentChanged, m_map, &PatchMap::setCurrent);
    connect(m_map, &PatchMap::hovered, this, [this](int patch) {
        m_map->setCurrent(patch >= 0 ? patch : m_grid->current());
        if (patch >= 0) m_grid->setCurrent(patch);
    });
    connect(m_lens, &TileLens::bandsAsked, this, [this](int by) {
        stepComposite(by);
        open(m_lens->patch());
    });
    connect(m_lens, &TileLens::stepAsked, this, [this](int by) {
        const auto at = m_grid->shown().indexOf(m_lens->patch()) + by;
        if (at < 0 || at >= m_grid->shown().size()) return;
        m_grid->setCurrent(m_grid->shown()[at]);
        open(m_grid->shown()[at]);
    });
    connect(m_batch, &BatchBar::drawn, this, &DataScreen::showBatch);
    connect(m_batch, &BatchBar::samplerAsked, this,
            [this](const QString& name) { Q_EMIT settingAsked(QStringLiteral("sampler"), name); });
    connect(m_problems, &ProblemList::settingAsked, this, &DataScreen::settingAsked);
    connect(m_problems, &ProblemList::showAsked, m_filter, &PatchFilter::showProblem);
}

void DataScreen::setCatalog(std::shared_ptr<const Catalog> catalog) { m_batch->setCatalog(*catalog); }

void DataScreen::setConfig(const QJsonObject& config)
{
    m_config = config;
    m_feed->setConfig(config);
    m_batch->setConfig(config);
}

void DataScreen::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_feed->setAwake(true);
    m_batch->setAwake(true);
}

void DataScreen::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    m_feed->setAwake(false);
    m_batch->setAwake(false);
}

void DataScreen::showTable()
{
    const PatchTable& data = table();
    m_pages->setCurrentIndex(data.set.count > 0);
    m_waiting->setText(m_feed->error().isEmpty() ? tr("Opening the data set of the experiment…") : m_feed->error());
    m_retry->setVisible(!m_feed->error().isEmpty());
    m_lens->close();
    m_name->setText(data.name);
    QStringList parts{tr("%n tile(s)", nullptr, data.set.count), tr("%n band(s)", nullptr, int(data.bands.size()))};
    QStringList layers;
    for (const DataLayer& layer : data.layers) layers << layer.name;
    if (!layers.isEmpty()) parts.insert(1, layers.join(QStringLiteral(", ")));
    parts << (std::isfinite(data.gsdM) ? tr("%1 px of %2 m").arg(data.sizePx).arg(shortNumber(data.gsdM))
                                       : tr("%1 px").arg(data.sizePx));
    parts << data.attribution;
    m_about->setText(parts.join(QStringLiteral(" · ")));
    m_tiles->setConfig(m_feed->config());
    m_dates->setTable(&data);
    m_dates->setVisible(data.isDated());
    m_seasons->setVisible(data.isDated());
    m_spectrum->setTable(&data);
    m_filter->setTable(&data);
    m_map->setTable(&data);
    m_grid->setTable(&data);
    showComposites();
    showProblems();
    showShown();
    showSelection();
}

void DataScreen::showComposites()
{
    const QSignalBlocker quiet(m_composite);
    m_composite->clear();
    const PatchTable& data = table();
    for (const DataComposite& composite : data.composites) {
        const QString bands = data.channelNames(composite.channels);
        m_composite->addItem(composite.name.isEmpty() ? bands
                                                      : tr("%1: %2", "composite: bands").arg(composite.name, bands));
    }
    m_composite->setVisible(data.composites.size() > 1);
    m_stretch->setItemText(0, data.set.stretch == "as stored" ? tr("As stored") : tr("Stretch 2–98 %"));
    chooseComposite();
}

void DataScreen::chooseComposite()
{
    const int at = m_composite->currentIndex();
    TileLook look{{}, m_stretch->currentData().toString()};
    if (at >= 0 && at < table().composites.size()) {
        look.channels = table().composites[at].channels;
        m_spectrum->setLayer(table().bands[look.channels.first()].layer);
    }
    m_tiles->setLook(look);
}

void DataScreen::stepComposite(int by)
{
    const int count = m_composite->count();
    if (count > 1) m_composite->setCurrentIndex((m_composite->currentIndex() + by + count) % count);
}

QString DataScreen::bandsShown() const
{
    const QString bands = m_composite->count() > 0 ? m_composite->currentText() : table().set.stretch;
    return tr("%1; %2", "bands; stretch").arg(bands, m_stretch->currentText());
}

void DataScreen::showProblems()
{
    const PatchTable& data = table();
    const QVector<PatchProblem> problems = problemsOf(data);
    const bool wasFiltered = m_filter->isFiltering();
    m_filter->setProblems(problems);
    m_problems->refresh(data, problems, m_config["training"].toObject(), data.hash.size());
    if (wasFiltered) showShown();
}

void DataScreen::showShown()
{
    const QVector<int> shown = m_filter->patches();
    m_grid->setShown(shown);
    m_map->setShown(shown);
    m_filter->tell(shown.size());
}

void DataScreen::showSelection()
{
    const PatchTable& data = table();
    QVector<int> chosen;
    if (!m_selection->isEmpty())
        for (int i = 0; i < data.set.count; ++i)
            if (m_selection->contains(data.set.ids[i])) chosen << i;
    m_dates->setSelected(chosen);
    const double percent = 100.0 * double(chosen.size()) / std::max(1, data.set.count);
    m_chosen->setText(chosen.isEmpty() ? tr("Nothing selected")
                                       : tr("%1 selected (%2 %)")
                                             .arg(QLocale().toString(chosen.size()),
                                                  QLocale().toString(percent, 'f', percent < 1 ? 1 : 0)));
    m_spectrumSoon.start();
}

/// Of many a part, evenly: a mean needs no more.
void DataScreen::askSpectrum()
{
    const PatchTable& data = table();
    QVector<int> chosen;
    for (int i = 0; i < data.set.count; ++i)
        if (m_selection->contains(data.set.ids[i])) chosen << i;
    if (chosen.isEmpty()) return m_spectrum->setSpectrum({}, 0);
    QJsonArray indices;
    const qsizetype count = std::min<qsizetype>(chosen.size(), mostOfSpectrum);
    for (qsizetype k = 0; k < count; ++k) indices << chosen[k * chosen.size() / count];
    m_target->ask(QStringLiteral("spectrum"), {{"config", m_feed->config()}, {"indices", indices}}, this,
                  [this, selected = int(chosen.size())](const Target::Reply& reply) {
                      if (reply.ok) m_spectrum->setSpectrum(reply.answer, selected);
                  });
}

void DataScreen::showBatch(const QVector<QStringList>& views)
{
    QHash<QString, int> places;
    const PatchTable& data = table();
    for (int i = 0; i < data.set.count; ++i) places[data.set.ids[i]] = i;
    QVector<QVector<int>> batch;
    for (const QStringList& view : views) {
        batch << QVector<int>();
        for (const QString& id : view) batch.last() << places.value(id, -1);
    }
    m_map->setBatch(batch);
}

void DataScreen::open(int patch) { m_lens->show(table(), patch, m_feed->config(), m_tiles->look(), bandsShown()); }

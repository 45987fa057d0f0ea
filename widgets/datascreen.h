// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "patchfeed.h"
#include "tilestore.h"

#include <QPointer>
#include <QTimer>
#include <QWidget>

class BatchBar;
class Catalog;
class DateHistogram;
class ElidedLabel;
class PatchFilter;
class PatchMap;
class PatchSelection;
class ProblemList;
class QComboBox;
class QLabel;
class QPushButton;
class QStackedWidget;
class SpectrumPlot;
class TileGrid;
class TileLens;

/// The data set of the experiment: where its tiles are, of what days, what they look like, what is wrong with some, and
/// which of them a batch takes. Wires its parts together; what it changes it asks of the experiment.
class DataScreen : public QWidget {
    Q_OBJECT
public:
    DataScreen(Target* target, PatchSelection* selection, QWidget* parent = nullptr);
    void setCatalog(std::shared_ptr<const Catalog> catalog);
    /// The experiment's run.json.
    void setConfig(const QJsonObject& config);

    const PatchTable& table() const { return m_feed->table(); }
    PatchFeed* feed() const { return m_feed; }
    PatchMap* map() const { return m_map; }
    TileGrid* grid() const { return m_grid; }
    DateHistogram* dates() const { return m_dates; }
    SpectrumPlot* spectrum() const { return m_spectrum; }
    PatchFilter* filter() const { return m_filter; }
    BatchBar* batch() const { return m_batch; }
    TileLens* lens() const { return m_lens; }

Q_SIGNALS:
    /// A key of run.json is to be changed.
    void settingAsked(const QString& key, const QJsonValue& value);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    QWidget* makeWaiting();
    QWidget* makeHeader();
    QWidget* makeMapSide();
    QWidget* makeTileSide();
    void wire();
    void showTable();
    void showProblems();
    void showShown();
    void showSelection();
    void showComposites();
    void chooseComposite();
    void stepComposite(int by);
    void showBatch(const QVector<QStringList>& views);
    void askSpectrum();
    void open(int patch);
    QString bandsShown() const;

    Target* m_target;
    PatchSelection* m_selection;
    PatchFeed* m_feed;
    TileStore* m_tiles;
    QJsonObject m_config;
    QStackedWidget* m_pages;
    QLabel *m_waiting, *m_name, *m_chosen;
    ElidedLabel* m_about;
    QPushButton *m_retry, *m_seasons;
    QComboBox *m_composite, *m_stretch;
    DateHistogram* m_dates;
    PatchFilter* m_filter;
    PatchMap* m_map;
    TileGrid* m_grid;
    SpectrumPlot* m_spectrum;
    BatchBar* m_batch;
    ProblemList* m_problems;
    TileLens* m_lens;
    QTimer m_spectrumSoon;
};

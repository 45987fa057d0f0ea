// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "plotgroup.h"
#include "runfeed.h"

#include <QPointer>
#include <QWidget>
#include <memory>

class Catalog;
class CurvePlot;
class EmbeddingPanel;
class FactorMeter;
class Gauge;
class NoticeCard;
class PatchSelection;
class PlotBar;
class PreviewPanel;
class QGridLayout;
class QPushButton;
class QStackedLayout;
class QTabBar;
class RunHeader;

/// One run while it trains, or as it was: how far it is, its curves against their baselines, whether it collapses, and
/// its embedding. Holds nothing of the run itself: all is read from the feed's log, again whenever it has changed.
class LiveScreen : public QWidget {
    Q_OBJECT
public:
    explicit LiveScreen(QWidget* parent = nullptr);
    /// The feed stays its owner's; null shows the empty screen.
    void setRun(RunFeed* feed, const QString& name = {});
    void setName(const QString& name);
    /// Words for settings.
    void setCatalog(std::shared_ptr<const Catalog> catalog);
    /// What the embedding shares its chosen patches with.
    void setSelection(PatchSelection* selection);
    /// Turns to what a masked objective sees and paints, where the run has such pictures.
    void showReconstructions();
    RunFeed* run() const { return m_feed; }

Q_SIGNALS:
    /// The one button of the empty screen.
    void trainRequested();
    void resumeRequested(const QString& runDir);
    void duplicateRequested(const QString& runDir);
    /// Duplicate with one setting changed.
    void fixRequested(const QString& runDir, const QString& key, const QJsonValue& value);
    /// Something could not be done; a sentence.
    void failed(const QString& sentence);

protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QWidget* makeEmpty();
    QWidget* makeContent();
    void showPage();
    void refresh();
    void refreshCharts();
    void showLoss(const RunLog& log, const QVector<double>& grid, int series);
    void fitRows();
    QWidget* makeTabs();
    void showLayoutAtCursor();
    void showPicturesOf(qint64 step);
    void showTabs(const RunLog& log);
    void request(const QString& what);

    QPointer<RunFeed> m_feed;
    QString m_name;
    PlotGroup m_group;
    QStackedLayout* m_pages;
    QGridLayout* m_charts;
    QPushButton* m_train;
    RunHeader* m_header;
    NoticeCard* m_notice;
    PlotBar* m_bar;
    CurvePlot *m_loss, *m_linear, *m_knn, *m_rate;
    Gauge* m_gauge;
    EmbeddingPanel* m_embedding;
    PreviewPanel* m_preview;
    FactorMeter* m_factors;
    QTabBar* m_tabs; ///< of these two, where a run has previews
    bool m_dirty = false;
    bool m_layoutChosen = false;   ///< there, so the cursor goes to it and not it to the cursor
    bool m_layoutAtCursor = false; ///< until the charts follow again
};

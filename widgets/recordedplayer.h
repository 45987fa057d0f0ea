// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "plotgroup.h"
#include "runfeed.h"

#include <QWidget>

class CurvePlot;
class EmbeddingView;
class QLabel;
class QSlider;
class QToolButton;

/// A recorded run that plays: loss, linear probe and embedding, and always the word that it is a recording.
class RecordedPlayer : public QWidget {
    Q_OBJECT
public:
    explicit RecordedPlayer(const QString& runDir, QWidget* parent = nullptr);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void refresh();
    void refreshControls();

    RunFeed m_feed;
    PlotGroup m_group;
    CurvePlot *m_loss, *m_linear;
    EmbeddingView* m_embedding;
    QLabel *m_badge, *m_step;
    QToolButton* m_play;
    QSlider* m_slider;
    bool m_begun = false, m_hidden = false;
};

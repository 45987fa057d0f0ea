// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "embeddingview.h"

#include <QTimer>
#include <functional>

class EmbeddingLegend;
class PatchCard;
class QComboBox;
class QLabel;
class QSlider;
class QToolButton;

/// The embeddings of a run: the newest, or an earlier one chosen with the slider or played; what the colours mean; the
/// patch under the pointer; and a caption that says what was done to get from features to this picture. Where it is
/// narrow, the picture and its caption alone.
class EmbeddingPanel : public QWidget {
    Q_OBJECT
public:
    using Picture = std::function<QImage(int patch)>;
    explicit EmbeddingPanel(QWidget* parent = nullptr);

    /// Another run: forgets what was hidden, hovered and chosen.
    void clear();
    /// What the log has now. A newer layout is shown at once unless an older one was chosen.
    void refresh(const RunLog& log, const Picture& picture);

    /// The newest layout at or before this step, else the first.
    void showStep(qint64 step);

    /// "step 700 · PCA 50 → t‑SNE, perplexity 30 · 1,000 of 27,000"
    static QString caption(const Layout& layout, const PatchSet& patches);
    /// Off where a tab names it already.
    void setHeaded(bool headed);
    QSize minimumSizeHint() const override;
    EmbeddingView* view() const { return m_view; }
    void setSelection(PatchSelection* selection) { m_view->setSelection(selection); }

Q_SIGNALS:
    /// A person chose the layout of this step.
    void stepChosen(qint64 step);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void fit();
    void showLayout();
    void offerColours();
    void showColours();
    void showHovered(int patch);
    void setPlaying(bool playing);
    void restyle();

    QVector<Layout> m_layouts;
    PatchSet m_patches;
    Picture m_picture;
    EmbeddingView* m_view;
    QWidget* m_side;
    EmbeddingLegend* m_legend;
    PatchCard* m_card;
    QComboBox* m_colour;
    QLabel *m_heading, *m_caption, *m_warning, *m_step;
    QSlider* m_slider;
    QToolButton *m_back, *m_play, *m_forward;
    QTimer m_player;
    qint64 m_shownStep = -1;
    bool m_headed = true;
};

// SPDX-License-Identifier: GPL-3.0-or-later
#include "embeddingpanel.h"

#include "embeddinglegend.h"
#include "patchcard.h"
#include "theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QScrollArea>
#include <QSlider>
#include <QToolButton>
#include <algorithm>
#include <cmath>

namespace {
constexpr int frameMs = 500, gap = 8;

QToolButton* toolButton(const QString& name)
{
    auto* button = new QToolButton;
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::StrongFocus);
    button->setAccessibleName(name);
    button->setToolTip(name);
    return button;
}
} // namespace

EmbeddingPanel::EmbeddingPanel(QWidget* parent)
    : QWidget(parent),
      m_view(new EmbeddingView),
      m_side(new QWidget),
      m_legend(new EmbeddingLegend),
      m_card(new PatchCard),
      m_colour(new QComboBox),
      m_heading(new QLabel(tr("Embedding"))),
      m_caption(new QLabel),
      m_warning(new QLabel(tr("Near points are alike; distances between clusters mean nothing."))),
      m_step(new QLabel),
      m_slider(new QSlider(Qt::Horizontal)),
      m_back(toolButton(tr("Earlier embedding"))),
      m_play(toolButton(tr("Play from the first embedding"))),
      m_forward(toolButton(tr("Later embedding")))
{
    m_colour->setAccessibleName(tr("Colour of the points"));
    m_colour->setToolTip(tr("Labels colour the points; they are not used for training."));
    m_slider->setAccessibleName(tr("Embedding to show"));
    m_slider->setRange(0, 0);
    m_slider->setEnabled(false);
    for (auto* label : {m_caption, m_warning}) label->setWordWrap(true);

    auto* top = new QHBoxLayout;
    top->setSpacing(2);
    top->addWidget(m_heading);
    top->addSpacing(gap);
    for (auto* button : {m_back, m_play, m_forward}) top->addWidget(button);
    top->addSpacing(gap);
    top->addWidget(m_slider, 1);
    top->addSpacing(gap);
    top->addWidget(m_step);
    auto* map = new QVBoxLayout;
    map->setSpacing(4);
    map->addWidget(m_view, 1);
    map->addWidget(m_caption);
    map->addWidget(m_warning);
    auto* scroll = new QScrollArea; // a dozen classes in a low window
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(m_legend);
    m_legend->setAutoFillBackground(false);
    scroll->viewport()->setAutoFillBackground(false);
    auto* side = new QVBoxLayout(m_side);
    side->setContentsMargins(0, 0, 0, 0);
    side->setSpacing(gap);
    side->addWidget(m_card);
    side->addWidget(m_colour);
    side->addWidget(scroll, 1);
    auto* middle = new QHBoxLayout;
    middle->setSpacing(gap);
    middle->addLayout(map, 2);
    middle->addWidget(m_side, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addLayout(top);
    layout->addLayout(middle, 1);

    connect(m_view, &EmbeddingView::hovered, this, &EmbeddingPanel::showHovered);
    connect(m_legend, &EmbeddingLegend::hiddenChanged, m_view, &EmbeddingView::setHidden);
    connect(m_colour, &QComboBox::currentIndexChanged, this, &EmbeddingPanel::showColours);
    connect(m_slider, &QSlider::valueChanged, this, &EmbeddingPanel::showLayout);
    connect(m_slider, &QSlider::sliderMoved, this, [this](int i) { Q_EMIT stepChosen(m_layouts[i].step); });
    const auto move = [this](int by) {
        setPlaying(false);
        m_slider->setValue(m_slider->value() + by);
        if (!m_layouts.isEmpty()) Q_EMIT stepChosen(m_layouts[m_slider->value()].step);
    };
    connect(m_back, &QToolButton::clicked, this, [move] { move(-1); });
    connect(m_forward, &QToolButton::clicked, this, [move] { move(1); });
    connect(m_play, &QToolButton::clicked, this, [this] { setPlaying(!m_player.isActive()); });
    connect(&m_player, &QTimer::timeout, this, [this] {
        m_slider->setValue(m_slider->value() + 1);
        if (m_slider->value() == m_slider->maximum()) setPlaying(false);
    });
    connect(Theme::instance(), &Theme::changed, this, &EmbeddingPanel::restyle);
    restyle();
}

void EmbeddingPanel::restyle()
{
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    m_heading->setFont(bold);
    QPalette quiet = palette();
    quiet.setColor(QPalette::WindowText, Theme::instance()->surfaces().quiet);
    for (auto* label : {m_caption, m_warning}) label->setPalette(quiet);
    m_side->setMinimumWidth(std::max(m_card->sizeHint().width(), fontMetrics().averageCharWidth() * 19));
    m_side->setMaximumWidth(std::max(m_side->minimumWidth(), fontMetrics().averageCharWidth() * 27));
    m_step->setMinimumWidth(fontMetrics().horizontalAdvance(tr("step %1").arg(QStringLiteral("00,000"))));
    m_back->setIcon(Theme::instance()->icon(Theme::Glyph::Previous));
    m_forward->setIcon(Theme::instance()->icon(Theme::Glyph::Next));
    setPlaying(m_player.isActive());
    fit();
}

/// The caption tells the step as well.
void EmbeddingPanel::fit()
{
    const bool wide = width() >= m_view->minimumSizeHint().width() + gap + m_side->minimumWidth();
    for (QWidget* widget : {m_side, static_cast<QWidget*>(m_step)}) widget->setVisible(wide);
    m_heading->setVisible(wide && m_headed);
}

void EmbeddingPanel::setHeaded(bool headed)
{
    m_headed = headed;
    fit();
}

QSize EmbeddingPanel::minimumSizeHint() const
{
    return {m_view->minimumSizeHint().width(), layout()->minimumSize().height()};
}

void EmbeddingPanel::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    fit();
}

/// Only what the probe set knows can colour it.
void EmbeddingPanel::offerColours()
{
    const auto known = [](const QVector<double>& degrees) {
        return std::any_of(degrees.begin(), degrees.end(), [](double value) { return std::isfinite(value); });
    };
    const QSignalBlocker quiet(m_colour);
    m_colour->clear();
    if (!m_patches.classes.isEmpty()) m_colour->addItem(tr("by class"), int(Colouring::Class));
    if (known(m_patches.lon)) m_colour->addItem(tr("by longitude"), int(Colouring::Longitude));
    if (known(m_patches.lat)) m_colour->addItem(tr("by latitude"), int(Colouring::Latitude));
    m_colour->addItem(tr("one colour"), int(Colouring::None));
    showColours();
}

void EmbeddingPanel::clear()
{
    setPlaying(false);
    m_layouts.clear();
    m_patches = {};
    m_shownStep = -1;
    m_view->setPatches({});
    offerColours();
    showHovered(-1);
    m_slider->setRange(0, 0);
    showLayout();
}

void EmbeddingPanel::refresh(const RunLog& log, const Picture& picture)
{
    m_picture = picture;
    if (log.patches().ids != m_patches.ids || log.patches().count != m_patches.count) {
        m_patches = log.patches();
        m_view->setPatches(m_patches);
        offerColours();
        showHovered(-1);
    }
    const bool newest = m_slider->value() == m_slider->maximum() && !m_player.isActive();
    m_layouts = log.layouts();
    const int last = std::max(0, int(m_layouts.size()) - 1);
    const QSignalBlocker quiet(m_slider);
    m_slider->setRange(0, last);
    if (newest) m_slider->setValue(last);
    showLayout();
}

void EmbeddingPanel::showStep(qint64 step)
{
    const auto later = std::upper_bound(m_layouts.begin(), m_layouts.end(), step,
                                        [](qint64 at, const Layout& layout) { return at < layout.step; });
    m_slider->setValue(std::max(0, int(later - m_layouts.begin()) - 1));
}

QString EmbeddingPanel::caption(const Layout& layout, const PatchSet& patches)
{
    const QLocale locale;
    const QString step = tr("step %1").arg(locale.toString(layout.step));
    const QString share = tr("%1 of %2", "patches").arg(locale.toString(patches.count), locale.toString(patches.of));
    const int kept = layout.settings["pca"].toInt();
    const QString perplexity = locale.toString(layout.settings["perplexity"].toDouble(), 'g', 3);
    if (layout.method == "pca") return tr("%1 · PCA · %2").arg(step, share);
    if (layout.method != "tsne") return tr("%1 · %2 · %3").arg(step, layout.method, share);
    if (kept <= 0) return tr("%1 · t‑SNE, perplexity %2 · %3").arg(step, perplexity, share);
    return tr("%1 · PCA %2 → t‑SNE, perplexity %3 · %4").arg(step).arg(kept).arg(perplexity, share);
}

void EmbeddingPanel::showLayout()
{
    const bool any = !m_layouts.isEmpty(), several = m_layouts.size() > 1;
    const int at = m_slider->value();
    m_slider->setEnabled(several);
    m_play->setEnabled(several);
    m_back->setEnabled(several && at > 0);
    m_forward->setEnabled(several && at < m_slider->maximum());
    m_warning->setVisible(any);
    m_caption->setVisible(any);
    if (!any) {
        m_step->clear();
        m_view->setLayout({});
        return;
    }
    const Layout& layout = m_layouts[at];
    m_step->setText(tr("step %1").arg(QLocale().toString(layout.step)));
    m_caption->setText(caption(layout, m_patches));
    if (layout.step == m_shownStep) return;
    m_shownStep = layout.step;
    m_view->setLayout(layout);
}

void EmbeddingPanel::showColours()
{
    const auto by = Colouring(m_colour->currentData().toInt());
    m_view->setColouring(by);
    m_view->setHidden({});
    const auto [least, greatest] = m_view->scale();
    if (by == Colouring::Class)
        m_legend->setGroups(m_view->groups().groups);
    else if (by == Colouring::None)
        m_legend->setGroups({});
    else
        m_legend->setScale(by, least, greatest);
}

void EmbeddingPanel::showHovered(int patch)
{
    m_card->setPatch(m_patches, patch, patch < 0 || !m_picture ? QImage() : m_picture(patch));
}

void EmbeddingPanel::setPlaying(bool playing)
{
    if (playing && m_slider->value() == m_slider->maximum()) m_slider->setValue(0);
    playing ? m_player.start(frameMs) : m_player.stop();
    m_play->setIcon(Theme::instance()->icon(playing ? Theme::Glyph::Pause : Theme::Glyph::Play));
    m_play->setAccessibleName(playing ? tr("Pause") : tr("Play the embeddings in order"));
    m_play->setToolTip(m_play->accessibleName());
}

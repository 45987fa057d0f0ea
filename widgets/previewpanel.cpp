// SPDX-License-Identifier: GPL-3.0-or-later
#include "previewpanel.h"

#include "theme.h"

#include <QFile>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QSlider>
#include <QToolButton>
#include <algorithm>

namespace {
constexpr int pad = 8, gap = 2, space = 4, mostMultiple = 4, leastPictures = 4;

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

PreviewView::PreviewView(QWidget* parent) : ChartWidget(parent) {}

QString PreviewView::rowName(const QString& row)
{
    return row == "input"            ? tr("Input")
           : row == "masked"         ? tr("What it sees")
           : row == "reconstruction" ? tr("What it paints")
           : row == "leaking"        ? tr("The same, given the true mean and contrast of each hidden square")
                                     : row;
}

void PreviewView::setPreview(const Preview& preview, const QString& directory)
{
    m_preview = preview;
    m_pixels.clear();
    m_message.clear();
    QFile file(directory + u'/' + preview.file);
    if (!file.open(QIODevice::ReadOnly)) {
        m_message = tr("The pictures of this step are not there: %1 cannot be read. The run itself is whole.")
                        .arg(preview.file);
    } else {
        m_pixels = file.read(preview.bytes());
        if (m_pixels.size() < preview.bytes()) {
            m_message = tr("The pictures of this step are incomplete: %1 has %2 of %3 bytes.")
                            .arg(preview.file)
                            .arg(m_pixels.size())
                            .arg(preview.bytes());
            m_pixels.clear();
        }
    }
    updateGeometry();
    update();
}

QImage PreviewView::picture(int row, int patch) const
{
    const int side = m_preview.width, high = m_preview.height;
    if (m_pixels.isEmpty() || row < 0 || row >= m_preview.rows.size() || patch < 0 || patch >= m_preview.count)
        return {};
    const qint64 at = qint64(3) * side * high * (qint64(row) * m_preview.count + patch);
    return QImage(reinterpret_cast<const uchar*>(m_pixels.constData()) + at, side, high, 3 * side,
                  QImage::Format_RGB888);
}

QString PreviewView::sentence() const
{
    if (!m_message.isEmpty()) return m_message;
    QStringList names;
    for (const QString& row : m_preview.rows) names << rowName(row);
    return tr("Pictures of %n patch(es) at step %1, from above: %2.", nullptr, m_preview.count)
        .arg(QLocale().toString(m_preview.step), names.join(QStringLiteral("; ")));
}

PreviewView::Grid PreviewView::grid(int columns) const
{
    const int lines = (int(m_preview.rows.size()) + columns - 1) / columns,
              least = std::min(m_preview.count, leastPictures);
    Grid grid{columns, (width() - 2 * pad - (columns - 1) * pad) / columns, QVector<int>(lines), 0.5};
    int high = height() - 2 * pad;
    for (int row = 0; row < m_preview.rows.size(); ++row) {
        int& name = grid.names[row / columns];
        const QRect words =
            fontMetrics().boundingRect(QRect(0, 0, grid.cell, 1000), Qt::TextWordWrap, rowName(m_preview.rows[row]));
        name = std::max(name, words.height());
    }
    for (const int name : grid.names) high -= name + 2 * space;
    const int across = (grid.cell - (least - 1) * gap) / (least * m_preview.width);
    const int down = high / (lines * m_preview.height);
    if (across >= 1 && down >= 1) grid.multiple = std::min({across, down, mostMultiple});
    return grid;
}

QSize PreviewView::minimumSizeHint() const
{
    const int line = fontMetrics().height();
    return {20 * fontMetrics().averageCharWidth(), 2 * pad + int(m_preview.rows.size()) * (2 * line + 2 * space)};
}

void PreviewView::paintEvent(QPaintEvent* event)
{
    ChartWidget::paintEvent(event);
    const auto& s = Theme::instance()->surfaces();
    QPainter painter(this);
    painter.setPen(m_message.isEmpty() ? s.text : s.quiet);
    if (m_pixels.isEmpty()) {
        painter.drawText(rect().adjusted(2 * pad, 0, -2 * pad, 0), Qt::AlignCenter | Qt::TextWordWrap, m_message);
        return;
    }
    const Grid one = grid(1), two = grid(2), best = two.multiple > one.multiple ? two : one;
    const int wide = int(best.multiple * m_preview.width), high = int(best.multiple * m_preview.height);
    const int shown = std::clamp((best.cell + gap) / (wide + gap), 1, m_preview.count);
    int top = pad;
    for (int row = 0; row < m_preview.rows.size(); ++row) {
        const int line = row / best.columns, column = row % best.columns;
        const QRect name(pad + column * (best.cell + pad), top, best.cell, best.names[line]);
        painter.drawText(name, Qt::AlignBottom | Qt::TextWordWrap, rowName(m_preview.rows[row]));
        for (int patch = 0; patch < shown; ++patch) // nearest neighbour: no smooth transform is asked for
            painter.drawImage(QRect(name.left() + patch * (wide + gap), name.bottom() + space, wide, high),
                              picture(row, patch));
        if (column == best.columns - 1) top += best.names[line] + high + 2 * space;
    }
}

void PreviewView::keyPressEvent(QKeyEvent* event)
{
    const int by = event->key() == Qt::Key_Right ? 1 : event->key() == Qt::Key_Left ? -1 : 0;
    if (!by) return ChartWidget::keyPressEvent(event);
    Q_EMIT stepped(by);
}

PreviewPanel::PreviewPanel(QWidget* parent)
    : QWidget(parent),
      m_view(new PreviewView),
      m_step(new QLabel),
      m_slider(new QSlider(Qt::Horizontal)),
      m_back(toolButton(tr("Earlier pictures"))),
      m_forward(toolButton(tr("Later pictures")))
{
    m_slider->setAccessibleName(tr("Step whose pictures are shown"));
    m_slider->setRange(0, 0);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // what it stands beside is wide enough
    auto* top = new QHBoxLayout;
    top->setSpacing(2);
    top->addWidget(m_back);
    top->addWidget(m_forward);
    top->addSpacing(pad);
    top->addWidget(m_slider, 1);
    top->addSpacing(pad);
    top->addWidget(m_step);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space);
    layout->addLayout(top);
    layout->addWidget(m_view, 1);
    connect(m_slider, &QSlider::valueChanged, this, &PreviewPanel::showPreview);
    connect(m_slider, &QSlider::sliderMoved, this, [this](int at) { Q_EMIT stepChosen(m_previews[at].step); });
    connect(m_back, &QToolButton::clicked, this, [this] { move(-1); });
    connect(m_forward, &QToolButton::clicked, this, [this] { move(1); });
    connect(m_view, &PreviewView::stepped, this, &PreviewPanel::move);
    connect(Theme::instance(), &Theme::changed, this, &PreviewPanel::restyle);
    restyle();
}

void PreviewPanel::restyle()
{
    m_back->setIcon(Theme::instance()->icon(Theme::Glyph::Previous));
    m_forward->setIcon(Theme::instance()->icon(Theme::Glyph::Next));
}

void PreviewPanel::clear()
{
    m_previews.clear();
    const QSignalBlocker quiet(m_slider);
    m_slider->setRange(0, 0);
}

void PreviewPanel::refresh(const RunLog& log, const QString& directory)
{
    const bool newest = m_slider->value() == m_slider->maximum();
    const bool grown = log.previews().size() != m_previews.size() || directory != m_directory;
    m_previews = log.previews();
    m_directory = directory;
    const QSignalBlocker quiet(m_slider);
    m_slider->setRange(0, std::max(0, int(m_previews.size()) - 1));
    if (newest) m_slider->setValue(m_slider->maximum());
    if (grown) showPreview();
}

void PreviewPanel::showStep(qint64 step)
{
    const auto later = std::upper_bound(m_previews.begin(), m_previews.end(), step,
                                        [](qint64 at, const Preview& preview) { return at < preview.step; });
    m_slider->setValue(std::max(0, int(later - m_previews.begin()) - 1));
}

void PreviewPanel::move(int by)
{
    m_slider->setValue(m_slider->value() + by);
    if (!m_previews.isEmpty()) Q_EMIT stepChosen(m_previews[m_slider->value()].step);
}

void PreviewPanel::showPreview()
{
    const int at = m_slider->value();
    m_slider->setEnabled(m_previews.size() > 1);
    m_back->setEnabled(at > 0);
    m_forward->setEnabled(at < m_slider->maximum());
    if (m_previews.isEmpty()) return;
    m_step->setText(tr("step %1").arg(QLocale().toString(m_previews[at].step)));
    m_view->setPreview(m_previews[at], m_directory);
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "tilegrid.h"

#include "patchselection.h"
#include "theme.h"
#include "tilestore.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>
#include <algorithm>

namespace {
constexpr int gap = 4, margin = 8, wantedSide = 96, mostMultiple = 4;
}

TileGrid::TileGrid(TileStore* store, PatchSelection* selection, QWidget* parent)
    : QAbstractScrollArea(parent),
      m_store(store),
      m_selection(selection)
{
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
    viewport()->setMouseTracking(true);
    connect(store, &TileStore::arrived, this, [this] {
        wantTiles();
        viewport()->update();
    });
    connect(selection, &PatchSelection::changed, this, [this] {
        speak();
        viewport()->update();
    });
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, &TileGrid::wantTiles);
    connect(Theme::instance(), &Theme::changed, viewport(), qOverload<>(&QWidget::update));
    speak();
}

void TileGrid::setTable(const PatchTable* table)
{
    m_table = table;
    m_shown.clear();
    m_multiple = 0;
    verticalScrollBar()->setValue(0);
    setShown({});
}

void TileGrid::setShown(const QVector<int>& shown)
{
    const int before = current();
    m_shown = shown;
    m_at = int(m_shown.indexOf(before));
    m_anchor = -1;
    fit();
    wantTiles();
    speak();
    viewport()->update();
}

int TileGrid::current() const { return m_at >= 0 && m_at < m_shown.size() ? m_shown[m_at] : -1; }

void TileGrid::setCurrent(int patch)
{
    const int position = int(m_shown.indexOf(patch));
    if (position >= 0) go(position, Qt::ControlModifier);
}

/// Of a picture; what is larger than wanted comes reduced.
int TileGrid::pictureSide() const
{
    const int pixels = m_table ? m_table->sizePx : 0;
    int own = std::max(1, pixels);
    for (int divisor = 2; own > wantedSide; ++divisor) own = pixels / divisor;
    return own;
}

/// Of a picture's pixels.
int TileGrid::multiple() const
{
    return m_multiple > 0 ? m_multiple : std::clamp(wantedSide / pictureSide(), 1, mostMultiple);
}

int TileGrid::side() const { return pictureSide() * multiple(); }
int TileGrid::pitch() const { return side() + gap; }
int TileGrid::columns() const { return std::max(1, (viewport()->width() - 2 * margin + gap) / pitch()); }

QRect TileGrid::cell(int position) const
{
    const int row = position / columns(), column = position % columns();
    return {margin + column * pitch(), margin + row * pitch() - verticalScrollBar()->value(), side(), side()};
}

QRect TileGrid::rectOf(int patch) const
{
    const int position = int(m_shown.indexOf(patch));
    return position < 0 ? QRect() : cell(position);
}

int TileGrid::positionAt(QPoint place) const
{
    const int column = (place.x() - margin) / pitch(), top = place.y() - margin + verticalScrollBar()->value();
    const int position = top / pitch() * columns() + column;
    const bool hit = place.x() >= margin && top >= 0 && column < columns() && position < m_shown.size() &&
                     cell(position).contains(place);
    return hit ? position : -1;
}

std::pair<int, int> TileGrid::inSight() const
{
    const int top = verticalScrollBar()->value() - margin, bottom = top + viewport()->height();
    const int first = std::max(0, top / pitch()) * columns(), last = (std::max(0, bottom) / pitch() + 1) * columns();
    return {std::min(first, int(m_shown.size())), std::min(last, int(m_shown.size()))};
}

void TileGrid::fit()
{
    const int rows = (int(m_shown.size()) + columns() - 1) / columns();
    const int height = 2 * margin + rows * pitch() - gap;
    verticalScrollBar()->setRange(0, std::max(0, height - viewport()->height()));
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(pitch() / 2);
}

void TileGrid::wantTiles()
{
    const auto [first, last] = inSight();
    m_store->want(m_shown.mid(first, last - first));
}

void TileGrid::paintEvent(QPaintEvent* event)
{
    const auto& s = Theme::instance()->surfaces();
    QPainter painter(viewport());
    painter.fillRect(event->rect(), s.panel);
    m_painted = 0;
    if (m_shown.isEmpty()) {
        painter.setPen(s.quiet);
        const QString text = m_table && m_table->set.count > 0 ? tr("No tile is as the filters ask.") : QString();
        painter.drawText(viewport()->rect().adjusted(16, 16, -16, -16), Qt::AlignCenter | Qt::TextWordWrap, text);
    }
    const auto [first, last] = inSight();
    for (int position = first; position < last; ++position) {
        const QRect box = cell(position);
        if (!box.adjusted(-gap, -gap, gap, gap).intersects(event->rect())) continue;
        ++m_painted;
        if (const QImage* picture = m_store->picture(m_shown[position]))
            painter.drawImage(box, *picture); // nearest neighbour: no smooth transform is asked for
        else
            painter.fillRect(box, s.line);
        if (m_selection->contains(m_table->set.ids[m_shown[position]])) {
            painter.setPen(QPen(s.panel, 1));
            painter.setBrush(Qt::NoBrush);
            painter.drawRect(box.adjusted(1, 1, -2, -2));
            painter.setPen(QPen(s.accent, 3));
            painter.drawRect(box.adjusted(-1, -1, 0, 0));
        }
        if (position == m_at && hasFocus()) {
            painter.setPen(QPen(s.panel, 1));
            painter.drawRect(box.adjusted(2, 2, -3, -3));
            painter.setPen(QPen(s.text, 1));
            painter.drawRect(box.adjusted(1, 1, -2, -2));
        }
    }
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(hasFocus() ? s.accent : s.line, hasFocus() ? 2 : 1));
    const double inset = hasFocus() ? 1 : 0.5;
    painter.drawRoundedRect(QRectF(viewport()->rect()).adjusted(inset, inset, -inset, -inset), 4, 4);
}

void TileGrid::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    fit();
    wantTiles();
}

void TileGrid::go(int position, Qt::KeyboardModifiers modifiers)
{
    if (m_shown.isEmpty()) return;
    m_at = std::clamp(position, 0, int(m_shown.size()) - 1);
    if (modifiers & Qt::ShiftModifier) {
        if (m_anchor < 0) m_anchor = m_at;
        choose(std::min(m_anchor, m_at), std::max(m_anchor, m_at), false);
    } else {
        m_anchor = m_at;
    }
    const QRect box = cell(m_at);
    QScrollBar* bar = verticalScrollBar();
    if (box.top() < margin) bar->setValue(bar->value() + box.top() - margin);
    if (box.bottom() > viewport()->height() - margin)
        bar->setValue(bar->value() + box.bottom() - viewport()->height() + margin);
    speak();
    viewport()->update();
    Q_EMIT currentChanged(current());
}

void TileGrid::choose(int from, int to, bool more)
{
    QSet<QString> ids;
    for (int position = from; position <= to; ++position) ids << m_table->set.ids[m_shown[position]];
    m_selection->choose(ids, more);
}

void TileGrid::keyPressEvent(QKeyEvent* event)
{
    const auto modifiers = event->modifiers();
    const int page = std::max(1, viewport()->height() / pitch()) * columns();
    const auto from = [this](int by) { return m_at < 0 ? 0 : m_at + by; };
    if (event->matches(QKeySequence::SelectAll)) return choose(0, int(m_shown.size()) - 1, false);
    switch (event->key()) {
    case Qt::Key_Left: return go(from(-1), modifiers);
    case Qt::Key_Right: return go(from(1), modifiers);
    case Qt::Key_Up: return go(m_at < columns() ? std::max(m_at, 0) : m_at - columns(), modifiers);
    case Qt::Key_Down: return go(from(columns()), modifiers);
    case Qt::Key_PageUp: return go(from(-page), modifiers);
    case Qt::Key_PageDown: return go(from(page), modifiers);
    case Qt::Key_Home: return go(0, modifiers);
    case Qt::Key_End: return go(int(m_shown.size()) - 1, modifiers);
    case Qt::Key_B: return Q_EMIT bandsAsked(modifiers & Qt::ShiftModifier ? -1 : 1);
    case Qt::Key_Plus: return zoom(1);
    case Qt::Key_Minus: return zoom(-1);
    case Qt::Key_Space:
        if (current() >= 0) Q_EMIT openAsked(current());
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (modifiers & Qt::ControlModifier) break; // trains
        if (current() >= 0) m_selection->toggle(m_table->set.ids[current()]);
        return;
    case Qt::Key_Escape:
        if (!m_selection->isEmpty()) return m_selection->clear();
        break;
    default: break;
    }
    event->ignore();
}

void TileGrid::zoom(int by)
{
    m_multiple = std::clamp(multiple() + by, 1, mostMultiple);
    fit();
    wantTiles();
    if (m_at >= 0) go(m_at, Qt::ControlModifier);
    viewport()->update();
}

void TileGrid::mousePressEvent(QMouseEvent* event)
{
    const int position = positionAt(event->pos());
    if (event->button() != Qt::LeftButton) return;
    if (position < 0) return m_selection->clear();
    const QString id = m_table->set.ids[m_shown[position]];
    if (event->modifiers() & Qt::ShiftModifier) return go(position, Qt::ShiftModifier);
    if (event->modifiers() & Qt::ControlModifier)
        m_selection->toggle(id);
    else
        m_selection->choose({id});
    go(position, Qt::ControlModifier);
}

void TileGrid::mouseDoubleClickEvent(QMouseEvent* event)
{
    const int position = positionAt(event->pos());
    if (position >= 0) Q_EMIT openAsked(m_shown[position]);
}

bool TileGrid::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int position = positionAt(help->pos());
        QToolTip::showText(help->globalPos(), position < 0 ? QString() : m_table->describe(m_shown[position]), this);
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

void TileGrid::focusInEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusInEvent(event);
    if (m_at < 0 && !m_shown.isEmpty()) m_at = inSight().first;
    speak();
    viewport()->update();
}

void TileGrid::focusOutEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

void TileGrid::speak()
{
    const QString all = tr("%n tile(s)", nullptr, int(m_shown.size()));
    if (current() < 0) return setAccessibleName(all);
    const bool chosen = m_selection->contains(m_table->set.ids[current()]);
    setAccessibleName(tr("%1; tile %2: %3%4")
                          .arg(all)
                          .arg(m_at + 1)
                          .arg(m_table->describe(current()), chosen ? tr(", selected") : QString()));
}

QSize TileGrid::sizeHint() const { return {6 * pitch() + 2 * margin, 3 * pitch() + 2 * margin}; }
QSize TileGrid::minimumSizeHint() const { return {3 * pitch(), pitch() + 2 * margin}; }

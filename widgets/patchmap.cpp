// SPDX-License-Identifier: GPL-3.0-or-later
#include "patchmap.h"

#include "patchselection.h"
#include "theme.h"

#include <QKeyEvent>
#include <QLocale>
#include <algorithm>
#include <cmath>

namespace {
constexpr double reach = 12, mostScale = 4000, step = 40;
} // namespace

PatchMap::PatchMap(PatchSelection* selection, QWidget* parent) : ChartWidget(parent), m_selection(selection)
{
    setMouseTracking(true);
    setToolTip(tr("Draw around dots to select them, with Shift to add. The wheel zooms, the right button moves the "
                  "map, Home shows all."));
    connect(selection, &PatchSelection::changed, this, &PatchMap::forgetDots);
    connect(Theme::instance(), &Theme::changed, this, [this] {
        m_land = {};
        forgetDots();
    });
}

void PatchMap::setTable(const PatchTable* table)
{
    m_table = table;
    m_groups = groupByClass(table->set);
    m_batch.clear();
    m_current = -1;
    m_fitted = true;
    setShown({});
}

void PatchMap::setShown(const QVector<int>& shown)
{
    m_shown = shown;
    if (m_fitted) fitAll();
    forgetDots();
}

void PatchMap::setBatch(const QVector<QVector<int>>& views)
{
    m_batch = views;
    forgetDots();
}

void PatchMap::setCurrent(int patch)
{
    if (patch == m_current) return;
    m_current = patch;
    update();
}

void PatchMap::forgetDots()
{
    m_dots = {};
    update();
}

bool PatchMap::isPlaced(int patch) const { return std::isfinite(m_table->set.lon[patch] + m_table->set.lat[patch]); }

void PatchMap::fitAll()
{
    double west = 180, east = -180, south = 90, north = -90;
    if (m_table)
        for (const int patch : m_shown) {
            if (!isPlaced(patch)) continue;
            west = std::min(west, m_table->set.lon[patch]), east = std::max(east, m_table->set.lon[patch]);
            south = std::min(south, m_table->set.lat[patch]), north = std::max(north, m_table->set.lat[patch]);
        }
    if (west > east) west = -180, east = 180, south = -60, north = 80;
    m_centre = {(west + east) / 2, (south + north) / 2};
    m_scale = std::min(
        {(width() - 24) / std::max(east - west, 0.02), (height() - 24) / std::max(north - south, 0.02), mostScale});
    m_fitted = true;
    keepInside();
    forgetDots();
}

/// The world fills the map.
void PatchMap::keepInside()
{
    m_scale = std::clamp(m_scale, std::max(width() / 360.0, 0.1), mostScale);
    const double halfWide = width() / m_scale / 2, halfHigh = height() / m_scale / 2;
    m_centre.setX(std::clamp(m_centre.x(), std::min(0.0, -180 + halfWide), std::max(0.0, 180 - halfWide)));
    m_centre.setY(std::clamp(m_centre.y(), std::min(0.0, -90 + halfHigh), std::max(0.0, 90 - halfHigh)));
}

QPointF PatchMap::at(double lon, double lat) const
{
    return QRectF(rect()).center() + QPointF(lon - m_centre.x(), m_centre.y() - lat) * m_scale;
}

void PatchMap::zoom(double factor, QPointF about)
{
    const QPointF from = (about - QRectF(rect()).center()) / m_scale;
    const double before = m_scale;
    m_scale = std::clamp(m_scale * factor, std::max(width() / 360.0, 0.1), mostScale);
    const QPointF shift = from * (1 - before / m_scale);
    m_centre += QPointF(shift.x(), -shift.y());
    m_fitted = false;
    keepInside();
    forgetDots();
}

void PatchMap::move(QPointF pixels)
{
    m_centre += QPointF(pixels.x(), -pixels.y()) / m_scale;
    m_fitted = false;
    keepInside();
    forgetDots();
}

int PatchMap::patchAt(QPointF place) const
{
    int best = -1;
    double least = reach * reach;
    for (const int patch : m_shown) {
        if (!isPlaced(patch)) continue;
        const QPointF d = at(m_table->set.lon[patch], m_table->set.lat[patch]) - place;
        if (QPointF::dotProduct(d, d) > least) continue;
        least = QPointF::dotProduct(d, d);
        best = patch;
    }
    return best;
}

int PatchMap::nearestNegative() const
{
    if (m_batch.isEmpty() || m_current < 0 || !isPlaced(m_current)) return -1;
    const qsizetype column = m_batch[0].indexOf(m_current);
    if (column < 0) return -1;
    const PatchSet& set = m_table->set;
    int best = -1;
    double least = std::numeric_limits<double>::infinity();
    for (qsizetype i = 0; i < m_batch[0].size(); ++i) {
        const int other = m_batch[0][i];
        if (i == column || other < 0 || !isPlaced(other)) continue;
        const double km = kilometresBetween(set.lon[m_current], set.lat[m_current], set.lon[other], set.lat[other]);
        if (km < least) least = km, best = other;
    }
    return best;
}

QString PatchMap::caption() const
{
    if (m_current < 0 || m_current >= m_table->set.count) return {};
    const QString what = m_table->describe(m_current);
    const int negative = nearestNegative();
    if (negative < 0) return what;
    const PatchSet& set = m_table->set;
    const double km = kilometresBetween(set.lon[m_current], set.lat[m_current], set.lon[negative], set.lat[negative]);
    return tr("%1 · nearest negative %2 km", "a patch").arg(what, QLocale().toString(km, 'f', km < 10 ? 1 : 0));
}

void PatchMap::resizeEvent(QResizeEvent* event)
{
    ChartWidget::resizeEvent(event);
    m_fitted ? fitAll() : keepInside();
    forgetDots();
}

void PatchMap::mousePressEvent(QMouseEvent* event)
{
    setFocus(Qt::MouseFocusReason);
    m_grabbed = event->position();
    if (event->button() == Qt::LeftButton && m_table) m_lasso.begin(event->position());
}

void PatchMap::mouseMoveEvent(QMouseEvent* event)
{
    if (event->buttons() & (Qt::RightButton | Qt::MiddleButton)) {
        move(m_grabbed - event->position());
        m_grabbed = event->position();
    } else if (event->buttons() & Qt::LeftButton) {
        m_lasso.draw(event->position());
        update();
    } else if (m_table) {
        Q_EMIT hovered(patchAt(event->position()));
    }
}

void PatchMap::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || !m_lasso.isBegun()) return;
    const bool more = event->modifiers() & (Qt::ShiftModifier | Qt::ControlModifier);
    if (m_lasso.isDrawn()) {
        choose(more);
    } else if (const int patch = patchAt(event->position()); patch >= 0) {
        m_selection->choose({m_table->set.ids[patch]}, more);
        Q_EMIT hovered(patch);
    } else if (!more) {
        m_selection->clear();
    }
    m_lasso.end();
    update();
}

void PatchMap::choose(bool more)
{
    QSet<QString> ids;
    for (const int patch : m_shown)
        if (isPlaced(patch) && m_lasso.contains(at(m_table->set.lon[patch], m_table->set.lat[patch])))
            ids << m_table->set.ids[patch];
    m_selection->choose(ids, more);
}

void PatchMap::wheelEvent(QWheelEvent* event)
{
    zoom(std::pow(1.0015, event->angleDelta().y()), event->position());
    event->accept();
}

void PatchMap::leaveEvent(QEvent*)
{
    if (!hasFocus()) Q_EMIT hovered(-1);
}

void PatchMap::keyPressEvent(QKeyEvent* event)
{
    const QPointF middle = QRectF(rect()).center();
    if (event->matches(QKeySequence::SelectAll) && m_table) { // what is in sight
        QSet<QString> ids;
        for (const int patch : m_shown)
            if (isPlaced(patch) && rect().contains(at(m_table->set.lon[patch], m_table->set.lat[patch]).toPoint()))
                ids << m_table->set.ids[patch];
        return m_selection->choose(ids);
    }
    switch (event->key()) {
    case Qt::Key_Left: return move({-step, 0});
    case Qt::Key_Right: return move({step, 0});
    case Qt::Key_Up: return move({0, -step});
    case Qt::Key_Down: return move({0, step});
    case Qt::Key_Plus: return zoom(1.5, middle);
    case Qt::Key_Minus: return zoom(1 / 1.5, middle);
    case Qt::Key_Home: return fitAll();
    case Qt::Key_Escape:
        if (!m_selection->isEmpty()) return m_selection->clear();
        break;
    default: break;
    }
    ChartWidget::keyPressEvent(event);
}

QString PatchMap::sentence() const
{
    if (!m_table || m_table->set.count == 0) return tr("Map: no data yet.");
    if (!m_table->isLocated()) return tr("Map: this data set does not say where its tiles are.");
    const QString what =
        tr("Map of %1 tiles. Arrow keys move it, plus and minus zoom, Home shows all, Ctrl+A selects what is in sight.")
            .arg(QLocale().toString(m_shown.size()));
    return caption().isEmpty() ? what : what + u' ' + caption();
}

QSize PatchMap::sizeHint() const { return {480, 260}; }
QSize PatchMap::minimumSizeHint() const { return {200, 120}; }

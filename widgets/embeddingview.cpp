// SPDX-License-Identifier: GPL-3.0-or-later
#include "embeddingview.h"

#include "patchselection.h"
#include "theme.h"

#include <QKeyEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>

namespace {
constexpr int travelMs = 150, shades = 64;
constexpr double dotSize = 6, hoveredSize = 12, reachPixels = 20, margin = 12;

/// Centred and scaled by one factor, so that every point lies in -1..1.
QVector<QPointF> fitted(const QVector<QPointF>& xy)
{
    if (xy.isEmpty()) return {};
    const auto [left, right] = std::minmax_element(xy.begin(), xy.end(), [](auto a, auto b) { return a.x() < b.x(); });
    const auto [low, high] = std::minmax_element(xy.begin(), xy.end(), [](auto a, auto b) { return a.y() < b.y(); });
    const QPointF centre((left->x() + right->x()) / 2, (low->y() + high->y()) / 2);
    const double half = std::max({(right->x() - left->x()) / 2, (high->y() - low->y()) / 2, 1e-12});
    QVector<QPointF> result;
    result.reserve(xy.size());
    for (const QPointF& point : xy) result << (point - centre) / half;
    return result;
}
} // namespace

EmbeddingView::EmbeddingView(QWidget* parent) : ChartWidget(parent)
{
    setMouseTracking(true);
    m_travel.setStartValue(0.0);
    m_travel.setEndValue(1.0);
    m_travel.setDuration(travelMs);
    m_travel.setEasingCurve(QEasingCurve::OutCubic);
    connect(&m_travel, &QVariantAnimation::valueChanged, this, [this](const QVariant& value) {
        const double t = value.toDouble();
        for (qsizetype i = 0; i < m_now.size(); ++i) m_now[i] = m_from[i] + t * (m_to[i] - m_from[i]);
        update();
    });
    connect(Theme::instance(), &Theme::changed, this, [this] { m_dots.clear(); });
}

void EmbeddingView::setSelection(PatchSelection* selection)
{
    m_selection = selection;
    connect(selection, &PatchSelection::changed, this, qOverload<>(&QWidget::update));
}

bool EmbeddingView::isSelected(int patch) const
{
    return m_selection && m_selection->contains(m_patches.ids.value(patch));
}

void EmbeddingView::setPatches(const PatchSet& patches)
{
    if (patches.count == m_patches.count && patches.ids == m_patches.ids) return;
    m_patches = patches;
    m_groups = groupByClass(patches);
    m_south = 90;
    m_north = -90;
    for (const double lat : patches.lat)
        if (!std::isnan(lat)) {
            m_south = std::min(m_south, lat);
            m_north = std::max(m_north, lat);
        }
    m_hidden.clear();
    m_hovered = -1;
    m_dots.clear();
    setLayout({});
}

void EmbeddingView::setLayout(const Layout& layout)
{
    const bool fits = layout.xy.size() == m_patches.count;
    m_step = layout.step;
    if (fits && layout.xy == m_shown) return;
    m_shown = fits ? layout.xy : QVector<QPointF>();
    m_to = fitted(m_shown);
    m_travel.stop();
    if (m_now.size() != m_to.size() || !isVisible() || Theme::instance()->reducedMotion()) {
        m_now = m_to;
    } else if (!m_now.isEmpty()) {
        m_from = m_now;
        m_travel.start();
    }
    update();
}

void EmbeddingView::setColouring(Colouring by)
{
    m_by = by;
    m_dots.clear();
    update();
}

void EmbeddingView::setHidden(const QSet<int>& groups)
{
    m_hidden = groups;
    if (m_hovered >= 0 && !isShown(m_hovered)) setHovered(-1);
    update();
}

bool EmbeddingView::isShown(int patch) const { return !m_hidden.contains(m_groups.groupOf[patch]); }

void EmbeddingView::setHovered(int patch)
{
    if (patch == m_hovered) return;
    m_hovered = patch;
    update();
    Q_EMIT hovered(patch);
}

QPointF EmbeddingView::placeOf(int patch) const
{
    const QRectF room = QRectF(rect()).adjusted(margin, margin, -margin, -margin);
    const double scale = std::min(room.width(), room.height()) / 2;
    // wide or high rooms are used: a layout has no unit, only neighbourhoods
    const double stretch = 1.35;
    const double sx = std::min(room.width() / 2, scale * stretch), sy = std::min(room.height() / 2, scale * stretch);
    return room.center() + QPointF(m_now[patch].x() * sx, -m_now[patch].y() * sy);
}

int EmbeddingView::patchAt(QPointF place, double reach) const
{
    int best = -1;
    double least = reach * reach;
    for (int i = 0; i < m_now.size(); ++i) {
        const QPointF d = placeOf(i) - place;
        const double distance = QPointF::dotProduct(d, d);
        if (distance <= least && isShown(i)) {
            least = distance;
            best = i;
        }
    }
    return best;
}

DotStyle EmbeddingView::styleOf(int patch) const
{
    if (m_by == Colouring::Class) return dotStyle(m_groups.groups[m_groups.groupOf[patch]].style);
    if (m_by == Colouring::None) return dotStyle(0);
    const auto [least, greatest] = scale();
    const double degrees = m_by == Colouring::Longitude ? m_patches.lon[patch] : m_patches.lat[patch];
    const double shade = (greatest - least) / shades;
    return dotStyle(m_by, shade > 0 ? least + shade * std::round((degrees - least) / shade) : degrees, least, greatest);
}

std::pair<double, double> EmbeddingView::scale() const
{
    return m_by == Colouring::Latitude ? std::pair(m_south, m_north) : std::pair(-180.0, 180.0);
}

void EmbeddingView::makeDots()
{
    m_dotsRatio = devicePixelRatioF();
    m_dotOf.resize(m_patches.count);
    QHash<QPair<QRgb, int>, int> known;
    for (int i = 0; i < m_patches.count; ++i) {
        const DotStyle style = styleOf(i);
        const QPair<QRgb, int> key(style.colour.rgb(), style.shape);
        if (!known.contains(key)) {
            known[key] = int(m_dots.size());
            m_dots << dotPixmap(style, dotSize, m_dotsRatio);
        }
        m_dotOf[i] = known[key];
    }
}

void EmbeddingView::paintEvent(QPaintEvent* event)
{
    ChartWidget::paintEvent(event);
    QPainter painter(this);
    const auto& s = Theme::instance()->surfaces();
    if (m_now.isEmpty()) {
        painter.setPen(s.quiet);
        painter.drawText(rect().adjusted(16, 16, -16, -16), Qt::AlignCenter | Qt::TextWordWrap,
                         tr("The first map comes with the first evaluation."));
        return;
    }
    if (m_dots.isEmpty() || m_dotsRatio != devicePixelRatioF()) {
        m_dots.clear();
        makeDots();
    }
    const QPointF corner = QPointF(dotSize + 2, dotSize + 2) / 2;
    bool any = false; // of another data set's selection nothing is here
    for (int i = 0; m_selection && !m_selection->isEmpty() && !any && i < m_now.size(); ++i) any = isSelected(i);
    if (any) painter.setOpacity(0.25); // the others stay as context
    for (int i = 0; i < m_now.size(); ++i)
        if (isShown(i)) painter.drawPixmap((placeOf(i) - corner).toPoint(), m_dots[m_dotOf[i]]);
    painter.setOpacity(1);
    if (any) paintSelected(painter);
    m_lasso.paint(painter);
    if (m_hovered < 0) return;
    const QPointF place = placeOf(m_hovered);
    const double half = (hoveredSize + 2) / 2;
    painter.drawPixmap(place - QPointF(half, half), dotPixmap(styleOf(m_hovered), hoveredSize, m_dotsRatio));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(s.text, 1.5));
    painter.drawEllipse(place, half + 1, half + 1);
}

void EmbeddingView::paintSelected(QPainter& painter) const
{
    const QPointF corner = QPointF(dotSize + 2, dotSize + 2) / 2;
    int count = 0;
    for (int i = 0; i < m_now.size(); ++i) {
        if (!isSelected(i)) continue;
        ++count;
        if (isShown(i)) painter.drawPixmap((placeOf(i) - corner).toPoint(), m_dots[m_dotOf[i]]);
    }
    painter.setPen(Theme::instance()->surfaces().quiet);
    painter.drawText(rect().adjusted(8, 4, -8, -4), Qt::AlignLeft | Qt::AlignBottom,
                     tr("%1 of %2 selected").arg(count).arg(m_now.size()));
}

void EmbeddingView::mouseMoveEvent(QMouseEvent* event)
{
    if (m_lasso.isBegun() && m_lasso.draw(event->position())) return update();
    setHovered(patchAt(event->position(), reachPixels));
}

void EmbeddingView::mousePressEvent(QMouseEvent* event)
{
    setFocus(Qt::MouseFocusReason);
    mouseMoveEvent(event);
    if (m_selection && event->button() == Qt::LeftButton && !m_now.isEmpty()) m_lasso.begin(event->position());
}

void EmbeddingView::mouseReleaseEvent(QMouseEvent* event)
{
    if (!m_lasso.isBegun()) return;
    const bool more = event->modifiers() & (Qt::ShiftModifier | Qt::ControlModifier);
    QSet<QString> ids;
    if (!m_lasso.isDrawn() && m_hovered >= 0) ids << m_patches.ids[m_hovered];
    for (int i = 0; m_lasso.isDrawn() && i < m_now.size(); ++i)
        if (isShown(i) && m_lasso.contains(placeOf(i))) ids << m_patches.ids[i];
    m_lasso.end();
    if (m_selection && !(more && ids.isEmpty())) m_selection->choose(ids, more);
    update();
}

void EmbeddingView::leaveEvent(QEvent*)
{
    if (!hasFocus()) setHovered(-1);
}

void EmbeddingView::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Left: return moveHover({-1, 0});
    case Qt::Key_Right: return moveHover({1, 0});
    case Qt::Key_Up: return moveHover({0, -1});
    case Qt::Key_Down: return moveHover({0, 1});
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (!m_selection || m_hovered < 0 || event->modifiers() & Qt::ControlModifier) break;
        return m_selection->toggle(m_patches.ids[m_hovered]);
    case Qt::Key_Escape:
        if (m_selection && !m_selection->isEmpty()) return m_selection->clear();
        if (m_hovered >= 0) return setHovered(-1);
        break;
    default: break;
    }
    ChartWidget::keyPressEvent(event);
}

void EmbeddingView::moveHover(QPointF direction)
{
    if (m_now.isEmpty()) return;
    const double everywhere = width() + height();
    if (m_hovered < 0) return setHovered(patchAt(QRectF(rect()).center(), everywhere));
    const QPointF from = placeOf(m_hovered);
    int best = -1;
    double least = std::numeric_limits<double>::infinity();
    for (int i = 0; i < m_now.size(); ++i) {
        if (i == m_hovered || !isShown(i)) continue;
        const QPointF d = placeOf(i) - from;
        const double along = QPointF::dotProduct(d, direction),
                     across = std::abs(d.x() * direction.y() - d.y() * direction.x());
        if (along <= 0 || across > along) continue; // not in the quarter that the arrow points to
        if (along + across < least) {
            least = along + across;
            best = i;
        }
    }
    if (best >= 0) setHovered(best);
}

QString EmbeddingView::describe(int patch) const
{
    const int label = m_patches.label[patch];
    const QString place = placeText(m_patches.lon[patch], m_patches.lat[patch]);
    if (label < 0) return place.isEmpty() ? m_patches.ids[patch] : place;
    return place.isEmpty() ? m_patches.classes[label]
                           : tr("%1, %2", "class, place").arg(m_patches.classes[label], place);
}

QString EmbeddingView::sentence() const
{
    if (m_now.isEmpty()) return tr("Map of the probe set: not there yet.");
    const int shown = int(std::count_if(m_groups.groupOf.begin(), m_groups.groupOf.end(),
                                        [this](int group) { return !m_hidden.contains(group); }));
    const QString map =
        tr("Map of the probe set at step %1, showing %2 of %3 patches; arrow keys go from one to the next.")
            .arg(m_step)
            .arg(shown)
            .arg(m_patches.count);
    return m_hovered < 0 ? map : tr("%1 Patch %2: %3.").arg(map).arg(m_hovered + 1).arg(describe(m_hovered));
}

QSize EmbeddingView::sizeHint() const { return {360, 360}; }
QSize EmbeddingView::minimumSizeHint() const { return {160, 120}; }

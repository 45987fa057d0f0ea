// SPDX-License-Identifier: GPL-3.0-or-later
#include "plotgroup.h"

#include "series.h"

#include <QtNumeric>
#include <algorithm>
#include <cmath>
#include <utility>

namespace {
constexpr int maxHistory = 50;
} // namespace

void PlotGroup::setGrid(Axis axis, const QVector<double>& x, const QVector<double>& epochs)
{
    if (axis != m_axis) {
        const QVector<double> before = m_grid;
        const auto moved = [&](double at) {
            const int i = nearestIndex(before, at);
            return i >= 0 && i < x.size() ? x[i] : qQNaN();
        };
        m_cursor = moved(m_cursor);
        m_pinned = moved(m_pinned);
        for (double& mark : m_marks) mark = moved(mark);
        if (m_zoom) {
            const Window window{moved(m_zoom->from), moved(m_zoom->to)};
            m_zoom = window.from < window.to ? std::optional(window) : std::nullopt;
        }
        m_history.clear();
        m_axis = axis;
        Q_EMIT followChanged();
        Q_EMIT cursorChanged();
    }
    m_grid = x;
    m_epochs = epochs;
    Q_EMIT viewChanged();
}

double PlotGroup::start() const
{
    if (!isLogX()) return 0;
    const auto first = std::upper_bound(m_grid.begin(), m_grid.end(), 0.0);
    return first == m_grid.end() ? 1 : *first;
}

PlotGroup::Window PlotGroup::visible() const
{
    const double from = start(), end = m_grid.isEmpty() ? 0 : m_grid.last();
    if (m_zoom) return {std::max(from, m_zoom->from), m_zoom->to};
    return {from, end > from ? end : from + 1};
}

void PlotGroup::setZoom(const std::optional<Window>& zoom)
{
    m_zoom = zoom;
    Q_EMIT followChanged();
    Q_EMIT viewChanged();
}

void PlotGroup::follow()
{
    if (!m_zoom) return;
    m_history << m_zoom;
    setZoom(std::nullopt);
}

void PlotGroup::hold()
{
    if (!m_zoom) setZoom(visible());
}

void PlotGroup::zoom(Window window)
{
    const double end = m_grid.isEmpty() ? 1 : m_grid.last();
    window.from = std::max(start(), window.from);
    window.to = std::min(end, window.to);
    // narrower than two steps there is nothing to see
    const double least = m_grid.size() > 1 ? 2 * end / double(m_grid.size()) : 0;
    if (!(window.to - window.from > least) || window == visible()) return;
    if (m_history.size() >= maxHistory) m_history.removeFirst();
    m_history << m_zoom;
    setZoom(window.from <= start() && window.to >= end ? std::nullopt : std::optional(window));
}

void PlotGroup::zoomAt(double x, double factor)
{
    const Window now = visible();
    if (isLogX()) {
        x = std::max(x, start());
        return zoom({x * std::pow(now.from / x, factor), x * std::pow(now.to / x, factor)});
    }
    zoom({x - (x - now.from) * factor, x + (now.to - x) * factor});
}

void PlotGroup::previousZoom()
{
    if (m_history.isEmpty()) return;
    setZoom(m_history.takeLast());
}

void PlotGroup::setCursor(double x)
{
    const int i = nearestIndex(m_grid, x);
    const double snapped = i < 0 ? qQNaN() : m_grid[i];
    if (snapped == m_cursor || (std::isnan(snapped) && std::isnan(m_cursor))) return;
    m_cursor = snapped;
    Q_EMIT cursorChanged();
}

void PlotGroup::moveCursor(int direction, bool byEpoch)
{
    if (m_grid.isEmpty()) return;
    if (std::isnan(m_cursor)) return setCursor(std::min(m_grid.last(), visible().to));
    if (byEpoch) {
        const auto next = direction > 0 ? std::upper_bound(m_epochs.begin(), m_epochs.end(), m_cursor)
                                        : std::lower_bound(m_epochs.begin(), m_epochs.end(), m_cursor) - 1;
        if (next >= m_epochs.begin() && next < m_epochs.end()) return setCursor(*next);
        return setCursor(direction > 0 ? m_grid.last() : m_grid.first());
    }
    const int last = int(m_grid.size()) - 1;
    setCursor(m_grid[std::clamp(nearestIndex(m_grid, m_cursor) + direction, 0, last)]);
}

void PlotGroup::togglePin()
{
    m_pinned = std::isnan(m_pinned) ? m_cursor : qQNaN();
    Q_EMIT cursorChanged();
}

void PlotGroup::clearCursors()
{
    m_cursor = m_pinned = qQNaN();
    Q_EMIT cursorChanged();
}

void PlotGroup::setHalfLife(double steps)
{
    if (steps == m_halfLife) return;
    m_halfLife = steps;
    Q_EMIT smoothingChanged();
}

void PlotGroup::turn(bool& what, bool on)
{
    if (std::exchange(what, on) != on) Q_EMIT viewChanged();
}

void PlotGroup::setLog(bool log) { turn(m_log, log); }

void PlotGroup::setLogX(bool log)
{
    if (log == m_logX) return;
    m_logX = log;
    if (m_zoom && m_zoom->to <= start()) m_zoom.reset();
    Q_EMIT followChanged();
    Q_EMIT viewChanged();
}

void PlotGroup::setOutliers(bool shown) { turn(m_outliers, shown); }

void PlotGroup::setEnvelope(bool shown) { turn(m_envelope, shown); }

void PlotGroup::toggleMark()
{
    if (m_grid.isEmpty()) return;
    const double at = std::isnan(m_cursor) ? m_grid.last() : m_cursor;
    const auto place = std::lower_bound(m_marks.begin(), m_marks.end(), at);
    if (place != m_marks.end() && *place == at)
        m_marks.erase(place);
    else
        m_marks.insert(place, at);
    Q_EMIT viewChanged();
}

void PlotGroup::clearMarks()
{
    m_marks.clear();
    Q_EMIT viewChanged();
}

bool PlotGroup::isNearCursor(double x) const
{
    const Window now = visible();
    if (isLogX()) return std::abs(std::log(x / m_cursor)) < 0.01 * std::log(now.to / now.from);
    return std::abs(x - m_cursor) < 0.01 * (now.to - now.from);
}

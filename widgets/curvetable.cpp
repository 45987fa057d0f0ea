// SPDX-License-Identifier: GPL-3.0-or-later
#include "curvetable.h"

#include <QLocale>
#include <QtNumeric>
#include <algorithm>
#include <cmath>

namespace {
/// Step and place on the axis of every row.
QVector<std::pair<double, double>> rowsOf(const CurvePlot& plot)
{
    const auto window = plot.group()->visible();
    QVector<std::pair<double, double>> rows;
    for (const Curve& curve : plot.curves())
        for (qsizetype i = 0; i < curve.x.size(); ++i)
            if (curve.x[i] >= window.from && curve.x[i] <= window.to) rows << std::pair(curve.step[i], curve.x[i]);
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.first == b.first; }),
               rows.end());
    return rows;
}
} // namespace

CurveTable::CurveTable(const CurvePlot& plot, QObject* parent) : QAbstractTableModel(parent)
{
    const auto rows = rowsOf(plot);
    Column step{tr("Step"), {}}, x{axisWord(plot.group()->axis()), {}};
    for (const auto& [at, place] : rows) {
        step.values << at;
        x.values << place;
    }
    m_columns << step;
    if (plot.group()->axis() != PlotGroup::Axis::Step) m_columns << x;
    for (int c = 0; c < plot.curves().size(); ++c) {
        const Curve& curve = plot.curves()[c];
        const QVector<double> drawn = plot.drawn(c);
        const bool isSmoothed = drawn != curve.y;
        Column raw{curve.name, QVector<double>(rows.size(), qQNaN())};
        Column smooth{tr("%1, smoothed").arg(curve.name), raw.values};
        for (qsizetype row = 0, i = 0; row < rows.size(); ++row) {
            while (i < curve.step.size() && curve.step[i] < rows[row].first) ++i;
            if (i == curve.step.size() || curve.step[i] != rows[row].first) continue;
            raw.values[row] = curve.y[i];
            smooth.values[row] = drawn[i];
        }
        m_columns << raw;
        if (isSmoothed) m_columns << smooth;
    }
}

int CurveTable::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_columns.first().values.size());
}

int CurveTable::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_columns.size()); }

QVariant CurveTable::data(const QModelIndex& index, int role) const
{
    if (role == Qt::TextAlignmentRole) return int(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole || !index.isValid()) return {};
    const double value = m_columns[index.column()].values[index.row()];
    return std::isnan(value) ? QString() : QLocale().toString(value, 'g', 6);
}

QVariant CurveTable::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role != Qt::DisplayRole) return {};
    return orientation == Qt::Horizontal ? QVariant(m_columns[section].name) : QVariant(section + 1);
}

QByteArray CurveTable::csv() const
{
    QByteArray text;
    const auto cell = [&](const QByteArray& value, bool last) { text += value + (last ? "\r\n" : ","); };
    for (qsizetype c = 0; c < m_columns.size(); ++c) {
        QString name = m_columns[c].name;
        name.replace(u'"', QStringLiteral("\"\""));
        cell("\"" + name.toUtf8() + "\"", c + 1 == m_columns.size());
    }
    for (int row = 0; row < rowCount(); ++row)
        for (qsizetype c = 0; c < m_columns.size(); ++c) {
            const double value = m_columns[c].values[row];
            cell(std::isfinite(value) ? QByteArray::number(value, 'g', 10) : QByteArray(), c + 1 == m_columns.size());
        }
    return text;
}

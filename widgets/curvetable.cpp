// SPDX-License-Identifier: GPL-3.0-or-later
#include "curvetable.h"

#include <QLocale>
#include <QRegularExpression>
#include <QtNumeric>
#include <algorithm>
#include <cmath>

namespace {
constexpr int csvDigits = 10, tableDigits = 6;

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

QStringList CurveTable::names() const
{
    QStringList result;
    for (const Column& column : m_columns) result << column.name;
    return result;
}

QStringList CurveTable::texts(int row, int digits) const
{
    QStringList result;
    for (const Column& column : m_columns) {
        const double value = column.values[row];
        result << (std::isfinite(value) ? QString::number(value, 'g', digits) : QString());
    }
    return result;
}

QString CurveTable::csv() const
{
    QStringList lines, header = names();
    for (QString& name : header) name = QStringLiteral("\"%1\"").arg(name.replace(u'"', QStringLiteral("\"\"")));
    lines << header.join(u',');
    for (int row = 0; row < rowCount(); ++row) lines << texts(row, csvDigits).join(u',');
    return QStringLiteral("%1\r\n").arg(lines.join(QStringLiteral("\r\n")));
}

QString CurveTable::markdown() const
{
    const auto line = [](const QStringList& cells) {
        return QStringLiteral("| %1 |\n").arg(cells.join(QStringLiteral(" | ")));
    };
    QString result = line(names().replaceInStrings(QStringLiteral("|"), QStringLiteral("\\|")));
    result += line(QStringList(m_columns.size(), QStringLiteral("---:")));
    for (int row = 0; row < rowCount(); ++row) result += line(texts(row, tableDigits));
    return result;
}

QString CurveTable::latex() const
{
    const auto line = [](const QStringList& cells) {
        return QStringLiteral("%1 \\\\\n").arg(cells.join(QStringLiteral(" & ")));
    };
    const QRegularExpression special(QStringLiteral("([&%$#_{}])"));
    QStringList header = names();
    header.replaceInStrings(QRegularExpression(QStringLiteral(R"([\\~^])")), QStringLiteral(" "));
    QString result = QStringLiteral("\\begin{tabular}{%1}\n\\hline\n").arg(QString(m_columns.size(), u'r'));
    result += line(header.replaceInStrings(special, QStringLiteral("\\\\1")));
    result += QStringLiteral("\\hline\n");
    for (int row = 0; row < rowCount(); ++row) result += line(texts(row, tableDigits));
    return result + QStringLiteral("\\hline\n\\end{tabular}\n");
}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "curveplot.h"

#include <QAbstractTableModel>

/// What a chart shows, as numbers: a row per step that any of its curves has in the visible window, unthinned.
class CurveTable : public QAbstractTableModel {
    Q_OBJECT
public:
    explicit CurveTable(const CurvePlot& plot, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    /// RFC 4180 with a header line, numbers as C writes them, empty where there is none.
    QString csv() const;
    QString markdown() const;
    /// A tabular without packages.
    QString latex() const;

private:
    QStringList names() const;
    /// Numbers as C writes them; empty where there is none.
    QStringList texts(int row, int digits) const;

    struct Column {
        QString name;
        QVector<double> values; ///< by row; NaN where there is none
    };
    QVector<Column> m_columns;
};

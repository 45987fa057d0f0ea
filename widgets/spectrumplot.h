// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "chartwidget.h"
#include "patchtable.h"

class QCPGraph;
class QCustomPlot;

/// Mean and deviation of pixels in each band of a layer, of a selection over those of the whole data set: over
/// wavelengths where bands have them, else over the bands' names.
class SpectrumPlot : public ChartWidget {
    Q_OBJECT
public:
    explicit SpectrumPlot(QWidget* parent = nullptr);
    /// The table is the caller's and stays until the next.
    void setTable(const PatchTable* table);
    void setLayer(int layer);
    /// The answer to `spectrum` for so many selected patches; empty: the whole data set alone.
    void setSpectrum(const QJsonObject& answer, int selected);

    /// Where band `i` of the layer stands on the x axis, in nm or as its number.
    QVector<double> places() const;
    /// Means of the selection in the layer's bands; NaN where there is none.
    QVector<double> means() const;
    bool isOverWavelengths() const;
    QString sentence() const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void redraw();
    QVector<int> channels() const; ///< of the layer, by wavelength where they have one
    QVector<double> column(const char* name) const;

    const PatchTable* m_table = nullptr;
    int m_layer = 0, m_selected = 0, m_counted = 0;
    QVector<double> m_mean, m_deviation; ///< by channel
    ElidedLabel *m_heading, *m_legend;
    QCustomPlot* m_plot;
    QCPGraph *m_low, *m_high, *m_allLow, *m_allHigh, *m_line, *m_all;
};

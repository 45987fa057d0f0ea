// SPDX-License-Identifier: GPL-3.0-or-later
#include "spectrumplot.h"

#include "numbertext.h"
#include "qcp.h"
#include "theme.h"

#include <QJsonArray>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace {
constexpr int leastOfWavelengths = 3;

class ShortTicker final : public QCPAxisTicker {
    QString getTickLabel(double tick, const QLocale&, QChar, int) override { return shortNumber(tick); }
};

QVector<double> plus(const QVector<double>& a, const QVector<double>& b, double sign)
{
    QVector<double> sum;
    for (qsizetype i = 0; i < a.size(); ++i) sum << a[i] + sign * b.value(i);
    return sum;
}
QColor faded(QColor colour, double opacity)
{
    colour.setAlphaF(float(opacity));
    return colour;
}
} // namespace

SpectrumPlot::SpectrumPlot(QWidget* parent)
    : ChartWidget(parent),
      m_heading(new ElidedLabel),
      m_legend(new ElidedLabel),
      m_plot(new QCustomPlot)
{
    m_plot->setFocusPolicy(Qt::NoFocus);
    m_plot->setContextMenuPolicy(Qt::NoContextMenu);
    m_plot->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_plot->setInteractions({});
    for (QCPGraph** graph : {&m_allLow, &m_allHigh, &m_low, &m_high, &m_all, &m_line}) *graph = m_plot->addGraph();
    m_allHigh->setChannelFillGraph(m_allLow);
    m_high->setChannelFillGraph(m_low);
    m_legend->setForegroundRole(QPalette::PlaceholderText);
    auto* top = new QHBoxLayout;
    m_heading->setSizePolicy(QSizePolicy::Minimum, QSizePolicy::Fixed); // the legend gives way first
    top->setSpacing(8);
    top->addWidget(m_heading, 1);
    top->addWidget(m_legend);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 6, 8, 4);
    column->setSpacing(0);
    column->addLayout(top);
    column->addWidget(m_plot, 1);
    connect(Theme::instance(), &Theme::changed, this, &SpectrumPlot::redraw);
    redraw();
}

void SpectrumPlot::setTable(const PatchTable* table)
{
    m_table = table;
    m_layer = 0;
    setSpectrum({}, 0);
}

void SpectrumPlot::setLayer(int layer)
{
    if (layer == m_layer) return;
    m_layer = layer;
    redraw();
}

void SpectrumPlot::setSpectrum(const QJsonObject& answer, int selected)
{
    const auto numbers = [&](const char* name) {
        QVector<double> all;
        for (const QJsonValue& value : answer[QLatin1String(name)].toArray()) all << value.toDouble(qQNaN());
        return all;
    };
    m_mean = numbers("mean");
    m_deviation = numbers("deviation");
    m_counted = answer["patches"].toInt();
    m_selected = selected;
    if (!m_table || m_mean.size() != m_table->bands.size() || m_deviation.size() != m_mean.size()) m_selected = 0;
    redraw();
}

QVector<int> SpectrumPlot::channels() const
{
    QVector<int> all;
    for (int i = 0; m_table && i < m_table->bands.size(); ++i)
        if (m_table->bands[i].layer == m_layer) all << i;
    const auto wavelength = [this](int i) { return m_table->bands[i].wavelengthNm; };
    const auto known = std::count_if(all.begin(), all.end(), [&](int i) { return std::isfinite(wavelength(i)); });
    if (known < all.size()) return all;
    std::stable_sort(all.begin(), all.end(), [&](int a, int b) { return wavelength(a) < wavelength(b); });
    return all;
}

/// Radar bands share one wavelength.
bool SpectrumPlot::isOverWavelengths() const
{
    QSet<double> different;
    for (const int i : channels()) {
        if (!std::isfinite(m_table->bands[i].wavelengthNm)) return false;
        different << m_table->bands[i].wavelengthNm;
    }
    return different.size() >= leastOfWavelengths;
}

QVector<double> SpectrumPlot::places() const
{
    QVector<double> all;
    const bool over = isOverWavelengths();
    for (const int i : channels()) all << (over ? m_table->bands[i].wavelengthNm : double(all.size()));
    return all;
}

QVector<double> SpectrumPlot::means() const
{
    QVector<double> all;
    for (const int i : channels()) all << (m_selected > 0 ? m_mean[i] : qQNaN());
    return all;
}

void SpectrumPlot::redraw()
{
    const Theme* theme = Theme::instance();
    const auto& s = theme->surfaces();
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    m_heading->setFont(bold);
    const QVector<int> bands = channels();
    m_plot->setVisible(!bands.isEmpty());
    QVector<double> x = places(), all, allDeviation, deviation;
    QStringList names;
    for (const int i : bands) {
        all << m_table->bands[i].mean;
        allDeviation << m_table->bands[i].deviation;
        deviation << (m_selected > 0 ? m_deviation[i] : qQNaN());
        names << m_table->bands[i].name;
    }
    const QVector<double> mean = means();
    m_all->setData(x, all, true);
    m_allLow->setData(x, plus(all, allDeviation, -1), true);
    m_allHigh->setData(x, plus(all, allDeviation, 1), true);
    m_line->setData(x, mean, true);
    m_low->setData(x, plus(mean, deviation, -1), true);
    m_high->setData(x, plus(mean, deviation, 1), true);

    const QColor accent = s.accent;
    for (QCPGraph* graph : {m_low, m_high, m_allLow, m_allHigh}) graph->setPen(Qt::NoPen);
    m_allHigh->setBrush(faded(s.quiet, m_selected > 0 ? 0.12 : 0.2));
    m_high->setBrush(faded(accent, 0.22));
    m_all->setPen(QPen(s.quiet, 1.5));
    m_line->setPen(QPen(accent, 2));
    m_all->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, s.quiet, 4));
    m_line->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, accent, 6));
    QFont small = font();
    if (small.pointSizeF() > 0) small.setPointSizeF(small.pointSizeF() * 0.85);
    m_plot->setBackground(s.panel);
    for (QCPAxis* axis : {m_plot->xAxis, m_plot->yAxis}) {
        axis->setBasePen(QPen(s.line));
        axis->setTickPen(QPen(s.line));
        axis->setSubTicks(false);
        axis->setTickLabelColor(s.quiet);
        axis->setTickLabelFont(small);
        axis->grid()->setPen(QPen(s.line, 1, Qt::DotLine));
        axis->grid()->setZeroLinePen(Qt::NoPen);
    }
    const bool over = isOverWavelengths();
    if (over) {
        m_plot->xAxis->setTicker(QSharedPointer<QCPAxisTicker>(new ShortTicker));
    } else {
        QSharedPointer<QCPAxisTickerText> text(new QCPAxisTickerText);
        for (int i = 0; i < names.size(); ++i) text->addTick(i, names[i]);
        m_plot->xAxis->setTicker(text);
    }
    m_plot->yAxis->setTicker(QSharedPointer<QCPAxisTicker>(new ShortTicker));
    m_plot->yAxis->ticker()->setTickCount(4);
    m_plot->rescaleAxes();
    if (!x.isEmpty()) {
        const double span = x.last() - x.first();
        m_plot->xAxis->setRange(x.first() - (span > 0 ? 0.04 * span : 1), x.last() + (span > 0 ? 0.04 * span : 1));
        m_plot->yAxis->scaleRange(1.1);
    }
    const QString unit = bands.isEmpty() ? QString() : m_table->bands[bands.first()].unit;
    const QString layer = !m_table || m_layer >= m_table->layers.size() ? QString()
                          : m_table->layers[m_layer].title.isEmpty()    ? m_table->layers[m_layer].name
                                                                        : m_table->layers[m_layer].title;
    QStringList parts{layer, unit, over ? tr("over nm") : QString()};
    parts.removeAll(QString());
    m_heading->setText(m_selected <= 0 ? tr("Spectrum of all tiles")
                       : m_counted < m_selected
                           ? tr("Spectrum of %1 of the %2 selected tiles")
                                 .arg(QLocale().toString(m_counted), QLocale().toString(m_selected))
                           : tr("Spectrum of %n selected tile(s)", nullptr, m_selected));
    m_legend->setText(parts.join(QStringLiteral(" · ")));
    m_legend->setToolTip(tr("Line: mean of the pixels; band: one deviation to either side. Grey: the training tiles."));
    m_plot->replot(QCustomPlot::rpQueuedReplot);
    update();
}

void SpectrumPlot::paintEvent(QPaintEvent* event) { ChartWidget::paintEvent(event); }

QString SpectrumPlot::sentence() const
{
    if (channels().isEmpty()) return tr("Spectrum: no data yet.");
    QStringList parts;
    for (const int i : channels())
        parts << tr("%1: %2", "band: value")
                     .arg(m_table->bands[i].name, shortNumber(m_selected > 0 ? m_mean[i] : m_table->bands[i].mean));
    return tr("%1, means. %2.").arg(m_heading->text(), parts.join(QStringLiteral("; ")));
}

QSize SpectrumPlot::sizeHint() const { return {360, 9 * fontMetrics().height()}; }
QSize SpectrumPlot::minimumSizeHint() const { return {200, 7 * fontMetrics().height()}; }

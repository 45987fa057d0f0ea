// SPDX-License-Identifier: GPL-3.0-or-later
#include "runcharts.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

namespace {
struct Charts {
    Q_DECLARE_TR_FUNCTIONS(RunCharts)
};

double onAxis(const StepPoint& point, PlotGroup::Axis axis)
{
    switch (axis) {
    case PlotGroup::Axis::Step: return double(point.step);
    case PlotGroup::Axis::Epoch: return point.epoch;
    case PlotGroup::Axis::Samples: return double(point.samples);
    case PlotGroup::Axis::Minutes: return point.seconds / 60;
    }
    return 0;
}

template <typename Value>
Curve stepCurve(const RunLog& log, const QVector<double>& grid, const QString& name, int series, Value value)
{
    const auto count = log.steps().size();
    Curve curve{name, series, QVector<double>(count), grid, QVector<double>(count)};
    for (qsizetype i = 0; i < count; ++i) {
        curve.step[i] = double(log.steps()[i].step);
        curve.y[i] = value(log.steps()[i]);
    }
    return curve;
}
} // namespace

QVector<double> gridOf(const RunLog& log, PlotGroup::Axis axis)
{
    QVector<double> x(log.steps().size());
    double last = 0;
    for (qsizetype i = 0; i < x.size(); ++i) {
        const double at = onAxis(log.steps()[i], axis);
        if (at > last) last = at; // what a line did not tell, or told wrongly, must not turn the curve back
        x[i] = last;
    }
    return x;
}

QVector<double> epochsOf(const RunLog& log, PlotGroup::Axis axis)
{
    QVector<double> result;
    const double each = log.stepsPerEpoch();
    if (!(each >= 1)) return result;
    for (double step = each; step <= double(log.lastStep()); step += each) result << placeOf(log, axis, qint64(step));
    return result;
}

double placeOf(const RunLog& log, PlotGroup::Axis axis, qint64 step)
{
    const auto& steps = log.steps();
    const auto next = std::lower_bound(steps.begin(), steps.end(), step,
                                       [](const StepPoint& point, qint64 at) { return point.step < at; });
    if (steps.isEmpty() || step <= 0) return 0;
    if (next == steps.end()) return onAxis(steps.last(), axis);
    const double at = onAxis(*next, axis);
    if (next->step == step) return at;
    const double before = next == steps.begin() ? 0 : onAxis(*(next - 1), axis);
    const double from = next == steps.begin() ? 0 : double((next - 1)->step);
    return before + (double(step) - from) / (double(next->step) - from) * (at - before);
}

Curve lossCurve(const RunLog& log, const QVector<double>& grid, const QString& name, int series)
{
    return stepCurve(log, grid, name, series, [](const StepPoint& point) { return point.loss; });
}

Curve rateCurve(const RunLog& log, const QVector<double>& grid, const QString& name, int series)
{
    Curve curve{name, series, {}, {}, {}};
    for (qsizetype i = 0; i < log.steps().size(); ++i) { // a step need not tell it
        const StepPoint& point = log.steps()[i];
        if (std::isnan(point.lr)) continue;
        curve.step << double(point.step);
        curve.x << grid[i];
        curve.y << point.lr;
    }
    return curve;
}

Curve probeCurve(const RunLog& log, PlotGroup::Axis axis, const QString& metric, const QString& name, int series)
{
    Curve curve{name, series, {}, {}, {}};
    for (const ProbePoint& probe : log.probes()) {
        const auto value = probe.metrics.find(metric);
        if (value == probe.metrics.end()) continue;
        curve.step << double(probe.step);
        curve.x << placeOf(log, axis, probe.step);
        curve.y << *value;
    }
    return curve;
}

QVector<Baseline> baselinesOf(const RunLog& log, const QString& metric)
{
    const QVector<std::pair<QString, QString>> names{{QStringLiteral("chance"), Charts::tr("chance")},
                                                     {QStringLiteral("statistics"), Charts::tr("statistics")},
                                                     {QStringLiteral("untrained"), Charts::tr("untrained")}};
    QVector<Baseline> result;
    for (const auto& [key, name] : names) {
        const auto metrics = log.baselines().value(key);
        if (metrics.contains(metric)) result << Baseline{name, metrics[metric]};
    }
    return result;
}

QVector<EventMark> marksOf(const RunLog& log, PlotGroup::Axis axis)
{
    QVector<EventMark> result;
    for (const Change& change : log.changes())
        if (change.what == "set")
            result << EventMark{placeOf(log, axis, change.step),
                                Charts::tr("%1 → %2", "setting, new value")
                                    .arg(change.key.section(u'.', -1), change.value.toVariant().toString())};
    for (const qint64 step : log.checkpoints())
        result << EventMark{placeOf(log, axis, step), Charts::tr("checkpoint"), true};
    for (const qint64 step : log.resumes()) result << EventMark{placeOf(log, axis, step), Charts::tr("resumed"), true};
    std::stable_sort(result.begin(), result.end(), [](const EventMark& a, const EventMark& b) { return a.x < b.x; });
    return result;
}

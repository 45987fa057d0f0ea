// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "curveplot.h"
#include "runlog.h"

/// A RunLog as curves. Pure: no widgets, no files.

/// Where each logged step lies on an axis; the curves of steps share it.
QVector<double> gridOf(const RunLog& log, PlotGroup::Axis axis);
/// Where each epoch begins on that axis, within the grid.
QVector<double> epochsOf(const RunLog& log, PlotGroup::Axis axis);
/// Where one step lies, between logged ones as well.
double placeOf(const RunLog& log, PlotGroup::Axis axis, qint64 step);

Curve lossCurve(const RunLog& log, const QVector<double>& grid, const QString& name, int series);
Curve rateCurve(const RunLog& log, const QVector<double>& grid, const QString& name, int series);
/// A metric of the probes, where it was measured.
Curve probeCurve(const RunLog& log, PlotGroup::Axis axis, const QString& metric, const QString& name, int series);
/// That metric of chance, statistics and the untrained encoder, where it is known.
QVector<Baseline> baselinesOf(const RunLog& log, const QString& metric);
/// Settings that were changed while it trained; quietly, its checkpoints and where it was resumed. x ascends.
QVector<EventMark> marksOf(const RunLog& log, PlotGroup::Axis axis);

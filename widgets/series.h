// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QVector>

/// Numbers of curves, no pixels and no widgets. Every function is pure; x ascends; a point that is not finite stays
/// where it is.

/// Largest weight of the past from one step to the next: however long the half-life, a curve still moves.
constexpr double maxMemory = 0.999;

/// Weight of the past from one step to the next that halves every `halfLife` steps (0: none), capped.
double memory(double halfLife);

/// Debiased exponential mean over all points, weighted by steps and not by points, so that it does not depend on how
/// often was logged. A constant stays exactly itself, a prefix gives the prefix, what is not finite passes through
/// unseen.
QVector<double> smoothed(const QVector<double>& step, const QVector<double>& y, double halfLife);

struct Span {
    double low = 0, high = 1;
    int above = 0, below = 0; ///< points left outside
};
/// Where the finite points with x in [from, to] lie, if `robust` without those that lie further outside the 2nd to 98th
/// percentile than half its width. Where there are none, the points on either side. With `log`, distances are ratios
/// and values <= 0 do not count. low < high always.
Span robustSpan(const QVector<double>& x, const QVector<double>& y, double from, double to, bool log = false,
                bool robust = true);

struct Points {
    QVector<double> x, y;
};
/// The points with x in [from, to] and one neighbour on each side, thinned to at most one per 2 of `pixels`
/// (with `logX` equal ratios are equally wide, and x <= 0 has no place); the last point is kept, and a point that is
/// not finite leaves a gap (NaN).
Points decimated(const QVector<double>& x, const QVector<double>& y, double from, double to, int pixels,
                 bool logX = false);

struct Envelope {
    QVector<double> x, low, high;
};
/// Least and greatest finite y of every stretch of 6 of `pixels`, and of one more on each side of [from, to].
Envelope envelopeOf(const QVector<double>& x, const QVector<double>& y, double from, double to, int pixels,
                    bool logX = false);

/// Index of the point nearest to `at` in ascending x, -1 if there is none.
int nearestIndex(const QVector<double>& x, double at);

/// y at `at` on the line through the points (NaN without points; the end's value beyond an end).
double interpolated(const QVector<double>& x, const QVector<double>& y, double at);

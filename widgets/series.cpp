// SPDX-License-Identifier: GPL-3.0-or-later
#include "series.h"

#include <QtNumeric>
#include <algorithm>
#include <cmath>
#include <limits>

namespace {
/// Points outside the percentiles are outliers only if they would squeeze the rest to less than 1 / (1 + 2 * this).
constexpr double tolerated = 0.5;

double percentile(QVector<double>& values, double share)
{
    const auto at = values.begin() + qsizetype(std::lround(share * double(values.size() - 1)));
    std::nth_element(values.begin(), at, values.end());
    return *at;
}
} // namespace

double memory(double halfLife) { return halfLife > 0 ? std::min(maxMemory, std::exp2(-1 / halfLife)) : 0; }

QVector<double> smoothed(const QVector<double>& step, const QVector<double>& y, double halfLife)
{
    const double perStep = memory(halfLife);
    if (perStep <= 0) return y;
    QVector<double> result(y.size());
    // the first point speaks for as long as the second: with equal spacing this is the usual debiased mean
    double previous = y.size() > 1 ? 2 * step[0] - step[1] : 0;
    double mean = 0, weight = 0, apart = 0, past = 1;
    for (qsizetype i = 0; i < y.size(); ++i) {
        if (!std::isfinite(y[i])) {
            result[i] = y[i];
            continue;
        }
        if (step[i] - previous != apart) { // a power is costly and steps mostly lie equally apart
            apart = step[i] - previous;
            past = std::pow(perStep, apart);
        }
        weight = past * weight + 1 - past;
        // moved by the difference, which is exactly zero for a constant
        if (weight > 0) mean += (1 - past) / weight * (y[i] - mean);
        previous = step[i];
        result[i] = mean;
    }
    return result;
}

Span robustSpan(const QVector<double>& x, const QVector<double>& y, double from, double to, bool log, bool robust)
{
    QVector<double> seen;
    seen.reserve(y.size());
    double before = qQNaN(), after = qQNaN();
    for (qsizetype i = 0; i < y.size(); ++i) {
        if (!std::isfinite(y[i]) || (log && y[i] <= 0)) continue;
        const double value = log ? std::log(y[i]) : y[i];
        if (x[i] < from)
            before = value;
        else if (x[i] <= to)
            seen << value;
        else if (std::isnan(after))
            after = value;
    }
    if (seen.isEmpty()) // between two points their line is seen
        for (const double value : {before, after})
            if (!std::isnan(value)) seen << value;
    Span span;
    if (seen.isEmpty()) return log ? Span{0.1, 1, 0, 0} : span;
    const double low = percentile(seen, 0.02), high = percentile(seen, 0.98);
    const double reach = robust && high > low ? tolerated * (high - low) : std::numeric_limits<double>::infinity();
    span = {high, low, 0, 0};
    for (const double value : seen) {
        span.above += value > high + reach;
        span.below += value < low - reach;
        if (std::abs(value - std::clamp(value, low, high)) > reach) continue;
        span.low = std::min(span.low, value);
        span.high = std::max(span.high, value);
    }
    const double narrowest = std::max(1e-9, 1e-3 * std::max(std::abs(span.low), std::abs(span.high)));
    if (span.high - span.low < narrowest) {
        span.low -= narrowest / 2;
        span.high += narrowest / 2;
    }
    if (log) {
        span.low = std::exp(span.low);
        span.high = std::exp(span.high);
    }
    return span;
}

Points decimated(const QVector<double>& x, const QVector<double>& y, double from, double to, int pixels, bool logX)
{
    Points result;
    auto first = std::lower_bound(x.begin(), x.end(), from) - x.begin();
    auto last = std::upper_bound(x.begin(), x.end(), to) - x.begin();
    const qsizetype least = logX ? std::upper_bound(x.begin(), x.end(), 0.0) - x.begin() : 0;
    first = std::max(least, first - 1);
    last = std::min<qsizetype>(x.size(), last + 1);
    const auto f = [logX](double at) { return logX ? std::log(at) : at; };
    const double width = 2 * (f(to) - f(from)) / std::max(1, pixels);
    const auto bucket = [&](qsizetype i) { return std::floor((f(x[i]) - f(from)) / width); };
    bool gap = false;
    for (qsizetype i = first; i < last; ++i) {
        gap = gap || !std::isfinite(y[i]);
        if (i != first && i + 1 != last && bucket(i + 1) == bucket(i)) continue;
        result.x << x[i];
        result.y << (gap ? qQNaN() : y[i]);
        gap = false;
    }
    return result;
}

Envelope envelopeOf(const QVector<double>& x, const QVector<double>& y, double from, double to, int pixels, bool logX)
{
    Envelope result;
    const auto f = [logX](double at) { return logX ? std::log(at) : at; };
    const double width = 6 * (f(to) - f(from)) / std::max(1, pixels);
    double last = qQNaN();
    for (qsizetype i = 0; i < x.size(); ++i) {
        const double stretch = std::floor((f(x[i]) - f(from)) / width);
        if (!std::isfinite(y[i]) || stretch < -1 || f(x[i]) > f(to) + width) continue;
        if (stretch != last) {
            result.x << x[i];
            result.low << y[i];
            result.high << y[i];
            last = stretch;
        }
        result.low.last() = std::min(result.low.last(), y[i]);
        result.high.last() = std::max(result.high.last(), y[i]);
    }
    return result;
}

int nearestIndex(const QVector<double>& x, double at)
{
    if (x.isEmpty() || std::isnan(at)) return -1;
    const auto next = std::lower_bound(x.begin(), x.end(), at) - x.begin();
    if (next == 0) return 0;
    return int(next == x.size() || at - x[next - 1] <= x[next] - at ? next - 1 : next);
}

double interpolated(const QVector<double>& x, const QVector<double>& y, double at)
{
    if (x.isEmpty()) return qQNaN();
    const auto next = std::upper_bound(x.begin(), x.end(), at) - x.begin();
    if (next == 0) return y.first();
    if (next == x.size()) return y.last();
    return y[next - 1] + (at - x[next - 1]) / (x[next] - x[next - 1]) * (y[next] - y[next - 1]);
}

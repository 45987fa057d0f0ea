// SPDX-License-Identifier: GPL-3.0-or-later
#include "valuespin.h"

#include <QLocale>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

namespace {
constexpr double unbounded = 1e15;

/// The next of 1, 2, 5, 10, 20, ... above or below.
double nextOfDecade(double value, bool up)
{
    const double decade = std::pow(10, std::floor(std::log10(value) + 1e-9));
    const double lead = value / decade;
    constexpr double tolerance = 1e-6;
    if (up) {
        for (const double step : {2.0, 5.0, 10.0})
            if (lead < step - tolerance) return step * decade;
        return 20 * decade;
    }
    for (const double step : {5.0, 2.0, 1.0})
        if (lead > step + tolerance) return step * decade;
    return 0.5 * decade;
}
} // namespace

ValueSpin::ValueSpin(bool integer, std::optional<double> min, std::optional<double> max,
                     std::optional<double> automatic, QWidget* parent)
    : QDoubleSpinBox(parent),
      m_integer(integer),
      m_least(min.value_or(-unbounded)),
      m_automatic(automatic)
{
    const double most = max.value_or(unbounded);
    m_decades = m_least >= 0 && most / std::max(m_least, 1e-3) >= 500 && most >= (integer ? 1000 : 5);
    setDecimals(integer ? 0 : 12);
    setRange(automatic ? std::min(*automatic, m_least) : m_least, most);
    setAccelerated(true);
    setKeyboardTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setCorrectionMode(QAbstractSpinBox::CorrectToNearestValue);
}

QString ValueSpin::textFromValue(double value) const
{
    if (m_automatic && value == *m_automatic) return tr("automatic");
    return m_integer ? locale().toString(qint64(std::llround(value))) : locale().toString(value, 'g', 8);
}

double ValueSpin::valueFromText(const QString& text) const
{
    const QString typed = text.trimmed();
    if (m_automatic && (typed.isEmpty() || tr("automatic").startsWith(typed, Qt::CaseInsensitive))) return *m_automatic;
    bool ok = false;
    const double local = locale().toDouble(typed, &ok);
    const double value = ok ? local : QLocale::c().toDouble(typed, &ok); // a point is understood everywhere
    return ok ? std::max(value, m_least) : this->value();
}

QValidator::State ValueSpin::validate(QString& text, int&) const
{
    const QString typed = text.trimmed();
    if (typed.isEmpty()) return QValidator::Intermediate;
    if (m_automatic && tr("automatic").startsWith(typed, Qt::CaseInsensitive))
        return typed.size() == tr("automatic").size() ? QValidator::Acceptable : QValidator::Intermediate;
    bool ok = false;
    double value = locale().toDouble(typed, &ok);
    if (!ok) value = QLocale::c().toDouble(typed, &ok);
    if (!ok) {
        const bool partial = std::all_of(
            typed.begin(), typed.end(), [](QChar c) { return c.isDigit() || QStringLiteral("+-.,eE  ’").contains(c); });
        return partial ? QValidator::Intermediate : QValidator::Invalid;
    }
    return value >= m_least && value <= maximum() && (!m_integer || value == std::floor(value))
               ? QValidator::Acceptable
               : QValidator::Intermediate;
}

void ValueSpin::stepBy(int steps)
{
    double now = value();
    for (int i = 0; i < std::abs(steps); ++i) {
        const bool up = steps > 0;
        if (m_automatic && now == *m_automatic && *m_automatic < m_least) {
            if (up) now = m_decades && m_least <= 0 ? 1e-3 : m_least;
            continue;
        }
        if (m_decades) {
            const double least = m_integer ? 1 : 1e-6;
            now = now < least ? (up ? least : m_least) : nextOfDecade(now, up);
            if (m_integer) now = std::round(now);
            if (!up && now < least) now = m_least;
        } else {
            const double span = maximum() - m_least;
            const double step = m_integer ? 1 : span <= 1 ? 0.05 : span <= 5 ? 0.1 : span <= 50 ? 0.5 : 1;
            now = std::round((now + (up ? step : -step)) / step) * step;
        }
        if (now < m_least) now = !up && m_automatic && *m_automatic < m_least ? *m_automatic : m_least;
        now = std::min(now, maximum());
    }
    setValue(now);
    selectAll();
}

QSize ValueSpin::sizeHint() const
{
    QSize size = QDoubleSpinBox::minimumSizeHint();
    size.setWidth(fontMetrics().horizontalAdvance(QStringLiteral("00,000.0000")) + 2 * size.height());
    return size;
}

void ValueSpin::wheelEvent(QWheelEvent* event)
{
    if (hasFocus())
        QDoubleSpinBox::wheelEvent(event);
    else
        event->ignore(); // the form scrolls
}

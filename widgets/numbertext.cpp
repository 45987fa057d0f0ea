// SPDX-License-Identifier: GPL-3.0-or-later
#include "numbertext.h"

#include <QCoreApplication>
#include <QLocale>
#include <cmath>

namespace {
struct NumberText {
    Q_DECLARE_TR_FUNCTIONS(NumberText)
};
} // namespace

QString shortNumber(double value)
{
    if (std::isnan(value)) return NumberText::tr("not a number");
    if (std::isinf(value)) return NumberText::tr("infinite");
    const QLocale locale;
    const double size = std::abs(value);
    if (value < 0) return QStringLiteral("−") + shortNumber(size);
    if (size >= 999'500) return NumberText::tr("%1 M").arg(locale.toString(value / 1e6, 'g', 3));
    if (size >= 9'999.5) return NumberText::tr("%1 k").arg(locale.toString(value / 1e3, 'g', 3));
    if (size >= 1000 || size == 0) return locale.toString(std::round(value), 'f', 0);
    if (size >= 0.0001) return locale.toString(value, 'g', size >= 0.01 ? 3 : 2);
    QString text = locale.toString(value, 'e', 1);
    text.replace(QStringLiteral("e-0"), QStringLiteral("e-"), Qt::CaseInsensitive);
    const int exponent = int(text.indexOf(u'e', 0, Qt::CaseInsensitive));
    if (exponent > 1 && text[exponent - 1] == locale.zeroDigit().at(0)) text.remove(exponent - 2, 2);
    return text;
}

QString shareText(double share)
{
    if (!std::isfinite(share)) return shortNumber(share);
    return NumberText::tr("%1 %", "percent").arg(QLocale().toString(100 * share, 'f', 1));
}

QString aboutTime(double seconds)
{
    if (seconds < 10) return NumberText::tr("less than 10 s");
    if (seconds < 55) return NumberText::tr("about %n s", nullptr, int(std::lround(seconds / 10) * 10));
    const int minutes = int(std::lround(seconds / 60));
    if (minutes < 60) return NumberText::tr("about %n min", nullptr, std::max(1, minutes));
    if (minutes < 600)
        return NumberText::tr("about %1 h %2 min").arg(minutes / 60).arg(minutes % 60 / 10 * 10, 2, 10, QChar(u'0'));
    return NumberText::tr("about %n h", nullptr, int(std::lround(seconds / 3600)));
}

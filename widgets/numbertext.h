// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QString>

/// A number in about six characters of the locale: 0.0625, 1.42, 12 k, 3e-5; "not a number" where it is none.
QString shortNumber(double value);

/// A share of one as "62.8 %"; "not a number" where it is none.
QString shareText(double share);

/// A rounded time for people: "about 2 min", "about 1 h 20 min", "less than 10 s".
QString aboutTime(double seconds);

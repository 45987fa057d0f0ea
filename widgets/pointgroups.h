// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "runlog.h"

#include <QColor>
#include <QPixmap>

/// By what the points of an embedding are coloured.
enum class Colouring { Class, Longitude, Latitude, None };

/// How a dot looks: its colour, and a shape as the second cue (0 disc, 1 square, 2 ring).
struct DotStyle {
    QColor colour;
    int shape = 0;
};

/// Points that share an entry of the legend.
struct PointGroup {
    QString name;
    int count = 0;
    int style = 0; ///< for dotStyle; a property of the probe set alone, so that hiding a group recolours nothing
};

struct PointGroups {
    QVector<PointGroup> groups;
    QVector<int> groupOf; ///< by patch
};

constexpr int maxGroups = 12, otherStyle = -1;

/// Classes in their own order; with more than 12 the 11 largest and "other". Without labels one group.
PointGroups groupByClass(const PatchSet& patches);

/// Of a group's style in the present theme.
DotStyle dotStyle(int style);
/// Of a longitude or latitude (degrees) between `least` and `greatest`; grey for NaN.
DotStyle dotStyle(Colouring by, double degrees, double least, double greatest);

/// A dot of `diameter` logical pixels for a screen with that ratio.
QPixmap dotPixmap(const DotStyle& style, double diameter, double pixelRatio);

/// "48.1° N, 11.6° E"; empty where unknown.
QString placeText(double lon, double lat);

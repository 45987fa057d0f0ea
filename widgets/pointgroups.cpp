// SPDX-License-Identifier: GPL-3.0-or-later
#include "pointgroups.h"

#include "theme.h"

#include <QCoreApplication>
#include <QLocale>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <numeric>

namespace {
struct Points {
    Q_DECLARE_TR_FUNCTIONS(PointGroups)
};
} // namespace

PointGroups groupByClass(const PatchSet& patches)
{
    const int classes = int(patches.classes.size());
    QVector<int> counts(classes, 0);
    int unlabelled = 0;
    for (const int label : patches.label) label < 0 ? ++unlabelled : ++counts[label];
    QVector<int> named;
    for (int c = 0; c < classes; ++c)
        if (counts[c] > 0) named << c;
    if (named.size() > maxGroups) {
        std::stable_sort(named.begin(), named.end(), [&](int a, int b) { return counts[a] > counts[b]; });
        named.resize(maxGroups - 1);
        std::sort(named.begin(), named.end());
    }
    PointGroups result;
    QVector<int> groupOfClass(classes, -1);
    for (const int c : named) {
        groupOfClass[c] = int(result.groups.size());
        result.groups << PointGroup{patches.classes[c], counts[c], int(result.groups.size())};
    }
    const int others = std::accumulate(counts.begin(), counts.end(), 0) -
                       std::accumulate(named.begin(), named.end(), 0, [&](int sum, int c) { return sum + counts[c]; });
    const int other = int(result.groups.size());
    if (others > 0) result.groups << PointGroup{Points::tr("other classes"), others, otherStyle};
    const int none = int(result.groups.size());
    if (unlabelled > 0)
        result.groups << PointGroup{classes ? Points::tr("no label") : Points::tr("patches"), unlabelled,
                                    classes ? otherStyle : 0};
    for (const int label : patches.label)
        result.groupOf << (label < 0 ? none : groupOfClass[label] < 0 ? other : groupOfClass[label]);
    return result;
}

DotStyle dotStyle(int style)
{
    const Theme* theme = Theme::instance();
    if (style == otherStyle) return {theme->surfaces().quiet, 2};
    return {theme->series(style), style / Theme::seriesCount};
}

DotStyle dotStyle(Colouring by, double degrees, double least, double greatest)
{
    if (by == Colouring::None) return dotStyle(0);
    if (std::isnan(degrees)) return dotStyle(otherStyle);
    if (by == Colouring::Longitude) return {Theme::cyclic(degrees / 360), 0};
    return {Theme::sequential(greatest > least ? (degrees - least) / (greatest - least) : 0.5), 0};
}

QPixmap dotPixmap(const DotStyle& style, double diameter, double pixelRatio)
{
    const double side = diameter + 2;
    QPixmap pixmap(int(std::ceil(side * pixelRatio)), int(std::ceil(side * pixelRatio)));
    pixmap.setDevicePixelRatio(pixelRatio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    QColor edge = Theme::instance()->surfaces().panel; // separates dots that overlap
    edge.setAlphaF(0.7f);
    QRectF box(1, 1, diameter, diameter);
    if (style.shape == 2) {
        painter.setPen(QPen(style.colour, 1.3));
        painter.drawEllipse(box.adjusted(0.7, 0.7, -0.7, -0.7));
    } else {
        painter.setPen(QPen(edge, 1));
        painter.setBrush(style.colour);
        if (style.shape == 0)
            painter.drawEllipse(box);
        else
            painter.drawRect(box.adjusted(0.4, 0.4, -0.4, -0.4));
    }
    return pixmap;
}

QString placeText(double lon, double lat)
{
    if (std::isnan(lon) || std::isnan(lat)) return {};
    const QLocale locale;
    const auto degrees = [&](double value) { return locale.toString(std::abs(value), 'f', 1); };
    const QString north = lat < 0 ? Points::tr("%1° S").arg(degrees(lat)) : Points::tr("%1° N").arg(degrees(lat));
    const QString east = lon < 0 ? Points::tr("%1° W").arg(degrees(lon)) : Points::tr("%1° E").arg(degrees(lon));
    return Points::tr("%1, %2", "latitude, longitude").arg(north, east);
}

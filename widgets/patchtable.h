// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "runlog.h"

/// One band of a data set; numbers that make no sense for it are NaN.
struct DataBand {
    QString name, unit;
    int layer = 0;
    double wavelengthNm = 0, mean = 0, deviation = 0;
};
/// A layer: what one sensor, or one kind of map, gives.
struct DataLayer {
    QString name, title; ///< title: the sensor's, or empty
};
/// Three channels as red, green and blue.
struct DataComposite {
    QString name;
    QVector<int> channels;
};

/// All that the desktop knows of a data set's patches: the answers to `patches` and `pixels`, put together. Pure data.
struct PatchTable {
    static constexpr qint32 noDay = std::numeric_limits<qint32>::min();
    PatchSet set; ///< count, ids, labels and places
    QString name, attribution;
    int sizePx = 0, of = 0; ///< of: patches of the whole data set
    double gsdM = 0;        ///< NaN where unknown
    QVector<DataLayer> layers;
    QVector<DataBand> bands;
    QVector<DataComposite> composites; ///< the first is how its pictures are shown
    QVector<qint32> day;
    QVector<quint8> test, constant;
    QVector<float> clouds, nodata; ///< clouds: empty where the data do not say
    QVector<quint64> hash;

    /// Appends an answer to `patches`; false when its columns do not fit together.
    bool append(const QJsonObject& answer);
    /// Appends an answer to `pixels`; false when its columns do not fit together.
    bool appendPixels(const QJsonObject& answer);
    bool isDated() const;
    bool isLocated() const;
    /// "Red, Green, Blue" of channels, or one name where they are the same.
    QString channelNames(const QVector<int>& channels) const;
    /// "12 Jan 2021"; empty where unknown.
    QString dateText(int patch) const;
    /// "forest, 48.1° N, 11.6° E, 12 Jan 2021": what is known of it, else its id.
    QString describe(int patch) const;
};

/// What is wrong with some patches.
struct PatchProblem {
    enum Kind { NoData, Clouds, Constant, Duplicates } kind;
    QVector<int> patches;
};
constexpr double mostNodata = 0.4, mostClouds = 0.4; ///< shares above which a patch is a problem
/// Those that the table tells of so far, each with its patches; of patches with the same pixels all but the first.
QVector<PatchProblem> problemsOf(const PatchTable& table);

/// Along the ground.
double kilometresBetween(double lon1, double lat1, double lon2, double lat2);

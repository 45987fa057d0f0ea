// SPDX-License-Identifier: GPL-3.0-or-later
#include "patchtable.h"

#include "pointgroups.h"

#include <QCoreApplication>
#include <QDate>
#include <QJsonArray>
#include <QLocale>
#include <algorithm>
#include <cmath>
#include <cstring>

namespace {
struct Words {
    Q_DECLARE_TR_FUNCTIONS(PatchTable)
};

/// A column of an answer; with another length than `count`, nothing.
template <class T> QVector<T> column(const QJsonObject& answer, const char* name, qsizetype count)
{
    const QByteArray bytes = QByteArray::fromBase64(answer[QLatin1String(name)].toString().toLatin1());
    QVector<T> values(bytes.size() == count * qsizetype(sizeof(T)) ? count : 0);
    if (!values.isEmpty()) std::memcpy(values.data(), bytes.constData(), size_t(bytes.size()));
    return values;
}

QVector<int> integers(const QJsonValue& list)
{
    QVector<int> all;
    for (const QJsonValue& value : list.toArray()) all << value.toInt();
    return all;
}

/// Names, bands and composites, which are the same in every answer.
void describeData(PatchTable& table, const QJsonObject& answer)
{
    table.name = shownText(answer["name"].toString());
    table.attribution = shownText(answer["attribution"].toString());
    table.sizePx = answer["size_px"].toInt();
    table.gsdM = answer["gsd_m"].toDouble(qQNaN());
    table.set.width = table.set.height = table.sizePx;
    table.set.stretch = shownText(answer["stretch"].toString());
    table.set.of = table.of = answer["of"].toInt();
    for (const QJsonValue& name : answer["classes"].toArray()) table.set.classes << shownText(name.toString());
    for (const QJsonValue& value : answer["layers"].toArray())
        table.layers << DataLayer{shownText(value["name"].toString()), shownText(value["title"].toString())};
    for (const QJsonValue& value : answer["bands"].toArray())
        table.bands << DataBand{shownText(value["name"].toString()),
                                shownText(value["unit"].toString()),
                                value["layer"].toInt(),
                                value["wavelength_nm"].toDouble(qQNaN()),
                                value["mean"].toDouble(),
                                value["deviation"].toDouble()};
    const QVector<int> shown = integers(answer["shown"]);
    const auto fits = [&table](const QVector<int>& channels) {
        return channels.size() == 3 && std::all_of(channels.begin(), channels.end(), [&](int channel) {
                   return channel >= 0 && channel < table.bands.size();
               });
    };
    for (const QJsonValue& value : answer["composites"].toArray()) {
        const DataComposite composite{shownText(value["name"].toString()), integers(value["channels"])};
        if (fits(composite.channels)) table.composites << composite;
    }
    const auto same = std::find_if(table.composites.begin(), table.composites.end(),
                                   [&](const DataComposite& composite) { return composite.channels == shown; });
    if (same != table.composites.end())
        std::rotate(table.composites.begin(), same, same + 1);
    else if (fits(shown))
        table.composites.prepend({{}, shown});
    if (table.bands.size() == 1) return;
    for (int band = 0; band < table.bands.size(); ++band) table.composites << DataComposite{{}, {band, band, band}};
}
} // namespace

bool PatchTable::append(const QJsonObject& answer)
{
    const QJsonArray ids = answer["ids"].toArray();
    const qsizetype count = ids.size();
    if (answer["from"].toInt(-1) != set.count) return false;
    if (set.count == 0) describeData(*this, answer);
    const auto lon = column<float>(answer, "lon", count), lat = column<float>(answer, "lat", count),
               cloudy = column<float>(answer, "clouds", count);
    const auto days = column<qint32>(answer, "day", count), labels = column<qint32>(answer, "label", count);
    const auto tests = column<quint8>(answer, "test", count);
    const auto wrong = [this](int label) { return label < -1 || label >= set.classes.size(); };
    if (lon.size() != count || lat.size() != count || days.size() != count || labels.size() != count ||
        tests.size() != count || std::any_of(labels.begin(), labels.end(), wrong))
        return false;
    for (qsizetype i = 0; i < count; ++i) {
        set.ids << ids[i].toString();
        set.lon << double(lon[i]);
        set.lat << double(lat[i]);
        set.label << labels[i];
    }
    day += days;
    test += tests;
    clouds += cloudy;
    set.count += int(count);
    return true;
}

bool PatchTable::appendPixels(const QJsonObject& answer)
{
    const qsizetype to = answer["next"].toInt(set.count), count = to - hash.size();
    if (answer["from"].toInt(-1) != hash.size() || count <= 0) return false;
    const auto shares = column<float>(answer, "nodata", count);
    const auto flat = column<quint8>(answer, "constant", count);
    const auto hashes = column<quint64>(answer, "hash", count);
    if (shares.size() != count || flat.size() != count || hashes.size() != count) return false;
    nodata += shares;
    constant += flat;
    hash += hashes;
    return true;
}

bool PatchTable::isDated() const
{
    return std::any_of(day.begin(), day.end(), [](qint32 value) { return value != noDay; });
}

bool PatchTable::isLocated() const
{
    return std::any_of(set.lon.begin(), set.lon.end(), [](double value) { return std::isfinite(value); });
}

QString PatchTable::channelNames(const QVector<int>& channels) const
{
    if (channels.count(channels.value(0)) == channels.size()) return bands[channels.value(0)].name;
    QStringList names;
    for (const int channel : channels) names << bands[channel].name;
    return names.join(QStringLiteral(", "));
}

QString PatchTable::dateText(int patch) const
{
    if (day[patch] == noDay) return {};
    return QLocale().toString(QDate(1970, 1, 1).addDays(day[patch]),
                              Words::tr("d MMM yyyy", "a date, as QDate has it"));
}

QString PatchTable::describe(int patch) const
{
    QStringList parts{set.label[patch] < 0 ? QString() : set.classes[set.label[patch]],
                      placeText(set.lon[patch], set.lat[patch]), dateText(patch)};
    parts.removeAll(QString());
    return parts.isEmpty() ? shownText(set.ids[patch]) : parts.join(QStringLiteral(", "));
}

QVector<PatchProblem> problemsOf(const PatchTable& table)
{
    QVector<PatchProblem> all{{PatchProblem::NoData, {}},
                              {PatchProblem::Clouds, {}},
                              {PatchProblem::Constant, {}},
                              {PatchProblem::Duplicates, {}}};
    QSet<quint64> seen;
    for (int i = 0; i < table.set.count; ++i) {
        if (i < table.clouds.size() && double(table.clouds[i]) > mostClouds) all[1].patches << i;
        if (i >= table.hash.size()) continue;
        if (double(table.nodata[i]) > mostNodata) all[0].patches << i;
        if (table.constant[i]) all[2].patches << i;
        if (seen.contains(table.hash[i])) all[3].patches << i;
        seen.insert(table.hash[i]);
    }
    all.removeIf([](const PatchProblem& problem) { return problem.patches.isEmpty(); });
    return all;
}

double kilometresBetween(double lon1, double lat1, double lon2, double lat2)
{
    constexpr double radians = M_PI / 180, radiusKm = 6371.0088;
    const double dLat = std::sin((lat2 - lat1) * radians / 2), dLon = std::sin((lon2 - lon1) * radians / 2);
    const double a = dLat * dLat + std::cos(lat1 * radians) * std::cos(lat2 * radians) * dLon * dLon;
    return 2 * radiusKm * std::asin(std::min(1.0, std::sqrt(a)));
}

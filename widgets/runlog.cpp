// SPDX-License-Identifier: GPL-3.0-or-later
#include "runlog.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <algorithm>
#include <cmath>

namespace {
constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();
constexpr int maxPatches = 1'000'000;

QMap<QString, double> numbers(const QJsonObject& object)
{
    QMap<QString, double> result;
    for (auto it = object.begin(); it != object.end(); ++it)
        if (it->isDouble()) result.insert(it.key(), it->toDouble());
    return result;
}

/// Entries of an array as numbers, `absent` for what is none; exactly `count` of them.
template <typename T> QVector<T> column(const QJsonValue& value, int count, T absent)
{
    QVector<T> result(count, absent);
    const QJsonArray array = value.toArray();
    for (int i = 0; i < std::min<int>(count, array.size()); ++i)
        if (array[i].isDouble()) result[i] = T(array[i].toDouble());
    return result;
}

QStringList texts(const QJsonValue& value)
{
    QStringList result;
    for (const QJsonValue& entry : value.toArray()) result << shownText(entry.toString());
    return result;
}

template <typename Points> void dropLater(Points& points, qint64 step)
{
    points.erase(std::remove_if(points.begin(), points.end(), [step](const auto& p) { return p.step > step; }),
                 points.end());
}
} // namespace

QString shownText(const QString& text)
{
    QString result = text.left(2000);
    for (QChar& c : result)
        if (c.category() == QChar::Other_Control)
            c = c == u'\n' || c == u'\t' ? QChar(u' ') : QChar(QChar::ReplacementCharacter);
    return result;
}

qint64 wholeNumber(const QJsonValue& value)
{
    constexpr double limit = 9007199254740992.0; // 2^53: beyond it a double no longer names one integer
    const double number = value.isDouble() ? value.toDouble() : -1;
    return number >= 0 && number <= limit && number == std::floor(number) ? qint64(number) : -1;
}

bool RunLog::apply(const QByteArray& line)
{
    if (line.size() <= maxLineBytes) {
        const QJsonDocument document = QJsonDocument::fromJson(line);
        if (document.isObject() && fold(document.object())) {
            ++m_lines;
            return true;
        }
    }
    skipLine();
    return false;
}

void RunLog::skipLine()
{
    ++m_lines;
    ++m_skipped;
    if (m_skippedLines.size() < 100) m_skippedLines << m_lines;
}

void RunLog::clear()
{
    const int generation = m_generation + 1;
    *this = RunLog();
    m_generation = generation;
}

bool RunLog::fold(const QJsonObject& event)
{
    const QString kind = event["event"].toString();
    if (kind == "started") {
        if (!event["config"].isObject()) return false;
        if (!m_started.isEmpty()) { // begun anew: nothing of the earlier attempt counts
            const auto [lines, skipped, which] = std::tuple(m_lines, m_skipped, m_skippedLines);
            clear();
            std::tie(m_lines, m_skipped, m_skippedLines) = std::tie(lines, skipped, which);
        }
        m_started = event;
        m_device = event["device"].toString();
        return true;
    }
    if (kind == "patches") return foldPatches(event);
    if (kind == "resumed") {
        const qint64 from = wholeNumber(event["from_step"]);
        if (from < 0) return false;
        dropAfter(from);
        m_resumedFrom = from;
        m_resumes << from;
        m_device = event["device"].toString(m_device);
        return true;
    }
    const qint64 step = wholeNumber(event["step"]);
    if (kind.isEmpty() || (event.contains("step") && step < 0)) return false;
    if (kind == "step") return foldStep(event, step);
    if (kind == "probe") return foldProbe(event, step);
    if (kind == "embedding") return foldLayout(event, step);
    if (kind == "preview") return foldPreview(event, step);
    if (kind == "checkpoint") {
        if (step < 0) return false;
        m_checkpoints << step;
    } else if (kind == "changed") {
        m_changes << Change{step,         event["do"].toString(), event["key"].toString(), event["value"],
                            event["was"], event["id"].toString(), event["loss"].toObject()};
    } else if (kind == "warning" || kind == "error") {
        m_notices << Notice{kind == "error" ? Notice::Error : Notice::Warning,
                            step,
                            event["code"].toString(),
                            shownText(event["message"].toString()),
                            event["fix"].toObject(),
                            event["evidence"].toObject()};
    } else if (kind == "finished") {
        m_finished = event;
    }
    return true; // an event of a later protocol revision is no fault
}

bool RunLog::foldStep(const QJsonObject& event, qint64 step)
{
    if (step < 1 || (!m_steps.isEmpty() && step <= m_steps.last().step)) return false;
    StepPoint point;
    point.step = step;
    point.epoch = event["epoch"].toDouble(notANumber);
    point.samples = std::max<qint64>(0, wholeNumber(event["samples"]));
    point.loss = event["loss"].toDouble(notANumber);
    point.lr = event["lr"].toDouble(notANumber);
    point.seconds = event["seconds"].toDouble(notANumber);
    point.rate = event["rate"].toDouble(notANumber);
    const QJsonObject terms = event["terms"].toObject();
    for (auto it = terms.begin(); it != terms.end(); ++it) point.terms.insert(it.key(), it->toDouble(notANumber));
    m_steps << point;
    return true;
}

bool RunLog::foldProbe(const QJsonObject& event, qint64 step)
{
    if (step < 0 || !event["metrics"].isObject()) return false;
    if (!m_probes.isEmpty() && step < m_probes.last().step) return false;
    ProbePoint point{step, numbers(event["metrics"].toObject()), event["seconds"].toDouble(),
                     event["verdict"].toString(), numbers(event["factors"].toObject())};
    if (!m_probes.isEmpty() && m_probes.last().step == step) { // asked for with `evaluate` where one was planned
        m_probes.removeLast();
        ++m_generation;
    }
    m_probes << point;
    const QJsonObject baselines = event["baselines"].toObject();
    for (auto it = baselines.begin(); it != baselines.end(); ++it) m_baselines[it.key()] = numbers(it->toObject());
    return true;
}

bool RunLog::foldPatches(const QJsonObject& event)
{
    const QJsonObject thumbnails = event["thumbnails"].toObject();
    const qint64 count = wholeNumber(event["count"]);
    const qint64 width = wholeNumber(thumbnails["width"]), height = wholeNumber(thumbnails["height"]);
    const QString file = thumbnails["file"].toString();
    if (count < 0 || count > maxPatches || width < 1 || height < 1 || width > 1024 || height > 1024) return false;
    if (file.contains(u'/') || wholeNumber(thumbnails["channels"]) != 3) return false; // the file lies in the run
    PatchSet set;
    set.count = int(count);
    set.of = int(std::min<qint64>(std::max(count, wholeNumber(event["of"])), std::numeric_limits<int>::max()));
    set.width = int(width);
    set.height = int(height);
    set.file = file;
    set.stretch = shownText(thumbnails["stretch"].toString());
    set.classes = texts(event["classes"]);
    set.ids = texts(event["ids"]);
    set.ids.resize(set.count);
    set.label = column(event["label"], set.count, -1);
    for (int& label : set.label)
        if (label < 0 || label >= set.classes.size()) label = -1;
    set.lon = column(event["lon"], set.count, notANumber);
    set.lat = column(event["lat"], set.count, notANumber);
    m_patches = set;
    return true;
}

bool RunLog::foldLayout(const QJsonObject& event, qint64 step)
{
    const QJsonArray xy = event["xy"].toArray();
    if (step < 0 || xy.isEmpty() || xy.size() % 2) return false;
    if (m_patches.count > 0 && xy.size() != 2 * m_patches.count) return false;
    if (!m_layouts.isEmpty() && step < m_layouts.last().step) return false;
    Layout layout{step, event["method"].toString(), event["settings"].toObject(), {}};
    layout.xy.reserve(xy.size() / 2);
    for (int i = 0; i < xy.size(); i += 2) {
        if (!xy[i].isDouble() || !xy[i + 1].isDouble()) return false;
        layout.xy << QPointF(xy[i].toDouble(), xy[i + 1].toDouble());
    }
    if (!m_layouts.isEmpty() && m_layouts.last().step == step) {
        m_layouts.removeLast();
        ++m_generation;
    }
    m_layouts << layout;
    return true;
}

bool RunLog::foldPreview(const QJsonObject& event, qint64 step)
{
    constexpr int mostRows = 16, mostPictures = 1000, mostPixels = 1024;
    const auto from1 = [&event](const char* key, int most) {
        const qint64 value = wholeNumber(event[QLatin1String(key)]);
        return value >= 1 && value <= most ? int(value) : 0;
    };
    const Preview preview{step,
                          event["file"].toString(),
                          texts(event["rows"]),
                          from1("count", mostPictures),
                          from1("width", mostPixels),
                          from1("height", mostPixels)};
    const QStringList path = preview.file.split(u'/');
    if (step < 0 || path.contains(QString()) || path.contains(QStringLiteral(".."))) return false; // it lies in the run
    if (preview.bytes() == 0 || preview.rows.size() > mostRows || wholeNumber(event["channels"]) != 3) return false;
    if (!m_previews.isEmpty() && step < m_previews.last().step) return false;
    if (!m_previews.isEmpty() && step == m_previews.last().step) m_previews.removeLast();
    m_previews << preview;
    return true;
}

void RunLog::dropAfter(qint64 step)
{
    dropLater(m_steps, step);
    dropLater(m_probes, step);
    dropLater(m_layouts, step);
    dropLater(m_previews, step);
    dropLater(m_notices, step);
    dropLater(m_changes, step);
    const auto later = [step](qint64 at) { return at > step; };
    m_checkpoints.removeIf(later);
    m_resumes.removeIf(later);
    m_finished = {};
    ++m_generation;
}

qint64 RunLog::plannedSteps() const { return std::max<qint64>(0, wholeNumber(m_started["steps"])); }
double RunLog::stepsPerEpoch() const { return m_started["steps_per_epoch"].toDouble(); }
QString RunLog::lossTitle() const { return shownText(m_started["loss"]["title"].toString()); }
double RunLog::chanceLoss() const { return lossValue("chance"); }
double RunLog::minimumLoss() const { return lossValue("minimum"); }
double RunLog::collapsedLoss() const { return lossValue("collapsed"); }

double RunLog::lossValue(const char* name) const
{
    QJsonObject values = m_started["loss"].toObject();
    for (const Change& change : m_changes)
        if (!change.loss.isEmpty()) values = change.loss;
    return values[QLatin1String(name)].toDouble(notANumber);
}

QString RunLog::device() const { return m_device; }
double RunLog::lastLoss() const { return m_steps.isEmpty() ? notANumber : m_steps.last().loss; }

double RunLog::lastMetric(const QString& name) const
{
    return m_probes.isEmpty() ? notANumber : m_probes.last().metrics.value(name, notANumber);
}

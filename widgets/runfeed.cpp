// SPDX-License-Identifier: GPL-3.0-or-later
#include "runfeed.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QUuid>
#include <algorithm>
#include <cmath>

namespace {
constexpr int activePollMs = 100, restingPollMs = 2000, sliceMs = 20, frameMs = 50;
constexpr qint64 maxThumbnailBytes = 256 << 20;
} // namespace

RunFeed::RunFeed(const QString& runDir, QObject* parent) : QObject(parent), m_dir(QDir(runDir).absolutePath())
{
    connect(&m_timer, &QTimer::timeout, this, [this] { isReplay() ? advanceReplay() : poll(); });
    m_flush.setSingleShot(true);
    connect(&m_flush, &QTimer::timeout, this, [this] {
        m_sinceAnnounced.start();
        Q_EMIT changed();
    });
    m_timer.start(0);
}

void RunFeed::poll()
{
    const qint64 lines = m_log.lines();
    const int generation = m_log.generation();
    const bool more = readLines();
    m_caughtUp = !more;
    readStatus();
    announce(m_log.lines() != lines || m_log.generation() != generation);
    m_timer.start(more ? 0 : isActive(m_status.state) ? activePollMs : restingPollMs);
}

void RunFeed::announce(bool grown)
{
    if (!grown || m_flush.isActive()) return;
    const qint64 wait = m_sinceAnnounced.isValid() ? activePollMs - m_sinceAnnounced.elapsed() : 0;
    m_flush.start(int(std::max<qint64>(0, wait)));
}

/// True: there is more to read and the slice is over.
bool RunFeed::readLines()
{
    QFile file(m_dir + "/events.jsonl");
    if (!file.open(QIODevice::ReadOnly)) return false;
    if (file.size() < m_offset) { // another file took its place
        m_log.clear();
        m_thumbnails.clear();
        m_offset = 0;
        m_overlong = false;
    }
    QElapsedTimer slice;
    slice.start();
    while (file.size() > m_offset) {
        if (slice.elapsed() > sliceMs) return true;
        file.seek(m_offset);
        const QByteArray chunk = file.read(2 * RunLog::maxLineBytes);
        qsizetype begin = 0;
        for (qsizetype end = chunk.indexOf('\n'); end >= 0; begin = end + 1, end = chunk.indexOf('\n', begin)) {
            if (m_overlong)
                m_log.skipLine();
            else
                m_log.apply(chunk.mid(begin, end - begin));
            m_overlong = false;
            if (slice.elapsed() > sliceMs) {
                m_offset += end + 1;
                return true;
            }
        }
        m_offset += begin;
        if (begin > 0) continue;
        if (chunk.size() <= RunLog::maxLineBytes) return false; // a line that is still being written
        m_overlong = true;
        m_offset += chunk.size();
    }
    return false;
}

void RunFeed::readStatus()
{
    RunStatus status = readRunStatus(m_dir);
    const bool working = isActive(status.state) && status.state != RunState::Queued;
    m_stopAsked = m_stopAsked && working;
    if (m_stopAsked) status.state = RunState::Stopping;
    if (status == m_status) return;
    m_status = status;
    Q_EMIT stateChanged();
}

QString RunFeed::request(const QString& what, const QString& key, const QJsonValue& value)
{
    const QString id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    QJsonObject line{{"id", id}, {"do", what}};
    if (!key.isEmpty()) {
        line["key"] = key;
        line["value"] = value;
    }
    const QByteArray bytes = QJsonDocument(line).toJson(QJsonDocument::Compact) + '\n';
    QFile file(m_dir + "/control.jsonl");
    // unbuffered append is one write(2) with O_APPEND: lines of two writers never mix
    if (!file.open(QIODevice::WriteOnly | QIODevice::Append | QIODevice::Unbuffered) ||
        file.write(bytes) != bytes.size()) {
        m_error = tr("%1 cannot be written: %2. The run goes on as it was.").arg(file.fileName(), file.errorString());
        return {};
    }
    m_error.clear();
    if (what == "stop") m_stopAsked = true;
    readStatus();
    return id;
}

QImage RunFeed::thumbnail(int i)
{
    const PatchSet& set = m_log.patches();
    const qint64 record = qint64(set.width) * set.height * 3;
    if (i < 0 || i >= set.count || record * set.count > maxThumbnailBytes) return {};
    if (m_thumbnails.size() < record * (i + 1)) {
        QFile file(m_dir + "/" + set.file);
        if (!file.open(QIODevice::ReadOnly)) return {};
        m_thumbnails = file.read(record * set.count);
        if (m_thumbnails.size() < record * (i + 1)) return {};
    }
    const auto* pixels = reinterpret_cast<const uchar*>(m_thumbnails.constData()) + record * i;
    return QImage(pixels, set.width, set.height, 3 * set.width, QImage::Format_RGB888).copy();
}

void RunFeed::replay(double speed)
{
    setSpeed(speed);
    m_log.clear();
    m_recorded.clear();
    m_played = 0;
    m_clock = m_duration = 0;
    QFile file(m_dir + "/events.jsonl");
    if (file.open(QIODevice::ReadOnly)) {
        while (!file.atEnd()) {
            QByteArray line = file.readLine(2 * RunLog::maxLineBytes);
            if (!line.endsWith('\n')) break;
            line.chop(1);
            // a step is shown when it was taken, whatever follows it together with it
            const QJsonObject event = QJsonDocument::fromJson(line).object();
            if (event["event"].toString() == "step")
                m_duration = std::max(m_duration, event["seconds"].toDouble(m_duration + 0.02));
            m_recorded.push_back({m_duration, line});
        }
    }
    setPlaying(true);
    foldUntil(0);
}

void RunFeed::setPlaying(bool playing)
{
    if (!isReplay()) return;
    if (playing && m_clock >= m_duration && m_played > 0) {
        m_log.clear();
        m_played = 0;
        m_clock = 0;
    }
    m_sinceFrame.start();
    if (playing)
        m_timer.start(frameMs);
    else
        m_timer.stop();
    m_status.state = playing ? RunState::Running : m_clock >= m_duration ? RunState::Finished : RunState::Paused;
    Q_EMIT stateChanged();
}

double RunFeed::position() const { return m_duration > 0 ? m_clock / m_duration : 1; }

void RunFeed::seek(double position)
{
    if (!isReplay()) return;
    const double target = std::clamp(position, 0.0, 1.0) * m_duration;
    if (target < m_clock) {
        m_log.clear();
        m_played = 0;
    }
    m_clock = target;
    foldUntil(target);
}

void RunFeed::advanceReplay()
{
    m_clock = std::min(m_duration, m_clock + m_speed * m_sinceFrame.restart() / 1000.0);
    foldUntil(m_clock);
    if (m_clock >= m_duration) setPlaying(false);
}

void RunFeed::foldUntil(double seconds)
{
    const size_t before = m_played;
    const int generation = m_log.generation();
    while (m_played < m_recorded.size() && m_recorded[m_played].seconds <= seconds)
        m_log.apply(m_recorded[m_played++].line);
    announce(m_played != before || generation != m_log.generation());
}

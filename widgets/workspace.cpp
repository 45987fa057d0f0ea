// SPDX-License-Identifier: GPL-3.0-or-later
#include "workspace.h"
#include "runlog.h"
#include "runstate.h"
#include "theme.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QDirIterator>
#include <QFileInfo>
#include <QJsonDocument>
#include <QLocale>
#include <QPointer>
#include <QProcess>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QSaveFile>
#include <QStandardPaths>
#include <QStorageInfo>
#include <QSysInfo>
#include <QThreadPool>
#include <QUuid>
#include <cstdio>
#include <fcntl.h>

namespace {
constexpr int scanMs = 2000, maxNameLength = 80;

bool writeJson(const QString& path, const QJsonObject& object)
{
    QSaveFile file(path);
    const QByteArray bytes = QJsonDocument(object).toJson();
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit();
}

QString utcNow() { return QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs); }

/// A name as a folder: letters, digits and dashes.
QString slug(const QString& name)
{
    QString result = name.normalized(QString::NormalizationForm_KD).toLower();
    static const QRegularExpression others("[^a-z0-9]+");
    result.replace(others, "-");
    result = result.left(40);
    while (result.startsWith(u'-')) result.remove(0, 1);
    while (result.endsWith(u'-')) result.chop(1);
    return result.isEmpty() ? QStringLiteral("run") : result;
}

qint64 bytesIn(const QString& dir, const QString& except)
{
    qint64 bytes = 0;
    QDirIterator it(dir, QDir::Files | QDir::Hidden | QDir::System | QDir::NoSymLinks, QDirIterator::Subdirectories);
    while (it.hasNext()) {
        it.next();
        if (except.isEmpty() || !it.filePath().startsWith(except)) bytes += it.fileInfo().size();
    }
    return bytes;
}

/// Gives a run that waits another time in its launch.json. The files change places in one go, and back again if the
/// engine has written "started" meanwhile: it writes that once.
bool requeue(const QString& run, const QString& since)
{
    const QString path = run + "/launch.json", other = run + "/.launch.json.new";
    const auto exchange = [from = QFile::encodeName(other), to = QFile::encodeName(path)] {
        return ::renameat2(AT_FDCWD, from.constData(), AT_FDCWD, to.constData(), RENAME_EXCHANGE) == 0;
    };
    const auto waits = [](const QString& file) { return readJsonObject(file)["state"].toString() == "queued"; };
    QJsonObject launch = readJsonObject(path);
    if (launch["queued_at"].toString() == since) return true;
    launch["queued_at"] = since;
    bool done = waits(path) && writeJson(other, launch) && exchange();
    if (done && !waits(other)) {
        exchange();
        done = false;
    }
    QFile::remove(other);
    return done;
}

/// The journal's entries over one another: of each key the last value.
QJsonObject journalOf(const QString& run)
{
    QJsonObject all;
    QFile file(run + "/journal.jsonl");
    if (!file.open(QIODevice::ReadOnly)) return all;
    while (!file.atEnd()) {
        const QJsonObject entry = QJsonDocument::fromJson(file.readLine(RunLog::maxLineBytes)).object();
        for (auto item = entry.begin(); item != entry.end(); ++item) all[item.key()] = item.value();
    }
    return all;
}
} // namespace

QString shownBytes(qint64 bytes) { return QLocale().formattedDataSize(bytes, 1, QLocale::DataSizeSIFormat); }

Workspace::Workspace(const QString& dir, const QString& engine, QObject* parent)
    : QObject(parent),
      m_dir(QDir(dir).absolutePath()),
      m_engine(engine)
{
    connect(&m_scan, &QTimer::timeout, this, &Workspace::scan);
}

QString Workspace::defaultDirectory()
{
    const QString documents = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    return (documents.isEmpty() ? QDir::homePath() : documents) + QStringLiteral("/Revisit");
}

bool Workspace::fail(const QString& sentence)
{
    m_error = sentence;
    return false;
}

bool Workspace::open()
{
    if (!QDir().mkpath(m_dir) || !QFileInfo(m_dir).isWritable())
        return fail(
            tr("%1 cannot be written. Choose another folder with --workspace, or change its permissions.").arg(m_dir));
    m_seen = runs();
    m_scan.start(scanMs);
    measure();
    return true;
}

void Workspace::scan()
{
    const QStringList now = runs();
    if (now == m_seen) return;
    m_seen = now;
    Q_EMIT runsChanged();
    measure();
}

QStringList Workspace::runs() const
{
    QStringList result;
    const auto dirs =
        QDir(m_dir).entryInfoList(QDir::Dirs | QDir::NoDotAndDotDot); // hidden ones are being made, or trash
    QVector<QPair<QDateTime, QString>> found;
    for (const QFileInfo& dir : dirs) {
        const QFileInfo asked(dir.filePath() + "/run.json");
        if (asked.isFile()) found.emplace_back(asked.lastModified(), dir.filePath());
    }
    std::sort(found.begin(), found.end(), std::greater<>());
    for (const auto& [time, path] : found) result << path;
    return result;
}

QString Workspace::create(const QString& name, const QJsonObject& config)
{
    const QString unique =
        slug(name) + QStringLiteral("-%1").arg(QRandomGenerator::global()->bounded(1 << 16), 4, 16, QChar(u'0'));
    const QString making = m_dir + "/.new-" + unique, run = m_dir + "/" + unique;
    QJsonObject asked = config;
    if (!name.trimmed().isEmpty()) asked["name"] = name.trimmed().left(maxNameLength);
    const bool made = QDir().mkpath(making) && writeJson(making + "/run.json", asked) && writeLaunch(making) &&
                      QDir().rename(making, run);
    if (!made) {
        QDir(making).removeRecursively();
        fail(tr("No run could be written in %1 (%2 free). Nothing was started.").arg(m_dir, shownBytes(freeBytes())));
        return {};
    }
    scan();
    return run;
}

bool Workspace::writeLaunch(const QString& run)
{
    return writeJson(run + "/launch.json", {{"id", QUuid::createUuid().toString(QUuid::WithoutBraces)},
                                            {"host", QSysInfo::machineHostName()},
                                            {"state", "queued"},
                                            {"queued_at", utcNow()}});
}

bool Workspace::queueAgain(const QString& run)
{
    if (isActive(readRunStatus(run).state)) return fail(tr("The run is already under way."));
    if (!writeLaunch(run)) return fail(tr("%1 cannot be written; the run stays as it is.").arg(run + "/launch.json"));
    return ensureQueue();
}

QStringList Workspace::queue() const
{
    QMap<QString, QString> waiting; // sorted as the engine sorts
    for (const QString& run : runs()) {
        const QJsonObject launch = readJsonObject(run + "/launch.json");
        if (launch["state"].toString() == "queued") waiting[launch["queued_at"].toString() + run] = run;
    }
    return waiting.values();
}

bool Workspace::moveInQueue(const QString& run, int by)
{
    QStringList order = queue();
    const qsizetype from = order.indexOf(run), to = from + by;
    if (from < 0) return fail(tr("The run no longer waits in the queue."));
    if (to < 0 || to >= order.size()) return true;
    QVector<QDateTime> times;
    for (const QString& one : std::as_const(order)) {
        const QString since = readJsonObject(one + "/launch.json")["queued_at"].toString();
        const QDateTime time = QDateTime::fromString(since, Qt::ISODateWithMs).toUTC();
        times << (time.isValid() ? time : QDateTime::fromMSecsSinceEpoch(0, Qt::UTC));
    }
    std::sort(times.begin(), times.end());
    order.move(from, to);
    for (int i = 0; i < order.size(); ++i) {
        if (i > 0) times[i] = std::max(times[i], times[i - 1].addMSecs(1));
        if (!requeue(order[i], times[i].toString(Qt::ISODateWithMs)))
            return fail(
                tr("The order of the queue could not be changed: a run has just begun, or %1 cannot be written.")
                    .arg(order[i] + "/launch.json"));
    }
    return true;
}

bool Workspace::hasQueued() const
{
    const QStringList all = runs();
    return std::any_of(all.begin(), all.end(),
                       [](const QString& run) { return readRunStatus(run).state == RunState::Queued; });
}

bool Workspace::ensureQueue()
{
    QProcess queue;
    queue.setProgram(m_engine);
    queue.setArguments({QStringLiteral("queue"), m_dir});
    queue.setWorkingDirectory(m_dir);
    queue.setStandardInputFile(QProcess::nullDevice());
    queue.setStandardOutputFile(m_dir + "/queue.log", QIODevice::Append);
    queue.setStandardErrorFile(m_dir + "/queue.log", QIODevice::Append);
    if (QFileInfo(m_engine).isExecutable() && queue.startDetached()) return true;
    return fail(tr("The engine %1 cannot be started. The run waits in the queue; build the engine with ./start engine.")
                    .arg(m_engine));
}

RunFacts Workspace::facts(const QString& run) const
{
    const QJsonObject given = journalOf(run), asked = readJsonObject(run + "/run.json");
    RunFacts facts;
    QString name = given["name"].toString();
    if (name.isEmpty()) name = asked["name"].toString();
    facts.name = shownText(name.isEmpty() ? QFileInfo(run).fileName() : name);
    facts.remark = shownText((given["note"].isString() ? given : asked)["note"].toString());
    const QString parent = QFileInfo(asked["parent"].toString()).fileName();
    if (!parent.isEmpty()) facts.parent = m_dir + "/" + parent;
    facts.starred = given["starred"].toBool();
    const int colour = given["colour"].toInt(-1);
    facts.colour = colour < Theme::seriesCount ? colour : -1;
    return facts;
}

bool Workspace::rename(const QString& run, const QString& name)
{
    const QString kept = shownText(name).trimmed().left(maxNameLength);
    return !kept.isEmpty() && note(run, {{"name", kept}});
}

bool Workspace::setStarred(const QString& run, bool starred) { return note(run, {{"starred", starred}}); }

bool Workspace::setRemark(const QString& run, const QString& text)
{
    return note(run, {{"note", shownText(text).trimmed()}});
}

bool Workspace::setColour(const QString& run, int index) { return note(run, {{"colour", index}}); }

bool Workspace::note(const QString& run, const QJsonObject& entry)
{
    QJsonObject line = entry;
    line["time"] = utcNow();
    const QByteArray bytes = QJsonDocument(line).toJson(QJsonDocument::Compact) + '\n';
    QFile file(run + "/journal.jsonl");
    if (file.open(QIODevice::WriteOnly | QIODevice::Append | QIODevice::Unbuffered) &&
        file.write(bytes) == bytes.size())
        return true;
    return fail(tr("%1 cannot be written: %2. Nothing was changed.").arg(file.fileName(), file.errorString()));
}

QString Workspace::moveToTrash(const QString& run)
{
    const RunState state = readRunStatus(run).state;
    if (isActive(state) && state != RunState::Queued) {
        fail(tr("The run is under way. Stop it first, then move it to the trash."));
        return {};
    }
    const QString place =
        trash() + "/" + QFileInfo(run).fileName() + QStringLiteral("-%1").arg(QDateTime::currentMSecsSinceEpoch());
    if (!QDir().mkpath(trash()) || !QDir().rename(run, place)) {
        fail(tr("%1 cannot be moved to the trash; it stays where it is.").arg(run));
        return {};
    }
    scan();
    return place;
}

bool Workspace::restore(const QString& trashed, const QString& run)
{
    if (!QDir().rename(trashed, run)) return fail(tr("%1 cannot be brought back from the trash.").arg(run));
    scan();
    return true;
}

bool Workspace::emptyTrash()
{
    const bool emptied = QDir(trash()).removeRecursively();
    measure();
    return emptied || fail(tr("Some of the trash in %1 could not be deleted.").arg(trash()));
}

void Workspace::measure()
{
    if (m_measuring) return;
    m_measuring = true;
    QThreadPool::globalInstance()->start([self = QPointer(this), dir = m_dir, bin = trash()] {
        const qint64 used = bytesIn(dir, bin), trashed = bytesIn(bin, {});
        QMetaObject::invokeMethod(qApp, [self, used, trashed] {
            if (!self) return;
            self->m_measuring = false;
            self->m_usedBytes = used;
            self->m_trashBytes = trashed;
            Q_EMIT self->diskUseChanged();
        });
    });
}

qint64 Workspace::freeBytes() const { return QStorageInfo(m_dir).bytesAvailable(); }

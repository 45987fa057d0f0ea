// SPDX-License-Identifier: GPL-3.0-or-later
#include "runmodel.h"
#include "numbertext.h"
#include "theme.h"
#include "workspace.h"

#include <QColor>
#include <QFileInfo>
#include <QHash>
#include <QLocale>
#include <array>
#include <cmath>
#include <functional>

namespace {
constexpr int ageingMs = 10'000;

QString share(double value)
{
    return std::isnan(value) ? QString() : QLocale().toString(100 * value, 'f', 1) + QStringLiteral(" %");
}
} // namespace

QString shownAge(const QDateTime& since, const QDateTime& now)
{
    if (!since.isValid()) return {};
    const qint64 minutes = since.secsTo(now) / 60;
    if (minutes < 1) return RunModel::tr("just now");
    if (minutes < 60) return RunModel::tr("%n min ago", nullptr, int(minutes));
    if (minutes < 24 * 60) return RunModel::tr("%n h ago", nullptr, int(minutes / 60));
    if (minutes < 48 * 60) return RunModel::tr("yesterday");
    return QLocale().toString(since.toLocalTime().date(), QLocale::ShortFormat);
}

RunModel::RunModel(Workspace* workspace, QObject* parent) : QAbstractTableModel(parent), m_workspace(workspace)
{
    connect(workspace, &Workspace::runsChanged, this, &RunModel::reload);
    connect(&m_opening, &QTimer::timeout, this, &RunModel::openNext);
    connect(&m_ageing, &QTimer::timeout, this, [this] {
        if (!m_rows.isEmpty()) Q_EMIT dataChanged(index(0, State), index(int(m_rows.size()) - 1, Age));
    });
    m_ageing.start(ageingMs);
    reload();
}

int RunModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_rows.size()); }
int RunModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(ColumnCount); }

void RunModel::reload()
{
    m_newest = m_workspace->runs();
    for (int row = int(m_rows.size()) - 1; row >= 0; --row) {
        if (m_newest.contains(m_rows[row].directory)) continue;
        beginRemoveRows({}, row, row);
        delete m_rows.takeAt(row).feed;
        endRemoveRows();
    }
    for (const QString& run : m_newest) {
        if (rowOf(run) >= 0) continue;
        const int place = int(m_rows.size());
        beginInsertRows({}, place, place);
        const RunFacts facts = m_workspace->facts(run);
        m_rows << Row{run, facts.name, facts.starred, facts.colour, facts.parent, facts.remark};
        endInsertRows();
    }
    arrange();
    giveColours();
    queueChanged();
    m_opening.start(0);
    Q_EMIT activityChanged();
}

void RunModel::arrange()
{
    QHash<QString, QString> parents;
    for (const Row& row : std::as_const(m_rows))
        if (m_newest.contains(row.parent)) parents[row.directory] = row.parent;
    QHash<QString, int> depths;
    QStringList order;
    const std::function<void(const QString&, int)> place = [&](const QString& run, int depth) {
        if (depths.contains(run)) return;
        depths[run] = depth;
        order << run;
        for (const QString& other : std::as_const(m_newest))
            if (parents.value(other) == run) place(other, depth + 1);
    };
    for (QString run : std::as_const(m_newest)) {
        for (qsizetype i = 0; i < m_newest.size() && parents.contains(run); ++i)
            run = parents[run]; // a ring has an end
        place(run, 0);
    }
    for (int to = 0; to < order.size(); ++to) {
        const int from = rowOf(order[to]);
        if (from != to) {
            beginMoveRows({}, from, from, {}, to);
            m_rows.move(from, to);
            endMoveRows();
        }
        if (std::exchange(m_rows[to].depth, depths[order[to]]) != m_rows[to].depth)
            Q_EMIT dataChanged(index(to, Name), index(to, Name), {DepthRole});
    }
}

/// A run without a colour gets the one that fewest have, among equals the one its id would have, and keeps it.
void RunModel::giveColours()
{
    std::array<int, Theme::seriesCount> used{};
    for (const Row& row : m_rows)
        if (row.colour >= 0) ++used[size_t(row.colour)];
    for (int i = 0; i < m_rows.size(); ++i) {
        Row& row = m_rows[i];
        const QString id = QFileInfo(row.directory).fileName();
        if (row.colour < 0) {
            row.colour = Theme::seriesIndex(id);
            for (int other = 0; other < Theme::seriesCount; ++other)
                if (used[size_t(other)] < used[size_t(row.colour)]) row.colour = other;
            ++used[size_t(row.colour)];
            m_workspace->setColour(row.directory, row.colour); // a folder that cannot be written has it for now
            Q_EMIT dataChanged(index(i, Name), index(i, Name), {ColourRole});
        }
        Theme::giveSeriesIndex(id, row.colour);
    }
}

void RunModel::openNext()
{
    for (int row = 0; row < m_rows.size(); ++row) {
        if (m_rows[row].feed && !m_rows[row].feed->caughtUp()) {
            m_opening.start(20);
            return;
        }
        if (m_rows[row].feed) continue;
        openFeed(row);
        return;
    }
    m_opening.stop();
}

RunFeed* RunModel::openFeed(int row)
{
    RunFeed*& feed = m_rows[row].feed;
    if (feed) return feed;
    feed = new RunFeed(m_rows[row].directory, this);
    connect(feed, &RunFeed::changed, this, [this, feed] { rowChanged(feed); });
    connect(feed, &RunFeed::stateChanged, this, [this, feed, before = RunState::New]() mutable {
        rowChanged(feed);
        queueChanged();
        Q_EMIT activityChanged();
        if (isActive(std::exchange(before, feed->state())) && !isActive(feed->state())) Q_EMIT ended(feed->directory());
    });
    feed->poll(); // its state is known from now on
    return feed;
}

void RunModel::rowChanged(const RunFeed* feed)
{
    const int row = rowOf(feed->directory());
    if (row >= 0) Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
}

/// Who waits has another place when someone comes or goes.
void RunModel::queueChanged()
{
    for (int row = 0; row < m_rows.size(); ++row)
        if (m_rows[row].feed && m_rows[row].feed->state() == RunState::Queued)
            Q_EMIT dataChanged(index(row, State), index(row, State));
}

int RunModel::placeInQueue(const Row& row) const
{
    return 1 + int(std::count_if(m_rows.begin(), m_rows.end(), [&row](const Row& other) {
               return other.feed && other.feed->state() == RunState::Queued &&
                      other.feed->status().since < row.feed->status().since;
           }));
}

int RunModel::rowOf(const QString& directory) const
{
    for (int row = 0; row < m_rows.size(); ++row)
        if (m_rows[row].directory == directory) return row;
    return -1;
}

RunFeed* RunModel::lookAt(const QString& directory)
{
    if (m_foreign) m_foreign->deleteLater();
    m_foreign = new RunFeed(directory, this);
    m_foreign->poll();
    return m_foreign;
}

RunFeed* RunModel::activeFeed() const
{
    RunFeed* waiting = nullptr;
    for (const Row& row : m_rows) {
        if (!row.feed || !isActive(row.feed->state())) continue;
        if (row.feed->state() != RunState::Queued) return row.feed;
        if (!waiting || row.feed->status().since < waiting->status().since) waiting = row.feed;
    }
    return waiting;
}

QString RunModel::toShow() const
{
    if (const RunFeed* active = activeFeed()) return active->directory();
    for (const Row& row : m_rows) // feeds are opened one after another: the files know earlier
        if (!row.feed && isActive(readRunStatus(row.directory).state)) return row.directory;
    return m_newest.value(0);
}

void RunModel::pollQueue()
{
    for (const Row& row : std::as_const(m_rows))
        if (row.feed && row.feed->state() == RunState::Queued) row.feed->poll();
}

void RunModel::refreshJournal(const QString& directory)
{
    const int row = rowOf(directory);
    if (row < 0) return;
    const RunFacts facts = m_workspace->facts(directory);
    m_rows[row].name = facts.name;
    m_rows[row].starred = facts.starred;
    m_rows[row].remark = facts.remark;
    Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
    Q_EMIT activityChanged();
}

QString RunModel::text(const Row& row, int column) const
{
    if (column == Name) return row.name;
    if (column == Note) return row.remark;
    if (!row.feed) return {};
    const RunLog& log = row.feed->log();
    switch (column) {
    case State: return stateText(row.feed->status(), placeInQueue(row));
    case Linear: return share(log.lastMetric("linear"));
    case Knn: return share(log.lastMetric("knn"));
    case Loss: return log.steps().isEmpty() ? QString() : shortNumber(log.lastLoss());
    case Steps:
        if (log.plannedSteps() == 0) return {};
        if (log.lastStep() == log.plannedSteps()) return QLocale().toString(log.lastStep());
        return tr("%1 of %2").arg(QLocale().toString(log.lastStep()), QLocale().toString(log.plannedSteps()));
    case Age: return shownAge(row.feed->status().since, QDateTime::currentDateTime());
    default: return {};
    }
}

/// A run's note, what it goes on from and its folder, as paragraphs.
QString RunModel::explained(const Row& row) const
{
    QString result;
    const auto add = [&result](const QString& text) { result += "<p>" + text.toHtmlEscaped() + "</p>"; };
    if (!row.remark.isEmpty()) add(row.remark);
    if (const int parent = rowOf(row.parent); parent >= 0) add(tr("Goes on from %1").arg(m_rows[parent].name));
    add(row.directory);
    return result;
}

QVariant RunModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const Row& row = m_rows[index.row()];
    const RunState state = row.feed ? row.feed->state() : RunState::New;
    switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole: return text(row, index.column());
    case Qt::ToolTipRole:
        if (index.column() == State && row.feed) return row.feed->status().message;
        return index.column() == Name || index.column() == Note ? explained(row) : QVariant();
    case Qt::TextAlignmentRole:
        return int(Qt::AlignVCenter |
                   (index.column() >= Linear && index.column() <= Steps ? Qt::AlignRight : Qt::AlignLeft));
    case Qt::AccessibleTextRole:
        return tr("%1: %2", "a column's title and its value")
            .arg(headerData(index.column(), Qt::Horizontal).toString(), text(row, index.column()));
    case DirectoryRole: return row.directory;
    case ColourRole: return Theme::instance()->series(row.colour);
    case StarRole: return row.starred;
    case StateRole: return int(state);
    case DepthRole: return row.depth;
    default: return {};
    }
}

QVariant RunModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole)
        return int(Qt::AlignVCenter | (section >= Linear && section <= Steps ? Qt::AlignRight : Qt::AlignLeft));
    if (role == Qt::ToolTipRole && section == Loss)
        return tr("The loss of the newest step, as it is. The chart's large figure is smoothed and differs.");
    if (role != Qt::DisplayRole) return {};
    switch (section) {
    case Name: return tr("Run");
    case State: return tr("State");
    case Linear: return tr("Linear probe");
    case Knn: return tr("kNN");
    case Loss: return tr("Last loss");
    case Steps: return tr("Steps");
    case Age: return tr("Started");
    case Note: return tr("Note");
    default: return {};
    }
}

Qt::ItemFlags RunModel::flags(const QModelIndex& index) const
{
    const Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    return index.isValid() && (index.column() == Name || index.column() == Note) ? flags | Qt::ItemIsEditable : flags;
}

bool RunModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    const QString text = value.toString().trimmed();
    if (role != Qt::EditRole || !index.isValid()) return false;
    const Row& row = m_rows[index.row()];
    if (index.column() == Note) {
        if (text != row.remark) Q_EMIT remarkAsked(row.directory, text);
        return true;
    }
    if (index.column() != Name || text.isEmpty()) return false;
    if (text != row.name) Q_EMIT renameAsked(row.directory, text);
    return true;
}

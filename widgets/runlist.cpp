// SPDX-License-Identifier: GPL-3.0-or-later
#include "runlist.h"
#include "icons.h"
#include "rundelegate.h"
#include "theme.h"
#include "workspace.h"

#include <QAction>
#include <QContextMenuEvent>
#include <QDesktopServices>
#include <QGuiApplication>
#include <QHeaderView>
#include <QMenu>
#include <QPainter>
#include <QTimer>
#include <QUndoCommand>
#include <QUrl>

namespace {
constexpr int moreSteps = 500;
constexpr int lastWordsMs = 500; // the queue looks at a run once more when its engine has left

/// A name or a note that is given to a run.
class Say final : public QUndoCommand {
public:
    using Set = bool (Workspace::*)(const QString&, const QString&);
    Say(const QString& text, RunModel* model, const QString& run, Set set, const QString& before, const QString& after)
        : QUndoCommand(text),
          m_model(model),
          m_set(set),
          m_run(run),
          m_before(before),
          m_after(after)
    {}
    void undo() override { apply(m_before); }
    void redo() override { apply(m_after); }

private:
    void apply(const QString& said)
    {
        setObsolete(!(m_model->workspace()->*m_set)(m_run, said));
        m_model->refreshJournal(m_run);
    }
    RunModel* m_model;
    Set m_set;
    QString m_run, m_before, m_after;
};

class MoveToTrash final : public QUndoCommand {
public:
    MoveToTrash(Workspace* workspace, const QString& run)
        : QUndoCommand(RunList::tr("Move %1 to the trash").arg(workspace->name(run))),
          m_workspace(workspace),
          m_run(run)
    {}
    void redo() override
    {
        m_trashed = m_workspace->moveToTrash(m_run);
        setObsolete(m_trashed.isEmpty());
    }
    void undo() override { setObsolete(!m_workspace->restore(m_trashed, m_run)); }

private:
    Workspace* m_workspace;
    QString m_run, m_trashed;
};
} // namespace

RunList::RunList(RunModel* model, QWidget* parent) : QTreeView(parent), m_model(model)
{
    setHeader(new PlainHeader(this));
    setModel(model);
    setItemDelegate(new RunDelegate(this));
    setRootIsDecorated(false);
    setUniformRowHeights(true);
    setAllColumnsShowFocus(true);
    setSelectionBehavior(SelectRows);
    setEditTriggers(EditKeyPressed);
    setFrameShape(QFrame::NoFrame);
    setAccessibleName(tr("Runs"));
    header()->setSectionsMovable(false);
    header()->setStretchLastSection(false);
    header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    header()->setSectionResizeMode(RunModel::Name, QHeaderView::Stretch);
    header()->setHighlightSections(false);

    m_stop = add(tr("Stop && keep"), {}, {}, &RunList::stopRun);
    m_discard = add(tr("Stop and discard"), {}, QStringLiteral("trash"), &RunList::discard);
    m_pause = add(tr("Pause"), {}, {}, &RunList::pauseOrGoOn);
    m_earlier = add(tr("Earlier"), QKeySequence(tr("Alt+Up")), {}, nullptr);
    m_later = add(tr("Later"), QKeySequence(tr("Alt+Down")), {}, nullptr);
    connect(m_earlier, &QAction::triggered, this, [this] { moveInQueue(-1); });
    connect(m_later, &QAction::triggered, this, [this] { moveInQueue(1); });
    m_resume = add(tr("Resume"), {}, {}, &RunList::resume);
    m_extend = add(tr("Train %n more step(s)", nullptr, moreSteps), {}, {}, nullptr);
    connect(m_extend, &QAction::triggered, this, [this] { Q_EMIT extendAsked(directory(), moreSteps); });
    m_duplicate = add(tr("Duplicate…"), QKeySequence(tr("Ctrl+D")), QStringLiteral("copy"), &RunList::duplicate);
    m_rename = add(tr("Rename"), QKeySequence(Qt::Key_F2), {}, &RunList::renameRun);
    m_note = add(tr("Note…"), QKeySequence(Qt::Key_F4), {}, &RunList::writeNote);
    m_star = add(tr("Star"), {}, QStringLiteral("star"), &RunList::star);
    m_folder = add(tr("Open its folder"), {}, QStringLiteral("folder"), &RunList::openFolder);
    m_trash =
        add(tr("Move to the trash"), QKeySequence(Qt::Key_Delete), QStringLiteral("trash"), &RunList::moveToTrash);

    connect(model, &RunModel::renameAsked, this, [this](const QString& run, const QString& name) {
        m_undo.push(new Say(tr("Rename to %1").arg(name), m_model, run, &Workspace::rename,
                            m_model->workspace()->name(run), name));
    });
    connect(model, &RunModel::remarkAsked, this, [this](const QString& run, const QString& text) {
        m_undo.push(new Say(tr("Note on %1").arg(m_model->workspace()->name(run)), m_model, run, &Workspace::setRemark,
                            m_model->workspace()->remark(run), text));
    });
    connect(model, &RunModel::activityChanged, this, &RunList::refresh);
    connect(model, &RunModel::ended, this, &RunList::runEnded);
    connect(model, &QAbstractItemModel::rowsInserted, this, [this] { viewport()->update(); });
    connect(selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& now) {
        refresh();
        if (now.isValid()) Q_EMIT selected(m_model->openFeed(now.row()));
    });
    connect(Theme::instance(), &Theme::changed, this, &RunList::restyle);
    restyle();
    refresh();
}

void RunList::restyle()
{
    const Theme::Surfaces& s = Theme::instance()->surfaces();
    const auto mixed = [&s](float share) {
        const auto mix = [share](float a, float b) { return a + share * (b - a); };
        return QColor::fromRgbF(mix(s.panel.redF(), s.accent.redF()), mix(s.panel.greenF(), s.accent.greenF()),
                                mix(s.panel.blueF(), s.accent.blueF()));
    };
    QPalette colours = QGuiApplication::palette();
    colours.setColor(QPalette::Highlight, mixed(0.16f)); // a run's own colour and its state stay readable
    colours.setColor(QPalette::HighlightedText, s.text);
    setPalette(colours);
}

QAction* RunList::add(const QString& text, const QKeySequence& key, const QString& icon, void (RunList::*slot)())
{
    auto* action = new QAction(text, this);
    if (!icon.isEmpty()) action->setIcon(themedIcon(icon));
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetShortcut); // Delete in a text field is not about runs
    if (slot) connect(action, &QAction::triggered, this, slot);
    addAction(action);
    m_actions << action;
    return action;
}

RunFeed* RunList::current() const
{
    return currentIndex().isValid() ? m_model->openFeed(currentIndex().row()) : nullptr;
}
QString RunList::directory() const { return currentIndex().data(RunModel::DirectoryRole).toString(); }

void RunList::select(const QString& run)
{
    const int row = m_model->rowOf(run);
    if (row >= 0) setCurrentIndex(m_model->index(row, 0));
}

void RunList::refresh()
{
    const bool any = currentIndex().isValid();
    const RunFeed* feed = any ? m_model->feed(currentIndex().row()) : nullptr;
    const RunState state = feed ? feed->state() : RunState::New;
    const bool queued = state == RunState::Queued, active = isActive(state);
    const bool working = active && !queued;
    const bool paused = state == RunState::Paused;
    m_stop->setVisible(working);
    m_stop->setEnabled(working && state != RunState::Stopping);
    m_discard->setVisible(working);
    m_discard->setEnabled(working && state != RunState::ConnectionLost);
    m_pause->setVisible(working);
    m_pause->setEnabled(state == RunState::Running || state == RunState::Evaluating || paused);
    m_pause->setText(paused ? tr("Continue") : tr("Pause"));
    for (QAction* action : {m_earlier, m_later}) {
        action->setVisible(queued);
        action->setEnabled(queued);
    }
    const bool broken = state == RunState::Interrupted || state == RunState::Stopped || state == RunState::Failed;
    const bool short_ = feed && feed->log().lastStep() < feed->log().plannedSteps();
    m_resume->setVisible(state == RunState::New || (broken && (short_ || feed->log().plannedSteps() == 0)));
    m_resume->setEnabled(any && m_resume->isVisible());
    m_resume->setText(state == RunState::New ? tr("Train") : tr("Resume"));
    m_extend->setVisible(m_canExtend && state == RunState::Finished);
    m_extend->setEnabled(any && m_extend->isVisible());
    for (QAction* action : {m_duplicate, m_rename, m_note, m_star, m_folder}) action->setEnabled(any);
    m_trash->setEnabled(any && !working);
    const bool starred = any && m_model->isStarred(currentIndex().row());
    m_star->setText(starred ? tr("Take the star away") : tr("Star"));
}

void RunList::setCanExtend(bool can)
{
    m_canExtend = can;
    refresh();
}

void RunList::tell(bool done)
{
    if (!done) Q_EMIT failed(m_model->workspace()->error());
}

bool RunList::request(const QString& what)
{
    RunFeed* feed = current();
    const bool asked = feed && !feed->request(what).isEmpty();
    if (feed && !asked) Q_EMIT failed(feed->error());
    return asked;
}

void RunList::stopRun() { request(QStringLiteral("stop")); }

void RunList::discard()
{
    const QString run = directory();
    if (request(QStringLiteral("stop"))) m_discarded << run;
}

void RunList::runEnded(const QString& run)
{
    if (!m_discarded.remove(run)) return;
    QTimer::singleShot(lastWordsMs, this, [this, run] {
        if (m_model->rowOf(run) >= 0) trash(run);
    });
}

void RunList::pauseOrGoOn()
{
    const RunFeed* feed = current();
    request(feed && feed->state() == RunState::Paused ? QStringLiteral("resume") : QStringLiteral("pause"));
}

void RunList::moveInQueue(int by)
{
    tell(m_model->workspace()->moveInQueue(directory(), by));
    m_model->pollQueue();
}

void RunList::resume() { tell(m_model->workspace()->queueAgain(directory())); }
void RunList::duplicate() { Q_EMIT duplicateAsked(directory()); }
void RunList::renameRun() { edit(currentIndex().siblingAtColumn(RunModel::Name)); }

void RunList::writeNote()
{
    const QModelIndex cell = currentIndex().siblingAtColumn(RunModel::Note);
    scrollTo(cell);
    edit(cell);
}

void RunList::star()
{
    const QString run = directory();
    tell(m_model->workspace()->setStarred(run, !m_model->isStarred(currentIndex().row())));
    m_model->refreshJournal(run);
}

void RunList::openFolder() { QDesktopServices::openUrl(QUrl::fromLocalFile(directory())); }

void RunList::moveToTrash() { trash(directory()); }

void RunList::trash(const QString& run)
{
    m_undo.push(new MoveToTrash(m_model->workspace(), run));
    tell(m_model->rowOf(run) < 0);
}

void RunList::contextMenuEvent(QContextMenuEvent* event)
{
    if (!currentIndex().isValid()) return;
    QMenu menu(this);
    for (QAction* action : m_actions) {
        if (action == m_duplicate || action == m_trash) menu.addSeparator();
        menu.addAction(action);
    }
    menu.exec(event->globalPos());
}

void RunList::paintEvent(QPaintEvent* event)
{
    QTreeView::paintEvent(event);
    if (m_model->rowCount() > 0) return;
    QPainter painter(viewport());
    painter.setPen(Theme::instance()->surfaces().quiet);
    painter.drawText(viewport()->rect().adjusted(12, 12, -12, -12), Qt::AlignCenter | Qt::TextWordWrap,
                     tr("No runs yet. Train one on the Start or Experiment screen; it appears here at once."));
}

QSize RunList::sizeHint() const
{
    const int row = std::max(28, fontMetrics().height() + 10);
    return {fontMetrics().averageCharWidth() * 90, header()->sizeHint().height() + 4 * row};
}

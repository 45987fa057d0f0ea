// SPDX-License-Identifier: GPL-3.0-or-later
#include "mainwindow.h"
#include "credits.h"
#include "datascreen.h"
#include "draftkeeper.h"
#include "experimentscreen.h"
#include "livescreen.h"
#include "messagebar.h"
#include "patchselection.h"
#include "rail.h"
#include "runbar.h"
#include "runlist.h"
#include "startscreen.h"
#include "statusline.h"
#include "target.h"
#include "thememenu.h"
#include "workspace.h"

#include <QApplication>
#include <QDockWidget>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace {
/// As small as the screen that is shown allows, not as the largest of all.
class Screens final : public QStackedWidget {
public:
    Screens()
    {
        connect(this, &QStackedWidget::currentChanged, this, [this] { updateGeometry(); });
    }
    QSize minimumSizeHint() const override { return currentWidget()->minimumSizeHint(); }
};
} // namespace

MainWindow::MainWindow(const WindowOptions& options, QWidget* parent)
    : QMainWindow(parent),
      m_target(new Target(options.engine, this)),
      m_workspace(new Workspace(options.workspace, options.engine, this)),
      m_runs(new RunModel(m_workspace, this)),
      m_labs(readLabs(options.resources + "/labs"))
{
    setAcceptDrops(true);
    makeFrame(options);
    makeActions();
    wireRuns();
    wireLab();
    tellTitle();
    connect(m_target, &Target::stateChanged, this, &MainWindow::describe);
    restore(options);
    m_target->start();
    if (!m_workspace->open()) problem(m_workspace->error());
}

MainWindow::~MainWindow()
{
    if (m_keeper) m_keeper->saveNow();
}

void MainWindow::makeFrame(const WindowOptions& options)
{
    m_rail = new Rail(this);
    m_rail->addScreen(QStringLiteral("start"), tr("Start"));
    m_rail->addScreen(QStringLiteral("data"), tr("Data"));
    m_rail->addScreen(QStringLiteral("experiment"), tr("Experiment"));
    m_rail->addScreen(QStringLiteral("live"), tr("Live"));
    addToolBar(Qt::LeftToolBarArea, m_rail);
    m_start = new StartScreen(m_labs, m_runs, m_target);
    m_selection = new PatchSelection(this);
    m_data = new DataScreen(m_target, m_selection);
    m_experiment = new ExperimentScreen(m_target);
    m_live = new LiveScreen;
    m_live->setSelection(m_selection);
    m_list = new RunList(m_runs);
    auto* live = new QSplitter(Qt::Vertical);
    live->setObjectName(QStringLiteral("liveSplitter"));
    live->addWidget(m_live);
    live->addWidget(m_list);
    live->setStretchFactor(0, 1);
    live->setChildrenCollapsible(false);
    live->setFocusProxy(m_live);
    m_screens = new Screens;
    for (QWidget* screen : {static_cast<QWidget*>(m_start), static_cast<QWidget*>(m_data),
                            static_cast<QWidget*>(m_experiment), static_cast<QWidget*>(live)})
        m_screens->addWidget(screen);
    m_message = new MessageBar;
    m_bar = new RunBar(m_runs);
    auto* centre = new QWidget;
    auto* column = new QVBoxLayout(centre);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_message);
    column->addWidget(m_bar);
    column->addWidget(m_screens, 1);
    setCentralWidget(centre);
    m_sheet = new LabSheet;
    m_dock = new QDockWidget(tr("Lab sheet"), this);
    m_dock->setObjectName(QStringLiteral("labSheet"));
    m_dock->setWidget(m_sheet);
    addDockWidget(Qt::LeftDockWidgetArea, m_dock);
    m_dock->hide();
    setStatusBar(new StatusLine(m_target, m_workspace, options.engine, this));
    auto* theme = new ThemeMenu(this);
    QToolButton* look = m_rail->addTool(QStringLiteral("theme"), tr("Look"));
    look->setMenu(theme);
    look->setPopupMode(QToolButton::InstantPopup);
    connect(m_rail->addTool(QStringLiteral("help"), tr("Help")), &QToolButton::clicked, this, &MainWindow::showActions);
    connect(m_rail, &Rail::chosen, this, [this](int index) { show(Screen(index)); });
    if (!options.safeMode) m_keeper = new DraftKeeper(m_experiment, m_workspace->directory() + "/.draft.json", this);
}

void MainWindow::makeActions()
{
    const auto add = [this](const QString& text, const QString& key, const auto& what) {
        auto* action = new QAction(text, this);
        action->setShortcut(QKeySequence(key));
        connect(action, &QAction::triggered, this, what);
        addAction(action);
    };
    add(tr("Train what the experiment says"), QStringLiteral("Ctrl+Return"), [this] { m_experiment->train(); });
    add(tr("Back to the start page"), QStringLiteral("Ctrl+Home"), [this] { show(Start); });
    add(tr("Show or hide the lab sheet"), QStringLiteral("F9"), [this] { m_dock->setVisible(!m_dock->isVisible()); });
    add(tr("Data sources and licences"), {}, [this] { Credits(m_catalog.get(), this).exec(); });
    add(tr("Empty the trash"), {}, [this] { m_workspace->emptyTrash(); });
    add(tr("Find an action"), QStringLiteral("Ctrl+K"), [this] { showActions(); });
    add(tr("All actions and their keys"), QStringLiteral("?"), [this] { showActions(); });
    m_undo.addStack(m_experiment->form()->undoStack());
    m_undo.addStack(m_list->undoStack());
    for (QAction* action : {m_undo.createUndoAction(this), m_undo.createRedoAction(this)}) addAction(action);
    actions().at(actions().size() - 2)->setShortcut(QKeySequence::Undo);
    actions().constLast()->setShortcut(QKeySequence::Redo);
}

void MainWindow::wireRuns()
{
    connect(m_start, &StartScreen::trainAsked, this, &MainWindow::trainLab);
    connect(m_start, &StartScreen::labAsked, this, &MainWindow::openLab);
    connect(m_start, &StartScreen::runAsked, this, &MainWindow::openRun);
    connect(m_start, &StartScreen::pathAsked, this, &MainWindow::openPath);
    connect(m_start, &StartScreen::creditsAsked, this, [this] { Credits(m_catalog.get(), this).exec(); });
    connect(m_experiment, &ExperimentScreen::trainAsked, this, &MainWindow::train);
    connect(m_experiment, &ExperimentScreen::draftEdited, this, [this] { m_data->setConfig(m_experiment->config()); });
    connect(m_data, &DataScreen::settingAsked, m_experiment->form(), &RunForm::set);
    connect(m_list, &RunList::selected, this, &MainWindow::watch);
    connect(m_list, &RunList::duplicateAsked, this, &MainWindow::duplicate);
    connect(m_list, &RunList::extendAsked, this, &MainWindow::extend);
    connect(m_list, &RunList::failed, this, &MainWindow::problem);
    connect(m_bar, &RunBar::openAsked, this, &MainWindow::openRun);
    connect(m_bar, &RunBar::failed, this, &MainWindow::problem);
    connect(m_live, &LiveScreen::failed, this, &MainWindow::problem);
    connect(m_live, &LiveScreen::trainRequested, this,
            [this] { m_labs.isEmpty() ? show(Start) : trainLab(m_labs.first()); });
    connect(m_live, &LiveScreen::duplicateRequested, this, &MainWindow::duplicate);
    connect(m_live, &LiveScreen::resumeRequested, this, [this](const QString& run) {
        if (!m_workspace->queueAgain(run)) problem(m_workspace->error());
    });
    connect(m_live, &LiveScreen::fixRequested, this,
            [this](const QString& run, const QString& key, const QJsonValue& value) {
                duplicate(run);
                m_experiment->set(key, value);
            });
    connect(m_runs, &RunModel::activityChanged, this, &MainWindow::offerBaselines);
    connect(m_runs, &RunModel::activityChanged, this, &MainWindow::tellTitle);
    connect(m_runs, &QAbstractItemModel::dataChanged, this, &MainWindow::tellTitle);
    connect(m_runs, &RunModel::ended, this, [this](const QString& run) {
        if (!isActiveWindow()) Q_EMIT endedUnseen(run);
    });
    connect(this, &MainWindow::endedUnseen, this, [this] { QApplication::alert(this); });
    connect(m_runs, &RunModel::activityChanged, this, [this] {
        if (m_live->run())
            m_live->setName(m_workspace->name(m_live->run()->directory()));
        else if (screen() == Live)
            choose(m_runs->toShow());
    });
}

void MainWindow::wireLab()
{
    connect(m_sheet, &LabSheet::trainAsked, this, [this] {
        for (const Lab& lab : m_labs)
            if (lab.id == m_sheet->lab()) screen() == Experiment ? m_experiment->train() : trainLab(lab);
    });
    connect(m_sheet, &LabSheet::screenAsked, this, [this](const QString& name) {
        show(name == "live" ? Live : name == "experiment" ? Experiment : name == "data" ? Data : Start);
    });
    connect(m_sheet, &LabSheet::setAsked, this, &MainWindow::setInLab);
    connect(m_sheet, &LabSheet::predicted, this, [this](const QString& text) {
        m_prediction = text;
        m_message->tell(QStringLiteral("information"), tr("Your prediction is kept with the next run: %1.").arg(text));
    });
}

void MainWindow::restore(const WindowOptions& options)
{
    resize(1280, 720);
    const QSettings settings;
    if (!options.safeMode) {
        restoreGeometry(settings.value("window/geometry").toByteArray());
        restoreState(settings.value("window/state").toByteArray(), layoutVersion);
        m_list->select(settings.value("window/run").toString());
        show(Screen(settings.value("window/screen").toInt()));
        for (const Lab& lab : m_labs)
            if (lab.id == settings.value("window/lab").toString()) m_sheet->setLab(lab);
    } else {
        show(Start);
    }
    if (m_sheet->lab().isEmpty() && !m_labs.isEmpty()) m_sheet->setLab(m_labs.first());
    if (!options.open.isEmpty()) openPath(options.open);
    if (m_workspace->hasQueued() && !m_workspace->ensureQueue()) problem(m_workspace->error());
}

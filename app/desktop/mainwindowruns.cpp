// SPDX-License-Identifier: GPL-3.0-or-later
#include "actionlist.h"
#include "datascreen.h"
#include "drops.h"
#include "experimentscreen.h"
#include "livescreen.h"
#include "mainwindow.h"
#include "messagebar.h"
#include "rail.h"
#include "runbar.h"
#include "runlist.h"
#include "runstate.h"
#include "target.h"
#include "workspace.h"

#include <QCloseEvent>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QMimeData>
#include <QSettings>
#include <QStackedWidget>
#include <algorithm>

void MainWindow::train(const QString& name, const QJsonObject& config)
{
    const QString run = m_workspace->create(name, config);
    if (run.isEmpty()) return problem(m_workspace->error());
    if (!m_prediction.isEmpty()) m_workspace->note(run, {{"prediction", std::exchange(m_prediction, {})}});
    m_message->tell({}, {});
    if (!m_workspace->ensureQueue()) problem(m_workspace->error());
    openRun(run);
}

void MainWindow::trainLab(const Lab& lab)
{
    QJsonObject config = lab.run;
    config["lab"] = lab.id;
    train(config["name"].toString(lab.title), config);
}

void MainWindow::openLab(const Lab& lab)
{
    m_sheet->setLab(lab);
    m_dock->show();
    m_experiment->open({lab.title, lab.run});
}

void MainWindow::setInLab(const QString& key, const QJsonValue& value)
{
    show(Experiment);
    if (!m_catalog) return problem(tr("The form comes from the engine, which is not ready yet. Nothing was changed."));
    for (const Lab& lab : m_labs) {
        if (lab.id != m_sheet->lab()) continue;
        const Draft ofLab = Draft::fromConfig(m_catalog, lab.run);
        if (!m_experiment->form()->baseline().changesFrom(ofLab).isEmpty()) m_experiment->open({lab.title, lab.run});
    }
    if (m_experiment->set(key, value)) return;
    const SectionSpec* section = m_catalog->section(key.section(u'.', 0, 0));
    problem(section ? tr("%1 is not a setting of the chosen %2.").arg(key, section->title.toLower())
                    : tr("This engine has no setting called %1.").arg(key));
}

void MainWindow::duplicate(const QString& run)
{
    QJsonObject config = readJsonObject(run + "/run.json");
    for (const char* label : {"name", "parent", "step", "note"}) config.remove(QLatin1String(label));
    m_experiment->open({m_workspace->name(run), config});
    show(Experiment);
}

void MainWindow::extend(const QString& run, int steps)
{
    const int row = m_runs->rowOf(run);
    if (row < 0) return;
    const RunLog& log = m_runs->openFeed(row)->log();
    QJsonObject config = readJsonObject(run + "/run.json"), training = config["training"].toObject();
    training["steps"] = log.plannedSteps() + steps;
    config["training"] = training;
    config["parent"] = QFileInfo(run).fileName();
    config["step"] = log.lastStep();
    train(tr("%1, %n more step(s)", nullptr, steps).arg(m_workspace->name(run)), config);
}

void MainWindow::openRun(const QString& run)
{
    choose(run);
    show(Live);
}

void MainWindow::choose(const QString& run)
{
    m_list->select(run);
    RunFeed* feed = m_list->current();
    if (feed && feed != m_live->run()) watch(feed);
}

/// Selected in the list, the focus stays there.
void MainWindow::watch(RunFeed* feed)
{
    m_live->setRun(feed, m_workspace->name(feed->directory()));
    tellBar();
}

void MainWindow::openPath(const QString& path)
{
    const Dropped dropped = classifyDrop(path);
    switch (dropped.kind) {
    case Dropped::Nothing: return problem(dropped.why);
    case Dropped::Run:
        if (m_runs->rowOf(dropped.path) >= 0) return openRun(dropped.path);
        watch(m_runs->lookAt(dropped.path));
        return show(Live);
    case Dropped::Settings: {
        const QJsonObject config = readJsonObject(dropped.path);
        if (config.isEmpty())
            return problem(tr("%1 is no run.json: it holds no JSON object. Nothing was changed.").arg(path));
        m_experiment->open({QFileInfo(path).fileName(), config});
        return show(Experiment);
    }
    case Dropped::Images: return openImages(dropped.path);
    }
}

void MainWindow::openImages(const QString& path)
{
    show(screen() == Data ? Data : Experiment);
    m_target->ask(QStringLiteral("recognise"), {{"path", path}}, m_experiment,
                  [this, path](const Target::Reply& reply) {
                      if (!reply.ok) problem(reply.message);
                      const QJsonObject folder{{"name", "folder"}, {"path", path}};
                      m_experiment->open({QFileInfo(path).fileName(),
                                          {{"dataset", reply.ok ? reply.answer["dataset"].toObject() : folder}}});
                  });
}

void MainWindow::offerBaselines()
{
    constexpr int offered = 8;
    QVector<NamedConfig> baselines;
    for (const Lab& lab : m_labs) baselines << NamedConfig{lab.title, lab.run};
    for (const bool starred : {true, false})
        for (int row = 0; row < m_runs->rowCount() && baselines.size() < offered; ++row)
            if (m_runs->isStarred(row) == starred)
                baselines << NamedConfig{(starred ? QStringLiteral("★ ") : QString()) + m_runs->name(row),
                                         readJsonObject(m_runs->directory(row) + "/run.json")};
    m_experiment->setBaselines(baselines);
}

void MainWindow::problem(const QString& sentence) { m_message->tell(QStringLiteral("problem"), sentence); }
void MainWindow::showActions() { ActionList(actions() + m_list->runActions(), this).exec(); }

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    const QList<QUrl> urls = event->mimeData()->urls();
    if (urls.size() == 1 && urls.first().isLocalFile()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    const QList<QUrl> urls = event->mimeData()->urls();
    if (!urls.isEmpty()) openPath(urls.first().toLocalFile());
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    QSettings settings; // training goes on: it is not this process that trains
    settings.setValue("window/geometry", saveGeometry());
    settings.setValue("window/state", saveState(layoutVersion));
    settings.setValue("window/screen", int(screen()));
    settings.setValue("window/lab", m_sheet->lab());
    settings.setValue("window/run", m_live->run() ? m_live->run()->directory() : QString());
    event->accept();
}

void MainWindow::describe()
{
    if (m_target->state() != Target::State::Ready) return;
    m_target->ask(QStringLiteral("describe"), {}, this, [this](const Target::Reply& reply) {
        QString error = reply.message;
        if (reply.ok) m_catalog = Catalog::parse(reply.answer, &error);
        if (!m_catalog) return problem(error);
        m_experiment->setCatalog(m_catalog);
        m_data->setCatalog(m_catalog);
        m_data->setConfig(m_experiment->config());
        m_live->setCatalog(m_catalog);
        m_list->setCanExtend(m_catalog->field("run.parent") && m_catalog->field("run.step"));
    });
}

MainWindow::Screen MainWindow::screen() const { return Screen(m_screens->currentIndex()); }

void MainWindow::show(Screen screen)
{
    if (screen == Live && !m_live->run()) choose(m_runs->toShow());
    m_screens->setCurrentIndex(screen);
    m_rail->setCurrent(screen);
    m_undo.setActiveStack(screen == Live ? m_list->undoStack() : m_experiment->form()->undoStack());
    m_screens->currentWidget()->setFocus();
    tellBar();
}

void MainWindow::tellBar() { m_bar->setShownElsewhere(screen() == Live ? m_live->run() : nullptr); }

void MainWindow::tellTitle()
{
    const RunFeed* feed = m_runs->activeFeed();
    const qint64 planned = feed && feed->state() != RunState::Queued ? feed->log().plannedSteps() : 0;
    if (planned <= 0) return setWindowTitle(tr("Revisit"));
    setWindowTitle(
        tr("%1 % - Revisit", "percent").arg(100 * std::clamp<qint64>(feed->log().lastStep(), 0, planned) / planned));
}

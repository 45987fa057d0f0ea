// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "catalog.h"
#include "labs.h"

#include <QMainWindow>
#include <QUndoGroup>

class DataScreen;
class DraftKeeper;
class ExperimentScreen;
class LiveScreen;
class MessageBar;
class PatchSelection;
class QDockWidget;
class QStackedWidget;
class Rail;
class RunBar;
class RunFeed;
class RunList;
class RunModel;
class StartScreen;
class Target;
class Workspace;

struct WindowOptions {
    QString workspace, engine, resources;
    QString open;          ///< a run, a run.json or images, as if dropped
    bool safeMode = false; ///< no restored layout, no restored draft
};

/// Wires screens, runs and engine together; holds no state of its own.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    enum Screen { Start, Data, Experiment, Live };
    explicit MainWindow(const WindowOptions& options, QWidget* parent = nullptr);
    ~MainWindow() override;

    void show(Screen screen);
    Screen screen() const;
    /// A path that was dropped, chosen or given on the command line.
    void openPath(const QString& path);
    RunList* runList() const { return m_list; }
    ExperimentScreen* experiment() const { return m_experiment; }
    LiveScreen* live() const { return m_live; }
    DataScreen* data() const { return m_data; }
    PatchSelection* selection() const { return m_selection; }
    Target* target() const { return m_target; }

Q_SIGNALS:
    /// A run has ended and nobody looks: the window asks for attention once.
    void endedUnseen(const QString& run);

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    static constexpr int layoutVersion = 1; ///< of the docks' kept places
    void makeFrame(const WindowOptions& options);
    void makeActions();
    void wireRuns();
    void wireLab();
    void restore(const WindowOptions& options);
    void describe();
    void train(const QString& name, const QJsonObject& config);
    void trainLab(const Lab& lab);
    void openLab(const Lab& lab);
    void duplicate(const QString& run);
    void extend(const QString& run, int steps);
    /// Changes one setting of the run of the sheet's lab.
    void setInLab(const QString& key, const QJsonValue& value);
    void openRun(const QString& run);
    /// As the draft's data set, by whichever reader the engine recognises it.
    void openImages(const QString& path);
    /// Another run in the list and on the Live screen; screen and focus stay.
    void choose(const QString& run);
    void watch(RunFeed* feed);
    void tellBar();
    /// How far the run is that trains now, for the task bar.
    void tellTitle();
    void offerBaselines();
    void problem(const QString& sentence);
    void showActions();

    Target* m_target;
    Workspace* m_workspace;
    RunModel* m_runs;
    QVector<Lab> m_labs;
    std::shared_ptr<const Catalog> m_catalog;
    QUndoGroup m_undo;
    QString m_prediction; ///< made in the lab sheet, kept with the next run
    Rail* m_rail;
    QStackedWidget* m_screens;
    PatchSelection* m_selection;
    StartScreen* m_start;
    DataScreen* m_data;
    ExperimentScreen* m_experiment;
    LiveScreen* m_live;
    RunList* m_list;
    RunBar* m_bar;
    MessageBar* m_message;
    LabSheet* m_sheet;
    QDockWidget* m_dock;
    DraftKeeper* m_keeper = nullptr; ///< none in safe mode
};

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "labs.h"

#include <QScrollArea>

class QLabel;
class QPushButton;
class QTimer;
class QVBoxLayout;
class RecordedPlayer;
class RunModel;
class Target;

/// The page that leads to the first click: one run to train now, one to watch, the labs, and where one left off.
class StartScreen : public QScrollArea {
    Q_OBJECT
public:
    StartScreen(const QVector<Lab>& labs, RunModel* runs, Target* target, QWidget* parent = nullptr);

Q_SIGNALS:
    void trainAsked(const Lab& lab);
    void labAsked(const Lab& lab);
    void runAsked(const QString& directory);
    /// A file or folder that was chosen, as if it had been dropped.
    void pathAsked(const QString& path);
    void creditsAsked();

private:
    QWidget* makeHero(const Lab& lab);
    QWidget* makeCard(const Lab& lab);
    QWidget* makeContinue();
    QWidget* makeFooter();
    void estimate();
    void makeRecent(const QStringList& runs);
    void showRecent();

    QVector<Lab> m_labs;
    RunModel* m_runs;
    Target* m_target;
    QPushButton* m_train = nullptr;
    QLabel* m_cost = nullptr;
    QVBoxLayout* m_recent = nullptr;
    struct Recent {
        QString run;
        QPushButton* open;
        QLabel* facts;
    };
    QVector<Recent> m_shown;
    QTimer* m_refresh;
};

// SPDX-License-Identifier: GPL-3.0-or-later
#include "startscreen.h"
#include "card.h"
#include "icons.h"
#include "labels.h"
#include "layouts.h"
#include "numbertext.h"
#include "recordedplayer.h"
#include "runmodel.h"
#include "target.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QTimer>

namespace {
constexpr int recentRuns = 3, refreshMs = 500;
} // namespace

StartScreen::StartScreen(const QVector<Lab>& labs, RunModel* runs, Target* target, QWidget* parent)
    : QScrollArea(parent),
      m_labs(labs),
      m_runs(runs),
      m_target(target),
      m_refresh(new QTimer(this))
{
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::NoFocus);
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(24, 16, 24, 12);
    column->setSpacing(12);
    column->addWidget(figureLabel(tr("Learn what satellites see, without labels")));
    if (!labs.isEmpty()) column->addWidget(makeHero(labs.first()));
    auto* lower = new QHBoxLayout;
    lower->setSpacing(24);
    auto* sheets = new QVBoxLayout;
    sheets->setSpacing(8);
    sheets->addWidget(sectionLabel(tr("Labs")));
    for (const Lab& lab : labs) sheets->addWidget(makeCard(lab));
    sheets->addStretch(1);
    lower->addLayout(sheets, 1);
    lower->addWidget(makeContinue(), 1);
    column->addSpacing(4);
    column->addLayout(lower);
    column->addStretch(1);
    column->addWidget(makeFooter());
    setWidget(content);

    m_refresh->setSingleShot(true);
    connect(m_refresh, &QTimer::timeout, this, &StartScreen::showRecent);
    const auto later = [this] { m_refresh->start(refreshMs); };
    connect(runs, &QAbstractItemModel::dataChanged, this, [this, later] {
        if (!m_refresh->isActive()) later();
    });
    connect(runs, &RunModel::activityChanged, this, later);
    connect(target, &Target::stateChanged, this, &StartScreen::estimate);
    showRecent();
    estimate();
}

QWidget* StartScreen::makeHero(const Lab& lab)
{
    const bool recorded = !lab.recording.isEmpty();
    auto* hero = recorded ? new QWidget : new Card; // the player's charts are cards themselves
    auto* column = new QVBoxLayout(hero);
    column->setContentsMargins(recorded ? QMargins() : QMargins(16, 12, 16, 16));
    column->setSpacing(12);
    m_train = new QPushButton(tr("Train this now on this computer"));
    m_train->setObjectName(QStringLiteral("trainNow"));
    m_train->setProperty("primary", true);
    m_train->setMinimumSize(fontMetrics().horizontalAdvance(m_train->text()) + 48, fontMetrics().height() * 2 + 4);
    setFocusProxy(m_train);
    connect(m_train, &QPushButton::clicked, this, [this, lab] { Q_EMIT trainAsked(lab); });
    m_cost = quietLabel({});
    if (recorded) {
        column->addWidget(new RecordedPlayer(lab.recording), 1);
    } else {
        column->addWidget(sectionLabel(lab.title));
        column->addWidget(bodyLabel(lab.summary));
    }
    auto* row = new QHBoxLayout;
    row->setSpacing(16);
    row->addWidget(m_train);
    row->addWidget(m_cost, 1);
    column->addLayout(row);
    return hero;
}

QWidget* StartScreen::makeCard(const Lab& lab)
{
    auto* card = new Card;
    auto* row = new QHBoxLayout(card);
    row->setContentsMargins(16, 12, 16, 12);
    row->setSpacing(16);
    auto* text = new QVBoxLayout;
    text->setSpacing(4);
    auto* title = bodyLabel(lab.title);
    QFont bold = title->font();
    bold.setWeight(QFont::DemiBold);
    title->setFont(bold);
    text->addWidget(title);
    text->addWidget(bodyLabel(lab.summary));
    text->addWidget(quietLabel(tr("%n minute(s)", nullptr, lab.minutes)));
    row->addLayout(text, 1);
    auto* open = new QPushButton(themedIcon(QStringLiteral("book")), tr("Open the sheet"));
    open->setAccessibleDescription(lab.title);
    connect(open, &QPushButton::clicked, this, [this, lab] { Q_EMIT labAsked(lab); });
    row->addWidget(open, 0, Qt::AlignVCenter);
    return card;
}

QWidget* StartScreen::makeContinue()
{
    auto* side = new QWidget;
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(sectionLabel(tr("Continue")));
    m_recent = new QVBoxLayout;
    m_recent->setSpacing(4);
    column->addLayout(m_recent);
    column->addStretch(1);
    return side;
}

QWidget* StartScreen::makeFooter()
{
    auto* footer = new QWidget;
    auto* row = new QHBoxLayout(footer);
    row->setContentsMargins(0, 0, 0, 0);
    auto* open = new QPushButton(themedIcon(QStringLiteral("folder")), tr("Open…"));
    auto* menu = new QMenu(open);
    const auto folder = [this](const QString& title) {
        const QString path = QFileDialog::getExistingDirectory(this, title);
        if (!path.isEmpty()) Q_EMIT pathAsked(path);
    };
    const auto file = [this](const QString& title, const QString& filter) {
        const QString path = QFileDialog::getOpenFileName(this, title, {}, filter);
        if (!path.isEmpty()) Q_EMIT pathAsked(path);
    };
    menu->addAction(tr("A folder of images, or of a run…"), this, [folder] { folder(tr("Choose a folder")); });
    menu->addAction(tr("A zip or a GeoTIFF…"), this,
                    [file] { file(tr("Choose a file"), tr("Images (*.zip *.tif *.tiff)")); });
    menu->addAction(tr("A run.json…"), this, [file] { file(tr("Choose a run.json"), tr("Settings (*.json)")); });
    open->setMenu(menu);
    auto* credits = new QPushButton(tr("Data sources and licences"));
    credits->setFlat(true);
    connect(credits, &QPushButton::clicked, this, &StartScreen::creditsAsked);
    row->addWidget(open);
    row->addWidget(quietLabel(tr("or drop a folder of images, a zip, a GeoTIFF, a run.json or a run here.")), 1);
    row->addWidget(credits);
    return footer;
}

void StartScreen::estimate()
{
    if (!m_train) return;
    const bool failed = m_target->state() == Target::State::Failed;
    m_train->setEnabled(!failed);
    if (failed) m_cost->setText(m_target->sentence());
    if (m_target->state() != Target::State::Ready) return;
    m_target->ask(QStringLiteral("estimate"), {{"config", m_labs.first().run}}, this,
                  [this](const Target::Reply& reply) {
                      const QJsonValue seconds = reply.answer["seconds"];
                      if (seconds.isDouble())
                          m_cost->setText(tr("Takes %1. There is nothing to choose and nothing to download.")
                                              .arg(aboutTime(seconds.toDouble())));
                      else if (!reply.ok)
                          m_cost->setText(reply.message);
                  });
}

void StartScreen::showRecent()
{
    if (!isVisible() && m_recent->count() > 0) {
        m_refresh->start(refreshMs);
        return;
    }
    const QStringList runs = m_runs->newest().mid(0, recentRuns);
    QStringList shown;
    for (const Recent& one : m_shown) shown << one.run;
    if (runs != shown || m_recent->count() == 0) makeRecent(runs); // a press or the focus outlives all other news
    for (const Recent& one : m_shown) {
        const int row = m_runs->rowOf(one.run);
        if (row < 0) continue; // the next look is without it
        const auto text = [this, row](RunModel::Column column) { return m_runs->index(row, column).data().toString(); };
        QStringList facts{text(RunModel::State)};
        if (!text(RunModel::Linear).isEmpty()) facts << tr("linear probe %1").arg(text(RunModel::Linear));
        facts << text(RunModel::Age);
        facts.removeAll(QString());
        one.open->setText(m_runs->name(row));
        one.facts->setText(facts.join(QStringLiteral(" · ")));
    }
}

void StartScreen::makeRecent(const QStringList& runs)
{
    clearLayout(m_recent);
    m_shown.clear();
    for (const QString& run : runs) {
        auto* line = new QWidget;
        auto* layout = new QHBoxLayout(line);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->setSpacing(12);
        m_shown << Recent{run, new QPushButton, quietLabel({})};
        m_shown.last().open->setToolTip(run);
        connect(m_shown.last().open, &QPushButton::clicked, this, [this, run] { Q_EMIT runAsked(run); });
        layout->addWidget(m_shown.last().open);
        layout->addWidget(m_shown.last().facts, 1);
        m_recent->addWidget(line);
    }
    if (runs.isEmpty()) m_recent->addWidget(quietLabel(tr("No runs yet. The first one takes about a minute.")));
}

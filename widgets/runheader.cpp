// SPDX-License-Identifier: GPL-3.0-or-later
#include "runheader.h"
#include "labels.h"

#include "chartwidget.h"
#include "numbertext.h"
#include "theme.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <algorithm>
#include <cmath>

namespace {
constexpr int warmUpSteps = 20, medianSteps = 50, barHeight = 6;

double median(QVector<double> values)
{
    const auto middle = values.begin() + values.size() / 2;
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}
} // namespace

double RunHeader::secondsLeft(const RunLog& log)
{
    const auto& steps = log.steps();
    const qint64 left = log.plannedSteps() - log.lastStep();
    QVector<double> times;
    for (qsizetype i = steps.size() - 1; i > 0 && times.size() < medianSteps; --i) {
        if (steps[i - 1].step < std::max<qint64>(1, log.resumedFrom())) break;
        const double time = (steps[i].seconds - steps[i - 1].seconds) / double(steps[i].step - steps[i - 1].step);
        if (std::isfinite(time)) times << time;
    }
    if (left < 0 || times.size() < warmUpSteps - 1) return qQNaN();
    double seconds = double(left) * median(times);
    const auto& probes = log.probes(); // evaluations are not in the steps' seconds
    if (probes.size() > 1) {
        const qint64 every = probes.last().step - probes[probes.size() - 2].step;
        if (every > 0) seconds += std::ceil(double(left) / double(every)) * probes.last().seconds;
    }
    return seconds;
}

QString RunHeader::timeText(const RunLog& log, RunState state)
{
    switch (state) {
    case RunState::New:
    case RunState::Queued: return tr("waits for its turn");
    case RunState::Starting: return tr("reads data and builds the networks…");
    case RunState::Stopping: return tr("stops after this batch and keeps it…");
    case RunState::ConnectionLost: return tr("may still be training where it runs");
    case RunState::Running:
    case RunState::Evaluating:
    case RunState::Paused: {
        const double left = secondsLeft(log);
        return std::isnan(left) ? tr("estimating…") : tr("%1 left", "time").arg(aboutTime(left));
    }
    default:
        if (log.steps().isEmpty() || std::isnan(log.steps().last().seconds)) return {};
        return tr("trained for %1", "time").arg(aboutTime(log.steps().last().seconds));
    }
}

RunHeader::RunHeader(QWidget* parent)
    : QWidget(parent),
      m_name(new ElidedLabel),
      m_icon(new QLabel),
      m_word(new QLabel),
      m_share(new QLabel),
      m_steps(new QLabel),
      m_time(new QLabel),
      m_bar(new QProgressBar),
      m_pause(new QPushButton),
      m_stop(new QPushButton(tr("&Stop && keep"))),
      m_resume(new QPushButton(tr("&Resume"))),
      m_duplicate(new QPushButton(tr("&Duplicate")))
{
    m_bar->setTextVisible(false);
    m_bar->setFixedHeight(barHeight);
    m_bar->setAccessibleName(tr("Progress of the run"));
    m_steps->setForegroundRole(QPalette::PlaceholderText);
    for (auto* label : {m_word, m_steps, m_time, m_share}) label->setTextFormat(Qt::PlainText);
    m_stop->setToolTip(tr("Finishes this batch, writes a checkpoint and ends. The run can be resumed."));
    m_resume->setToolTip(tr("Goes on from the last checkpoint."));
    m_resume->setProperty("primary", true);
    m_duplicate->setToolTip(tr("Opens the form with this run's settings."));

    auto* row = new QHBoxLayout;
    row->setSpacing(12);
    row->addWidget(m_name);
    auto* chip = new QHBoxLayout;
    chip->setSpacing(6);
    chip->addWidget(m_icon);
    chip->addWidget(m_word);
    row->addLayout(chip);
    row->addWidget(m_share);
    row->addWidget(m_steps);
    row->addWidget(m_time);
    row->addStretch(1);
    for (auto* button : {m_pause, m_stop, m_resume, m_duplicate}) row->addWidget(button);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addLayout(row);
    layout->addWidget(m_bar);

    connect(m_pause, &QPushButton::clicked, this, [this] { Q_EMIT requested(m_do); });
    connect(m_stop, &QPushButton::clicked, this, [this] { Q_EMIT requested(QStringLiteral("stop")); });
    connect(m_resume, &QPushButton::clicked, this, &RunHeader::resumeRequested);
    connect(m_duplicate, &QPushButton::clicked, this, &RunHeader::duplicateRequested);
}

void RunHeader::refresh(const RunFeed& feed, const QString& name)
{
    const RunLog& log = feed.log();
    const RunState state = feed.state();
    const QLocale locale;
    m_name->setFont(Theme::instance()->section());
    m_name->setText(name);
    const int side = fontMetrics().height();
    m_icon->setPixmap(runStateIcon(state).pixmap(side, side));
    m_word->setText(feed.isReplay()             ? tr("Recorded run, %1").arg(stateWord(state).toLower())
                    : state == RunState::Failed ? stateWord(state) // a card says why
                                                : stateText(feed.status()));

    const qint64 planned = std::max<qint64>(1, log.plannedSteps()), done = log.lastStep();
    const bool early = state == RunState::Stopped || log.finishReason() == "stopped";
    m_bar->setRange(0, 1000);
    m_bar->setValue(early ? 1000 : int(1000 * std::min(done, planned) / planned));
    for (auto* label : {m_share, m_time}) label->setFont(Theme::instance()->section());
    m_share->setText(early ? tr("stopped early") : tr("%1 %", "percent").arg(100 * std::min(done, planned) / planned));
    m_share->setVisible(!log.started().isEmpty());
    m_steps->setVisible(!log.started().isEmpty());
    m_steps->setText(tr("step %1 of %2").arg(locale.toString(done), locale.toString(planned)));
    m_time->setText(timeText(log, state));

    const bool paused = state == RunState::Paused;
    const bool working = state == RunState::Running || state == RunState::Evaluating || paused;
    const bool over = !isActive(state) && state != RunState::New;
    m_do = paused ? QStringLiteral("resume") : QStringLiteral("pause");
    m_pause->setText(paused ? tr("&Continue") : tr("&Pause"));
    m_pause->setToolTip(paused ? tr("Goes on with the next batch.")
                               : tr("Waits before the next batch; memory stays in use."));
    m_pause->setProperty("primary", paused);
    m_pause->setVisible(working || state == RunState::Stopping);
    m_pause->setEnabled(working);
    m_stop->setVisible(!feed.isReplay() && isActive(state) && state != RunState::Queued);
    m_stop->setEnabled(state != RunState::Stopping);
    const bool canResume = state == RunState::Stopped || state == RunState::Interrupted || state == RunState::Failed;
    m_resume->setVisible(!feed.isReplay() && canResume && !log.checkpoints().isEmpty());
    m_duplicate->setVisible(!m_second && (over || working));
    if (m_second)
        for (QPushButton* button : {m_pause, m_stop, m_resume}) button->setShortcut({});

    if (state == m_announced) return;
    m_announced = state;
    m_word->setAccessibleName(tr("The run is now: %1").arg(stateWord(state)));
    QAccessibleEvent alert(m_word, QAccessible::Alert); // states are announced, steps are not
    QAccessible::updateAccessibility(&alert);
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "planpanel.h"
#include "labels.h"
#include "layouts.h"
#include "numbertext.h"
#include "workspace.h"

#include <QJsonObject>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

namespace {
constexpr int shownProblems = 4;
} // namespace

QString costSentence(const QJsonObject& estimate)
{
    const QString steps = QLocale().toString(estimate["steps"].toInteger());
    const QString memory = shownBytes(estimate["memory_bytes"].toInteger());
    if (!estimate["seconds"].isDouble())
        return PlanPanel::tr("%1 steps, %2 of memory; how long it takes shows after the first steps.")
            .arg(steps, memory);
    return PlanPanel::tr("Takes %1 on this computer, %2 of memory, %3 steps.")
        .arg(aboutTime(estimate["seconds"].toDouble()), memory, steps);
}

PlanPanel::PlanPanel(QWidget* parent) : Card(parent), m_summary(bodyLabel({})), m_cost(quietLabel({}))
{
    auto* problems = new QWidget;
    m_problems = new QVBoxLayout(problems);
    m_problems->setContentsMargins(0, 0, 0, 0);
    m_problems->setSpacing(4);
    m_train = new QPushButton(tr("Train"));
    m_train->setProperty("primary", true);
    m_train->setToolTip(tr("Train (Ctrl+Enter)"));
    m_train->setObjectName(QStringLiteral("train"));
    m_train->setMinimumHeight(fontMetrics().height() * 2);
    connect(m_train, &QPushButton::clicked, this, &PlanPanel::trainAsked);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 12, 12, 12);
    column->setSpacing(8);
    column->addWidget(sectionLabel(tr("This is what will run")));
    column->addWidget(m_summary);
    column->addWidget(m_cost);
    column->addWidget(problems);
    column->addWidget(m_train);
}

void PlanPanel::setSummary(const QString& text) { m_summary->setText(text); }
void PlanPanel::setReady(bool ready) { m_train->setEnabled(ready); }

void PlanPanel::setCost(const QString& sentence, const QString& basis)
{
    m_cost->setText(sentence);
    m_cost->setToolTip(basis);
}

void PlanPanel::setProblems(const QVector<Problem>& problems, const std::function<QString(const QString& key)>& labelOf)
{
    clearLayout(m_problems);
    for (const Problem& problem : problems.mid(0, shownProblems)) {
        auto* line = new QWidget;
        auto* row = new QHBoxLayout(line);
        row->setContentsMargins(0, 0, 0, 0);
        auto* message = new MoodLabel;
        message->set(problem.isError() ? QStringLiteral("problem") : QStringLiteral("caution"),
                     problem.key.isEmpty()
                         ? problem.message
                         : tr("%1: %2", "a setting and what is wrong").arg(labelOf(problem.key), problem.sentence()));
        auto* show = new QPushButton(tr("Show"));
        show->setAccessibleName(tr("Show %1 in the form").arg(labelOf(problem.key)));
        connect(show, &QPushButton::clicked, this, [this, key = problem.key] { Q_EMIT showAsked(key); });
        row->addWidget(message, 1);
        row->addWidget(show, 0, Qt::AlignTop);
        m_problems->addWidget(line);
    }
    if (problems.size() > shownProblems)
        m_problems->addWidget(quietLabel(tr("and %n more", nullptr, int(problems.size()) - shownProblems)));
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "problemlist.h"

#include "labels.h"
#include "layouts.h"

#include <QHBoxLayout>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>
#include <functional>

namespace {
constexpr int kinds = 4;

QString sentence(PatchProblem::Kind kind, int count)
{
    const QString percent = QLocale().toString(100 * mostNodata);
    switch (kind) {
    case PatchProblem::NoData:
        return ProblemList::tr("%n tile(s) with more than %1 % without data", nullptr, count).arg(percent);
    case PatchProblem::Clouds:
        return ProblemList::tr("%n tile(s) with more than %1 % under clouds", nullptr, count).arg(percent);
    case PatchProblem::Constant: return ProblemList::tr("%n tile(s) of one value in every band", nullptr, count);
    case PatchProblem::Duplicates: return ProblemList::tr("%n tile(s) with the very pixels of another", nullptr, count);
    }
    return {};
}

QString leftOut(PatchProblem::Kind kind)
{
    switch (kind) {
    case PatchProblem::NoData: return ProblemList::tr("those without data");
    case PatchProblem::Clouds: return ProblemList::tr("those under clouds");
    case PatchProblem::Constant: return ProblemList::tr("those of one value");
    case PatchProblem::Duplicates: return ProblemList::tr("duplicates");
    }
    return {};
}

/// What keeps such patches.
QJsonValue keeps(PatchProblem::Kind kind)
{
    return kind == PatchProblem::NoData || kind == PatchProblem::Clouds ? QJsonValue(1) : QJsonValue(true);
}
} // namespace

ProblemList::ProblemList(QWidget* parent) : QWidget(parent), m_column(new QVBoxLayout(this))
{
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(4);
}

std::pair<QString, QJsonValue> ProblemList::cure(PatchProblem::Kind kind)
{
    switch (kind) {
    case PatchProblem::NoData: return {QStringLiteral("training.most_nodata"), mostNodata};
    case PatchProblem::Clouds: return {QStringLiteral("training.most_clouds"), mostClouds};
    case PatchProblem::Constant: return {QStringLiteral("training.constant"), false};
    case PatchProblem::Duplicates: break;
    }
    return {QStringLiteral("training.duplicates"), false};
}

void ProblemList::refresh(const PatchTable& table, const QVector<PatchProblem>& problems, const QJsonObject& training,
                          qsizetype checked)
{
    struct Line {
        QString mood, text;
        QVector<std::pair<QString, std::function<void()>>> buttons;
    };
    QVector<Line> lines;
    const QLocale locale;
    for (const PatchProblem& problem : problems) {
        const auto kind = problem.kind;
        const auto [key, value] = cure(kind);
        lines << Line{QStringLiteral("caution"),
                      sentence(kind, int(problem.patches.size())),
                      {{tr("Show"), [this, kind] { Q_EMIT showAsked(kind); }},
                       {tr("Exclude"), [this, key = key, value = value] { Q_EMIT settingAsked(key, value); }}}};
    }
    QStringList out;
    QVector<PatchProblem::Kind> back;
    for (int k = 0; k < kinds; ++k) {
        const auto kind = PatchProblem::Kind(k);
        const QJsonValue set = training[cure(kind).first.section(u'.', 1)];
        if (set.isUndefined() || set == keeps(kind)) continue;
        out << leftOut(kind);
        back << kind;
    }
    if (!out.isEmpty() && table.set.count > 0)
        lines << Line{QStringLiteral("information"),
                      tr("%n tile(s) left out of training and of evaluation: %1", nullptr, table.of - table.set.count)
                          .arg(out.join(QStringLiteral(", "))),
                      {{tr("Bring back"), [this, back] {
                            for (const auto kind : back) Q_EMIT settingAsked(cure(kind).first, keeps(kind));
                        }}}};
    if (table.set.count > 0 && checked < table.set.count)
        lines << Line{QStringLiteral("information"),
                      tr("Looking for tiles without data and duplicates: %1 of %2")
                          .arg(locale.toString(checked), locale.toString(table.set.count)),
                      {}};
    else if (table.set.count > 0 && problems.isEmpty() && out.isEmpty())
        lines << Line{QStringLiteral("healthy"), tr("No tile lacks data, and none is there twice."), {}};
    QString told;
    for (const Line& line : lines) told += line.text + u'\n';
    if (told == m_told) return; // whoever is about to press a button keeps it
    m_told = told;
    clearLayout(m_column);
    for (const Line& line : lines) addLine(line.mood, line.text, line.buttons);
}

void ProblemList::addLine(const QString& mood, const QString& text,
                          const QVector<std::pair<QString, std::function<void()>>>& buttons)
{
    auto* line = new QWidget;
    auto* row = new QHBoxLayout(line);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    auto* icon = new QLabel;
    const int side = fontMetrics().height();
    icon->setPixmap(Theme::instance()->stateIcon(stateOfMood(mood)).pixmap(side, side));
    row->addWidget(icon);
    auto* words = new QLabel(text);
    words->setTextFormat(Qt::PlainText);
    row->addWidget(words);
    for (const auto& [name, what] : buttons) {
        auto* button = new QPushButton(name);
        button->setAccessibleName(tr("%1: %2", "button: what").arg(name, text));
        connect(button, &QPushButton::clicked, this, what, Qt::QueuedConnection); // what it does may delete it
        row->addWidget(button);
    }
    row->addStretch(1);
    m_column->addWidget(line);
}

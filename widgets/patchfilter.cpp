// SPDX-License-Identifier: GPL-3.0-or-later
#include "patchfilter.h"

#include "chartwidget.h"
#include "datehistogram.h"
#include "icons.h"
#include "patchselection.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>

namespace {
enum Split { Both, Training, Testing };

QComboBox* chooser(const QString& name, int characters)
{
    auto* combo = new QComboBox;
    combo->setAccessibleName(name);
    combo->setToolTip(name);
    combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    combo->setMinimumContentsLength(characters);
    return combo;
}
} // namespace

QString problemName(PatchProblem::Kind kind)
{
    switch (kind) {
    case PatchProblem::NoData: return PatchFilter::tr("Without data");
    case PatchProblem::Clouds: return PatchFilter::tr("Clouds");
    case PatchProblem::Constant: return PatchFilter::tr("Of one value");
    case PatchProblem::Duplicates: return PatchFilter::tr("Duplicates");
    }
    return {};
}

PatchFilter::PatchFilter(const DateHistogram* dates, const PatchSelection* selection, QWidget* parent)
    : QWidget(parent),
      m_dates(dates),
      m_selection(selection),
      m_find(new QLineEdit),
      m_class(chooser(tr("Class"), 10)),
      m_split(chooser(tr("Training or test"), 15)),
      m_problem(chooser(tr("Problem"), 12)),
      m_selectedOnly(new QCheckBox(tr("Selected only"))),
      m_clear(new QPushButton(tr("Show all"))),
      m_count(new ElidedLabel)
{
    m_find->setPlaceholderText(tr("Find an id"));
    m_find->setAccessibleName(tr("Find an id"));
    m_find->setClearButtonEnabled(true);
    m_find->addAction(themedIcon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    m_find->setMinimumWidth(fontMetrics().averageCharWidth() * 14);
    m_split->addItems({tr("Training and test"), tr("Training"), tr("Test")});
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    for (QWidget* widget :
         {static_cast<QWidget*>(m_find), static_cast<QWidget*>(m_class), static_cast<QWidget*>(m_split),
          static_cast<QWidget*>(m_problem), static_cast<QWidget*>(m_selectedOnly), static_cast<QWidget*>(m_clear)})
        row->addWidget(widget);
    row->addWidget(m_count, 1);
    connect(m_find, &QLineEdit::textChanged, this, &PatchFilter::changed);
    for (QComboBox* combo : {m_class, m_split, m_problem})
        connect(combo, &QComboBox::currentIndexChanged, this, &PatchFilter::changed);
    connect(m_selectedOnly, &QCheckBox::toggled, this, &PatchFilter::changed);
    connect(m_clear, &QPushButton::clicked, this, &PatchFilter::clearAsked);
    connect(dates, &DateHistogram::brushed, this, &PatchFilter::changed);
    connect(selection, &PatchSelection::changed, this, [this] {
        if (m_selectedOnly->isChecked()) Q_EMIT changed();
    });
}

void PatchFilter::setTable(const PatchTable* table)
{
    const QSignalBlocker quiet(this);
    m_table = table;
    clear();
    m_class->clear();
    m_class->addItem(tr("All classes"), -2);
    for (int c = 0; c < table->set.classes.size(); ++c) m_class->addItem(table->set.classes[c], c);
    if (!table->set.classes.isEmpty() && table->set.label.contains(-1)) m_class->addItem(tr("No label"), -1);
    m_class->setVisible(!table->set.classes.isEmpty());
    setProblems({});
}

void PatchFilter::setProblems(const QVector<PatchProblem>& problems)
{
    m_problems = problems;
    const QSignalBlocker quiet(m_problem);
    const QVariant before = m_problem->currentData();
    m_problem->clear();
    m_problem->addItem(tr("With and without problems"), -1);
    for (const PatchProblem& problem : problems) m_problem->addItem(problemName(problem.kind), int(problem.kind));
    m_problem->setCurrentIndex(std::max(0, m_problem->findData(before)));
    m_problem->setVisible(!problems.isEmpty());
}

void PatchFilter::showProblem(PatchProblem::Kind kind) { m_problem->setCurrentIndex(m_problem->findData(int(kind))); }

bool PatchFilter::isProblemShown(PatchProblem::Kind kind) const { return m_problem->currentData() == int(kind); }

bool PatchFilter::isFiltering() const
{
    return !m_find->text().isEmpty() || m_class->currentIndex() > 0 || m_split->currentIndex() > 0 ||
           m_problem->currentIndex() > 0 || m_selectedOnly->isChecked() || m_dates->isBrushed();
}

void PatchFilter::clear()
{
    const bool filtered = isFiltering();
    {
        const QSignalBlocker quiet(this);
        m_find->clear();
        for (QComboBox* combo : {m_class, m_split, m_problem}) combo->setCurrentIndex(0);
        m_selectedOnly->setChecked(false);
    }
    if (filtered) Q_EMIT changed();
}

QVector<int> PatchFilter::patches() const
{
    const QString words = m_find->text().trimmed();
    const int wanted = m_class->currentIndex() > 0 ? m_class->currentData().toInt() : -2;
    QVector<bool> troubled(m_problem->currentIndex() > 0 ? m_table->set.count : 0, false);
    for (const PatchProblem& problem : m_problems)
        if (!troubled.isEmpty() && isProblemShown(problem.kind))
            for (const int patch : problem.patches) troubled[patch] = true;
    QVector<int> left;
    for (int i = 0; i < m_table->set.count; ++i) {
        if (wanted != -2 && m_table->set.label[i] != wanted) continue;
        if (m_split->currentIndex() != Both && (m_split->currentIndex() == Testing) != bool(m_table->test[i])) continue;
        if (!troubled.isEmpty() && !troubled[i]) continue;
        if (!m_dates->accepts(m_table->day[i])) continue;
        if (m_selectedOnly->isChecked() && !m_selection->contains(m_table->set.ids[i])) continue;
        if (!words.isEmpty() && !m_table->set.ids[i].contains(words, Qt::CaseInsensitive)) continue;
        left << i;
    }
    return left;
}

void PatchFilter::tell(qsizetype shown)
{
    const QLocale locale;
    m_clear->setVisible(isFiltering());
    m_count->setText(
        isFiltering()
            ? tr("%1 of %2 tiles", "shown, all").arg(locale.toString(shown), locale.toString(m_table->set.count))
            : QString());
}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "patchtable.h"

#include <QWidget>

class DateHistogram;
class ElidedLabel;
class PatchSelection;
class QCheckBox;
class QComboBox;
class QLineEdit;
class QPushButton;

/// A row of filters, and with the dates' brush which patches they leave.
class PatchFilter : public QWidget {
    Q_OBJECT
public:
    PatchFilter(const DateHistogram* dates, const PatchSelection* selection, QWidget* parent = nullptr);
    /// Another data set: nothing is filtered.
    void setTable(const PatchTable* table);
    void setProblems(const QVector<PatchProblem>& problems);
    /// Only the patches with this problem.
    void showProblem(PatchProblem::Kind kind);
    bool isProblemShown(PatchProblem::Kind kind) const;
    /// What the filters leave, in the table's order.
    QVector<int> patches() const;
    /// Says how many are shown.
    void tell(qsizetype shown);
    bool isFiltering() const;
    void clear();

Q_SIGNALS:
    void changed();
    /// All filters are to be lifted, the brush as well.
    void clearAsked();

private:
    const PatchTable* m_table = nullptr;
    QVector<PatchProblem> m_problems;
    const DateHistogram* m_dates;
    const PatchSelection* m_selection;
    QLineEdit* m_find;
    QComboBox *m_class, *m_split, *m_problem;
    QCheckBox* m_selectedOnly;
    QPushButton* m_clear;
    ElidedLabel* m_count;
};

/// "More than 40 % without data" and the like.
QString problemName(PatchProblem::Kind kind);

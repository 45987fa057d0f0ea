// SPDX-License-Identifier: GPL-3.0-or-later
#include "disclosure.h"
#include "runform.h"

#include <QEvent>
#include <QScrollBar>
#include <QTimer>

/// What RunForm tells of its fields, and how they are found.

namespace {
/// A section's name is chosen in the row of the section.
QString rowKey(const QString& key)
{
    static const QString name = QStringLiteral(".name");
    return key.endsWith(name) ? key.chopped(name.size()) : key;
}
} // namespace

void RunForm::setProblems(const QVector<Problem>& problems)
{
    m_problems = problems;
    for (const Row& row : m_rows) {
        const auto it = std::find_if(problems.begin(), problems.end(), [&](const Problem& p) {
            return takesPart(row) && rowKey(p.key) == row.widget->key();
        });
        if (it == problems.end()) {
            row.widget->setProblem({}, {}, {});
            continue;
        }
        const Field* fixed = m_draft.fieldOf(it->fixKey);
        const QString value = fixed ? fixed->param->shownWithUnit(it->fixValue) : it->fixValue.toVariant().toString();
        const QString fix = it->fixKey.isEmpty()    ? QString()
                            : it->fixKey == it->key ? tr("Use %1").arg(value)
                                                    : tr("Set %1 to %2").arg(labelOf(it->fixKey).toLower(), value);
        row.widget->setProblem(it->level, it->sentence(), fix);
    }
}

const RunForm::Row* RunForm::rowOf(const QString& key) const
{
    const auto it = std::find_if(m_rows.begin(), m_rows.end(),
                                 [&](const Row& row) { return row.widget->key() == rowKey(key) && takesPart(row); });
    return it == m_rows.end() ? nullptr : &*it;
}

QString RunForm::labelOf(const QString& key) const
{
    const Row* row = rowOf(key);
    return row ? row->widget->label() : key;
}

void RunForm::reveal(const QString& key)
{
    const Row* row = rowOf(key);
    if (!row) return;
    const int index = int(row - m_rows.constData());
    for (const Fold& fold : m_folds)
        if (fold.rows.contains(index)) fold.widget->setOpen(true);
    // only then does the layout know where the row is
    QTimer::singleShot(0, row->widget, [this, widget = row->widget] {
        ensureWidgetVisible(widget);
        widget->editor()->setFocus(Qt::OtherFocusReason);
    });
}

QSize RunForm::minimumSizeHint() const
{
    const QSize least = QScrollArea::minimumSizeHint();
    if (!widget()) return least;
    return {widget()->minimumSizeHint().width() + verticalScrollBar()->sizeHint().width(), least.height()};
}

bool RunForm::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == widget() && event->type() == QEvent::LayoutRequest) updateGeometry(); // what was opened is wider
    return QScrollArea::eventFilter(watched, event);
}

void RunForm::search(const QString& words)
{
    m_words = words.trimmed();
    if (m_catalog) refresh();
}

void RunForm::explain(QWidget* focused)
{
    if (!focused || !isAncestorOf(focused)) return;
    for (const Row& row : m_rows) {
        if (row.widget != focused && !row.widget->isAncestorOf(focused)) continue;
        m_explained = focused;
        if (!row.field || !takesPart(row)) // of a component that gave way to another, that one
            return explain(*row.section, *row.section->component(m_draft.component(row.section->key)));
        QStringList text{row.field->param->help};
        if (row.field->component) text << row.field->component->summary;
        text.removeAll(QString());
        Q_EMIT explained(row.field->param->label(), text.join(QStringLiteral("\n\n")), factsOf(*row.field));
        return;
    }
    for (const Fold& fold : m_folds) {
        if (!fold.section || (fold.widget != focused && !fold.widget->isAncestorOf(focused))) continue;
        m_explained = focused;
        return explain(*fold.section, *fold.component);
    }
}

void RunForm::explain(const SectionSpec& section, const ComponentSpec& component)
{
    QStringList text{section.help, component.summary};
    text.removeAll(QString());
    Q_EMIT explained(component.title, text.join(QStringLiteral("\n\n")), component.reference);
}

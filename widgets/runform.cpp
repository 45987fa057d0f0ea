// SPDX-License-Identifier: GPL-3.0-or-later
#include "runform.h"
#include "disclosure.h"

#include <QApplication>
#include <QSettings>
#include <QUndoCommand>
#include <QVBoxLayout>

/// Two whole drafts; edits of one field in a row become one.
class DraftEdit final : public QUndoCommand {
public:
    DraftEdit(RunForm* form, const Draft& after, const QString& text, const QString& mergeKey)
        : QUndoCommand(text),
          m_form(form),
          m_before(form->draft()),
          m_after(after),
          m_mergeKey(mergeKey)
    {}
    void undo() override { m_form->apply(m_before); }
    void redo() override { m_form->apply(m_after); }
    int id() const override { return m_mergeKey.isEmpty() ? -1 : 1; }
    bool mergeWith(const QUndoCommand* other) override
    {
        const auto* later = static_cast<const DraftEdit*>(other);
        if (later->m_mergeKey != m_mergeKey) return false;
        m_after = later->m_after;
        setObsolete(m_after == m_before);
        return true;
    }

private:
    RunForm* m_form;
    Draft m_before, m_after;
    QString m_mergeKey;
};

RunForm::RunForm(QWidget* parent) : QScrollArea(parent)
{
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::NoFocus);
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) { explain(now); });
}

void RunForm::setCatalog(std::shared_ptr<const Catalog> catalog)
{
    m_catalog = std::move(catalog);
    m_draft = m_baseline = Draft(m_catalog);
    m_undo.clear();
    m_problems.clear();
    build();
    refresh();
    Q_EMIT draftChanged();
    for (const Row& row : m_rows)
        if (row.widget->key() == "objective") explain(row.widget->editor()->field());
}

void RunForm::setFigure(const QString& section, std::function<QWidget*()> make)
{
    m_figureAfter = section;
    m_makeFigure = std::move(make);
}

void RunForm::build()
{
    m_rows.clear();
    m_folds.clear();
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 12, 12);
    column->setSpacing(8);
    column->addWidget(m_nothing = new NothingFound);
    connect(m_nothing, &NothingFound::clearAsked, this, &RunForm::clearSearchAsked);
    const QHash<QString, QString> titles{{"data", tr("Data and sampling")},
                                         {"views", tr("Views")},
                                         {"objective", tr("Objective and architecture")},
                                         {"training", tr("Training")}};
    for (const char* name : Catalog::groups) {
        const QString group = QString::fromLatin1(name);
        auto* box = new Disclosure(titles[group], Disclosure::Rank::Group);
        const int fold = addFold(box, group, column);
        box->setOpen(QSettings().value("form/open/" + group, group == "data" || group == "objective").toBool());
        connect(box, &Disclosure::toggled, this,
                [group](bool open) { QSettings().setValue("form/open/" + group, open); });
        for (const SectionSpec& section : m_catalog->sections()) {
            if (section.group != group) continue;
            addSection(section, box->body(), fold);
            if (!m_makeFigure || section.key != m_figureAfter) continue;
            box->body()->addWidget(m_figure = m_makeFigure());
        }
        if (group == "training") {
            QVector<const Field*> seed;
            for (const Field& field : m_catalog->fields())
                if (!field.section && field.param->name == "seed") seed << &field;
            addFields(nullptr, seed, box->body(), {fold});
        }
    }
    column->addStretch(1);
    int width = 0;
    for (const Row& row : m_rows) width = std::max(width, row.widget->labelWidth());
    for (const Row& row : m_rows) row.widget->setLabelWidth(width);
    setWidget(content);
}

int RunForm::addFold(Disclosure* widget, const QString& summaryOf, QVBoxLayout* layout)
{
    layout->addWidget(widget);
    m_folds << Fold{widget, summaryOf, {}};
    return int(m_folds.size()) - 1;
}

void RunForm::addRow(FieldRow* widget, const SectionSpec* section, const Field* field, QVBoxLayout* layout,
                     const QVector<int>& folds)
{
    layout->addWidget(widget);
    const int index = int(m_rows.size());
    m_rows << Row{widget, section, field};
    QStringList names;
    for (const ComponentSpec& component : section ? section->components : QVector<ComponentSpec>())
        if (!field || field->component == &component) names << component.title << component.name;
    widget->setAliases(names);
    for (const int fold : folds) m_folds[fold].rows << index;
    connect(widget, &FieldRow::fixAsked, this, [this, widget] {
        for (const Problem& problem : QVector<Problem>(m_problems))
            if (problem.key == widget->key()) set(problem.fixKey, problem.fixValue);
    });
}

QVector<const Field*> RunForm::fieldsOf(const SectionSpec& section, const ComponentSpec& component, bool advanced) const
{
    QVector<const Field*> fields;
    for (const Field& field : m_catalog->fields())
        if (field.section == &section && field.component == &component && field.param->advanced == advanced)
            fields << &field;
    return fields;
}

void RunForm::addChain(const SectionSpec& section, QVBoxLayout* layout, int group)
{
    for (const ComponentSpec& component : section.components) {
        auto* part = new Disclosure(component.title, Disclosure::Rank::Part);
        const int fold = addFold(part, section.key + "." + component.name, layout);
        addFields(&section, fieldsOf(section, component, false) + fieldsOf(section, component, true), part->body(),
                  {group, fold});
        const Field* probability = m_catalog->field(section.key + "." + component.name + ".probability");
        m_folds[fold].probability = probability;
        m_folds[fold].section = &section;
        m_folds[fold].component = &component;
        if (!probability) continue;
        connect(part, &Disclosure::switched, this, [this, part, probability](bool on) {
            switchOn(*probability, on);
            explain(part);
        });
    }
}

void RunForm::switchOn(const Field& probability, bool on)
{
    Draft after = m_draft;
    const double initial = probability.param->initial.toDouble();
    if (!on) m_probabilities[probability.id] = m_draft.value(probability).toDouble();
    after.setValue(probability, on ? m_probabilities.value(probability.id, initial > 0 ? initial : 1) : 0);
    edit(after, (on ? tr("Switch %1 on") : tr("Switch %1 off")).arg(probability.component->title.toLower()), {});
}

void RunForm::addSection(const SectionSpec& section, QVBoxLayout* layout, int group)
{
    if (section.kind == SectionSpec::Chain) return addChain(section, layout, group);
    QVector<int> folds{group};
    if (section.kind == SectionSpec::One) {
        QStringList names, titles, summaries;
        for (const ComponentSpec& component : section.components) {
            names << component.name;
            titles << component.title;
            summaries << component.summary;
        }
        auto* chooser = new FieldRow(section.key, section.title, {}, new ParamEditor(names, titles, summaries));
        addRow(chooser, &section, nullptr, layout, folds);
        connect(chooser, &FieldRow::edited, this, [this, chooser, &section](const QJsonValue& value) {
            Draft after = m_draft;
            after.setComponent(section.key, value.toString());
            edit(after, tr("Choose %1").arg(section.component(value.toString())->title), {});
            explain(chooser);
        });
        connect(chooser, &FieldRow::resetAsked, this, [this, &section] {
            Draft after = m_draft;
            after.setComponent(section.key, m_baseline.component(section.key));
            edit(after, tr("Reset %1").arg(section.title), {});
        });
    } else {
        auto* part = new Disclosure(section.title, Disclosure::Rank::Part);
        folds << addFold(part, section.key + ".", layout);
        m_folds.last().section = &section;
        m_folds.last().component = &section.components.first();
        part->setOpen(section.key == section.group); // what a group is named after is what people look for in it
        layout = part->body();
    }
    QVector<const Field*> advanced;
    for (const ComponentSpec& component : section.components) {
        addFields(&section, fieldsOf(section, component, false), layout, folds);
        advanced += fieldsOf(section, component, true);
    }
    if (advanced.isEmpty()) return;
    auto* part = new Disclosure(tr("Advanced"), Disclosure::Rank::Part);
    addFields(&section, advanced, part->body(), folds + QVector<int>{addFold(part, {}, layout)});
}

void RunForm::addFields(const SectionSpec* section, const QVector<const Field*>& fields, QVBoxLayout* layout,
                        const QVector<int>& folds)
{
    for (const Field* field : fields) {
        auto* row = new FieldRow(field->key, field->param->label(), field->param->help, new ParamEditor(*field->param));
        addRow(row, section, field, layout, folds);
        connect(row, &FieldRow::edited, this, [this, field](const QJsonValue& value) {
            Draft after = m_draft;
            after.setValue(*field, value);
            edit(after, tr("Change %1").arg(field->param->label().toLower()), field->id);
        });
        connect(row, &FieldRow::resetAsked, this, [this, field] {
            Draft after = m_draft;
            after.setValue(*field, m_baseline.takesPart(*field) ? m_baseline.value(*field) : field->param->initial);
            edit(after, tr("Reset %1").arg(field->param->label().toLower()), {});
        });
    }
}

void RunForm::edit(const Draft& after, const QString& text, const QString& mergeKey)
{
    if (!(after == m_draft)) m_undo.push(new DraftEdit(this, after, text, mergeKey));
}

void RunForm::setDraft(const Draft& draft, const QString& text) { edit(draft, text, {}); }

void RunForm::setBaseline(const Draft& baseline)
{
    m_baseline = baseline;
    refresh();
    Q_EMIT draftChanged();
}

bool RunForm::set(const QString& key, const QJsonValue& value)
{
    Draft after = m_draft;
    if (!m_catalog || !after.set(key, value)) return false;
    edit(after, tr("Set %1").arg(labelOf(key).toLower()), {});
    return true;
}

void RunForm::apply(const Draft& draft)
{
    m_draft = draft;
    refresh();
    explain(m_explained);
    Q_EMIT draftChanged();
}

void RunForm::refresh()
{
    for (const Row& row : m_rows) {
        if (row.field) {
            const ParamSpec& param = *row.field->param;
            const QJsonValue now = m_draft.value(*row.field);
            const QJsonValue was = m_baseline.takesPart(*row.field) ? m_baseline.value(*row.field) : param.initial;
            row.widget->setState(now, now == was ? QString() : param.shownWithUnit(was));
        } else {
            const QString now = m_draft.component(row.section->key), was = m_baseline.component(row.section->key);
            row.widget->setState(now, now == was ? QString() : row.section->component(was)->title);
            row.widget->setHelp(row.section->component(now)->summary);
        }
        row.widget->setVisible(isFound(row));
    }
    m_nothing->setWords(m_words);
    m_nothing->setVisible(std::none_of(m_rows.begin(), m_rows.end(), [this](const Row& row) { return isFound(row); }));
    if (m_figure) m_figure->setVisible(m_words.isEmpty());
    for (const Fold& fold : m_folds) {
        bool any = false, hit = false, changed = false;
        for (const int index : fold.rows) {
            const Row& row = m_rows[index];
            any = any || takesPart(row);
            changed = changed || (takesPart(row) && row.widget->isChanged());
            hit = hit || (!m_words.isEmpty() && isFound(row));
        }
        fold.widget->setVisible(any && (m_words.isEmpty() || hit));
        fold.widget->setForcedOpen(hit);
        fold.widget->setMarked(changed);
        fold.widget->setSummary(summary(fold));
        if (fold.probability) fold.widget->setSwitch(m_draft.value(*fold.probability).toDouble() > 0);
    }
    updateGeometry();
}

bool RunForm::isFound(const Row& row) const
{
    return takesPart(row) && (m_words.isEmpty() || row.widget->matches(m_words));
}

bool RunForm::isOn(const Row& row) const
{
    const Field* probability = m_catalog->field(row.section->key + "." + row.field->component->name + ".probability");
    return !probability || m_draft.value(*probability).toDouble() > 0;
}

QString RunForm::summary(const Fold& fold) const
{
    if (fold.probability && m_draft.value(*fold.probability).toDouble() == 0) return tr("off");
    QStringList parts;
    for (const int index : fold.rows) {
        const Row& row = m_rows[index];
        const bool part = fold.summaryOf.contains(u'.');
        if (row.field && !m_draft.takesPart(*row.field)) continue;
        if (!row.field)
            parts << row.section->component(m_draft.component(row.section->key))->title;
        else if (part || (!row.field->param->advanced && (!row.section || row.section->kind == SectionSpec::Fixed)))
            parts << row.field->param->named(m_draft.value(*row.field));
        else if (row.section->kind == SectionSpec::Chain && !parts.contains(row.field->component->title) && isOn(row))
            parts << row.field->component->title;
        if (parts.size() >= 5) break;
    }
    return fold.summaryOf.isEmpty() ? QString() : parts.join(QStringLiteral(" · "));
}

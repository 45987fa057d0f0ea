// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "draft.h"
#include "paramform.h"

#include <QPointer>
#include <QScrollArea>
#include <QUndoStack>
#include <functional>

class Disclosure;
class QVBoxLayout;

/// The form of a run, built from a catalog: four groups, each section a chooser and its component's fields.
/// Every edit is an undo step; edits of one field in a row are one step.
class RunForm : public QScrollArea {
    Q_OBJECT
public:
    explicit RunForm(QWidget* parent = nullptr);

    /// A widget after the fields of a section, made anew with them; a search hides it.
    void setFigure(const QString& section, std::function<QWidget*()> make);
    /// Builds the fields anew; draft and baseline start as the engine's defaults.
    void setCatalog(std::shared_ptr<const Catalog> catalog);
    const Draft& draft() const { return m_draft; }
    const Draft& baseline() const { return m_baseline; }
    /// Puts a whole draft in place, as one undo step with that text.
    void setDraft(const Draft& draft, const QString& text);
    void setBaseline(const Draft& baseline);
    /// Sets one key of run.json; false where the engine has no such key.
    bool set(const QString& key, const QJsonValue& value);
    QUndoStack* undoStack() { return &m_undo; }
    QSize minimumSizeHint() const override;

    void setProblems(const QVector<Problem>& problems);
    /// The label of the field that `key` means, or the key itself.
    QString labelOf(const QString& key) const;
    /// Opens what is closed around the field, scrolls to it and gives it the focus.
    void reveal(const QString& key);
    /// Shows only the fields whose label, key, help or components have these words, in closed groups as well.
    void search(const QString& words);

Q_SIGNALS:
    void draftChanged();
    /// A field, or a component, is at hand: its side panel's texts.
    void explained(const QString& title, const QString& text, const QString& facts);
    /// The search is to be given up.
    void clearSearchAsked();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Row {
        FieldRow* widget;
        const SectionSpec* section;
        const Field* field; ///< null: the chooser of the section's component
    };
    struct Fold {
        Disclosure* widget;
        QString summaryOf;                        ///< group name, or "section.component" of a chain, or empty
        QVector<int> rows;                        ///< into m_rows
        const Field* probability = nullptr;       ///< of a chain's component: 0 switches it off
        const SectionSpec* section = nullptr;     ///< what its heading stands for
        const ComponentSpec* component = nullptr; ///< the same
    };

    void build();
    void addSection(const SectionSpec& section, QVBoxLayout* layout, int group);
    void addChain(const SectionSpec& section, QVBoxLayout* layout, int group);
    void switchOn(const Field& probability, bool on);
    QVector<const Field*> fieldsOf(const SectionSpec& section, const ComponentSpec& component, bool advanced) const;
    void addFields(const SectionSpec* section, const QVector<const Field*>& fields, QVBoxLayout* layout,
                   const QVector<int>& folds);
    void addRow(FieldRow* widget, const SectionSpec* section, const Field* field, QVBoxLayout* layout,
                const QVector<int>& folds);
    int addFold(Disclosure* widget, const QString& summaryOf, QVBoxLayout* layout);
    void edit(const Draft& after, const QString& text, const QString& mergeKey);
    void apply(const Draft& draft);
    void refresh();
    bool isOn(const Row& row) const;
    bool takesPart(const Row& row) const { return !row.field || m_draft.takesPart(*row.field); }
    /// Takes part and is what is searched for, if anything is.
    bool isFound(const Row& row) const;
    QString summary(const Fold& fold) const;
    void explain(QWidget* focused);
    void explain(const SectionSpec& section, const ComponentSpec& component);
    const Row* rowOf(const QString& key) const;
    friend class DraftEdit;

    std::shared_ptr<const Catalog> m_catalog;
    Draft m_draft, m_baseline;
    QUndoStack m_undo;
    QVector<Row> m_rows;
    QVector<Fold> m_folds;
    QVector<Problem> m_problems;
    QHash<QString, double> m_probabilities; ///< of what was switched off, to come back
    QString m_words;
    NothingFound* m_nothing = nullptr;
    QString m_figureAfter;
    std::function<QWidget*()> m_makeFigure;
    QPointer<QWidget> m_figure;
    QPointer<QWidget> m_explained;
};

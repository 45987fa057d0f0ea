// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "catalog.h"

/// A difference between two drafts, as people read it.
struct DraftChange {
    QString key; ///< of run.json: objective, objective.temperature
    QString label, now, was;
};

/// The settings of a run that is being put together: a value, cheap to copy, so that undo keeps whole drafts.
/// Values of a component that is not chosen are kept and come back with it.
class Draft {
public:
    Draft() = default;
    explicit Draft(std::shared_ptr<const Catalog> catalog) : m_catalog(std::move(catalog)) {}

    const std::shared_ptr<const Catalog>& catalog() const { return m_catalog; }
    /// The component that is chosen in a section of kind One; empty for the others.
    QString component(const QString& sectionKey) const;
    void setComponent(const QString& sectionKey, const QString& name);
    QJsonValue value(const Field& field) const;
    void setValue(const Field& field, const QJsonValue& value);
    /// Whether its component takes part.
    bool takesPart(const Field& field) const;
    /// The field that a key of run.json means now; null when there is none.
    const Field* fieldOf(const QString& key) const;
    /// Sets by key of run.json; "objective" with a text chooses the component. False: no such key.
    bool set(const QString& key, const QJsonValue& value);

    /// run.json: only what differs from the engine's defaults.
    QJsonObject config() const;
    /// Reads a run.json. Keys that this engine does not have are named in `unknown` and left out.
    static Draft fromConfig(std::shared_ptr<const Catalog> catalog, const QJsonObject& config,
                            QStringList* unknown = nullptr);

    /// What differs from `baseline`, in the form's order; name, group, lab and parent of a run are no settings.
    QVector<DraftChange> changesFrom(const Draft& baseline) const;
    bool operator==(const Draft& other) const { return m_values == other.m_values && m_chosen == other.m_chosen; }

private:
    std::shared_ptr<const Catalog> m_catalog;
    QHash<QString, QJsonValue> m_values; ///< by field id, only what differs from the default
    QHash<QString, QString> m_chosen;    ///< by section, only what differs from the default
};

// SPDX-License-Identifier: GPL-3.0-or-later
#include "draft.h"

namespace {
/// Reserved keys that say what a run is called and where it belongs, not what it computes.
bool isLabel(const Field& field) { return !field.section && field.param->name != "seed"; }
} // namespace

QString Draft::component(const QString& sectionKey) const
{
    const SectionSpec* section = m_catalog ? m_catalog->section(sectionKey) : nullptr;
    if (!section || section->kind != SectionSpec::One) return {};
    return m_chosen.value(sectionKey, section->initial);
}

void Draft::setComponent(const QString& sectionKey, const QString& name)
{
    const SectionSpec* section = m_catalog->section(sectionKey);
    if (!section || section->kind != SectionSpec::One || !section->component(name)) return;
    if (name == section->initial)
        m_chosen.remove(sectionKey);
    else
        m_chosen[sectionKey] = name;
}

QJsonValue Draft::value(const Field& field) const { return m_values.value(field.id, field.param->initial); }

void Draft::setValue(const Field& field, const QJsonValue& value)
{
    if (value == field.param->initial)
        m_values.remove(field.id);
    else
        m_values[field.id] = value;
}

bool Draft::takesPart(const Field& field) const
{
    return !field.section || field.section->kind != SectionSpec::One ||
           component(field.section->key) == field.component->name;
}

const Field* Draft::fieldOf(const QString& key) const
{
    if (!m_catalog) return nullptr;
    for (const Field& field : m_catalog->fields())
        if (field.key == key && takesPart(field)) return &field;
    return nullptr;
}

bool Draft::set(const QString& key, const QJsonValue& value)
{
    const SectionSpec* section = m_catalog ? m_catalog->section(key) : nullptr;
    if (section && section->kind == SectionSpec::One && section->component(value.toString())) {
        setComponent(key, value.toString());
        return true;
    }
    const Field* field = fieldOf(key);
    if (field) setValue(*field, value);
    return field;
}

QJsonObject Draft::config() const
{
    QJsonObject config;
    if (!m_catalog) return config;
    for (auto it = m_chosen.begin(); it != m_chosen.end(); ++it) config[it.key()] = QJsonObject{{"name", it.value()}};
    for (const Field& field : m_catalog->fields()) {
        if (!m_values.contains(field.id) || !takesPart(field)) continue;
        const QJsonValue value = m_values[field.id];
        if (!field.section) {
            config[field.key] = value;
            continue;
        }
        QJsonObject section = config[field.section->key].toObject();
        if (field.section->kind == SectionSpec::Chain) {
            QJsonObject component = section[field.component->name].toObject();
            component[field.param->name] = value;
            section[field.component->name] = component;
        } else {
            // the name stands beside the parameters, so that a file can be read without knowing the defaults
            if (field.section->kind == SectionSpec::One) section["name"] = field.component->name;
            section[field.param->name] = value;
        }
        config[field.section->key] = section;
    }
    return config;
}

Draft Draft::fromConfig(std::shared_ptr<const Catalog> catalog, const QJsonObject& config, QStringList* unknown)
{
    Draft draft(std::move(catalog));
    const auto take = [&](const QString& key, const QJsonValue& value) {
        if (!draft.set(key, value) && unknown) *unknown << key;
    };
    for (auto entry = config.begin(); entry != config.end(); ++entry) {
        const SectionSpec* section = draft.m_catalog->section(entry.key());
        const QJsonObject object = entry->toObject();
        if (!section || !entry->isObject()) {
            take(entry.key(), *entry);
            continue;
        }
        if (section->kind == SectionSpec::One && object.contains("name")) take(section->key, object["name"]);
        for (auto it = object.begin(); it != object.end(); ++it) {
            const QString key = section->key + "." + it.key();
            if (section->kind == SectionSpec::One && it.key() == "name") continue;
            if (section->kind != SectionSpec::Chain || !it->isObject()) {
                take(key, *it);
                continue;
            }
            const QJsonObject params = it->toObject();
            for (auto param = params.begin(); param != params.end(); ++param) take(key + "." + param.key(), *param);
        }
    }
    return draft;
}

QVector<DraftChange> Draft::changesFrom(const Draft& baseline) const
{
    QVector<DraftChange> changes;
    if (!m_catalog) return changes;
    for (const SectionSpec& section : m_catalog->sections()) {
        const ComponentSpec* now = section.component(component(section.key));
        const ComponentSpec* was = section.component(baseline.component(section.key));
        if (now && was && now != was) changes << DraftChange{section.key, section.title, now->title, was->title};
    }
    for (const Field& field : m_catalog->fields()) {
        if (isLabel(field) || !takesPart(field)) continue;
        const QJsonValue now = value(field), was = baseline.value(field);
        // against another component there is no earlier value: its own default is the measure
        const QJsonValue measure = baseline.takesPart(field) ? was : field.param->initial;
        if (now == measure) continue;
        const bool inChain = field.section && field.section->kind == SectionSpec::Chain;
        const QString label =
            inChain ? field.component->title + " – " + field.param->label().toLower() : field.param->label();
        changes << DraftChange{field.key, label, field.param->shownWithUnit(now), field.param->shownWithUnit(measure)};
    }
    return changes;
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "catalog.h"

#include <QCoreApplication>
#include <QHash>
#include <QJsonArray>
#include <QLocale>
#include <algorithm>

namespace {
QString tr(const char* text) { return QCoreApplication::translate("Catalog", text); }

std::optional<double> number(const QJsonValue& value)
{
    return value.isDouble() ? std::optional(value.toDouble()) : std::nullopt;
}

ParamSpec::Type type(const QString& word)
{
    static const QHash<QString, ParamSpec::Type> types{
        {"boolean", ParamSpec::Boolean},  {"integer", ParamSpec::Integer}, {"number", ParamSpec::Number},
        {"text", ParamSpec::Text},        {"path", ParamSpec::Path},       {"choice", ParamSpec::Choice},
        {"integers", ParamSpec::Integers}};
    return types.value(word, ParamSpec::Text);
}

QVector<ParamSpec> params(const QJsonValue& list)
{
    QVector<ParamSpec> result;
    for (const QJsonValue& entry : list.toArray()) {
        const QJsonObject object = entry.toObject();
        ParamSpec param;
        param.name = object["name"].toString();
        if (param.name.isEmpty()) continue;
        param.help = object["help"].toString();
        param.unit = object["unit"].toString();
        param.type = type(object["type"].toString());
        param.initial = object["default"];
        param.min = number(object["min"]);
        param.max = number(object["max"]);
        param.automatic = number(object["auto"]);
        for (const QJsonValue& choice : object["choices"].toArray()) param.choices << choice.toString();
        if (!param.choices.isEmpty()) param.type = ParamSpec::Choice;
        param.live = object["live"].toBool();
        param.advanced = object["advanced"].toBool();
        result << param;
    }
    return result;
}

QVector<ComponentSpec> components(const QJsonObject& section)
{
    QVector<ComponentSpec> result;
    for (const QJsonValue& entry : section["components"].toArray()) {
        const QJsonObject object = entry.toObject();
        result << ComponentSpec{object["name"].toString(),    object["title"].toString(),
                                object["summary"].toString(), object["reference"].toString(),
                                params(object["params"]),     object["learning_rate"].toObject()};
    }
    if (result.isEmpty() && section.contains("params"))
        result << ComponentSpec{{}, section["title"].toString(), {}, {}, params(section["params"]), {}};
    return result;
}
} // namespace

QString ParamSpec::label() const
{
    QString words = name;
    if (!unit.isEmpty())
        for (const char* suffix : {"_m", "_km", "_px", "_deg", "_s", "_nm", "_days"})
            if (words.endsWith(QLatin1String(suffix))) words.chop(int(qstrlen(suffix)));
    words.replace(u'_', u' ');
    if (!words.isEmpty()) words[0] = words[0].toUpper();
    return words;
}

bool ParamSpec::isAutomatic(const QJsonValue& value) const
{
    return automatic && value.isDouble() && value.toDouble() == *automatic;
}

QString ParamSpec::shown(const QJsonValue& value) const
{
    if (isAutomatic(value)) return tr(QT_TRANSLATE_NOOP("Catalog", "automatic"));
    if (value.isBool())
        return value.toBool() ? tr(QT_TRANSLATE_NOOP("Catalog", "on")) : tr(QT_TRANSLATE_NOOP("Catalog", "off"));
    if (value.isDouble()) return QLocale().toString(value.toDouble(), 'g', 6);
    if (value.isArray()) {
        QStringList numbers;
        for (const QJsonValue& entry : value.toArray()) numbers << QString::number(entry.toInteger());
        return numbers.isEmpty() ? tr(QT_TRANSLATE_NOOP("Catalog", "none")) : numbers.join(", ");
    }
    const QString text = value.toString();
    return text.isEmpty() ? tr(QT_TRANSLATE_NOOP("Catalog", "none")) : text;
}

QString ParamSpec::shownWithUnit(const QJsonValue& value) const
{
    return unit.isEmpty() || !value.isDouble() || isAutomatic(value) ? shown(value)
                                                                     : shown(value) + QChar(QChar::Nbsp) + unit;
}

QString ParamSpec::named(const QJsonValue& value) const
{
    const QString what = label().toLower();
    if (what == unit && !isAutomatic(value)) return shownWithUnit(value);
    return QCoreApplication::translate("Catalog", "%1 %2", "a setting's name and its value")
        .arg(what, shownWithUnit(value));
}

const ComponentSpec* SectionSpec::component(const QString& name) const
{
    const auto it = std::find_if(components.begin(), components.end(), [&](const auto& c) { return c.name == name; });
    return it == components.end() ? nullptr : &*it;
}

std::shared_ptr<const Catalog> Catalog::parse(const QJsonObject& description, QString* error)
{
    const int spoken = description["protocol"].toInt();
    if (spoken != protocol) {
        *error =
            tr(QT_TRANSLATE_NOOP("Catalog", "The engine speaks protocol %1 and this desktop protocol %2. Build both "
                                            "from the same version."))
                .arg(spoken)
                .arg(protocol);
        return nullptr;
    }
    auto catalog = std::make_shared<Catalog>();
    catalog->m_version = description["version"].toString();
    catalog->m_run = params(description["run"]);
    for (const QJsonValue& entry : description["sections"].toArray()) {
        const QJsonObject object = entry.toObject();
        SectionSpec section;
        section.key = object["key"].toString();
        section.title = object["title"].toString();
        section.help = object["help"].toString();
        section.group = object["group"].toString();
        const QString kind = object["kind"].toString();
        section.kind = kind == "one" ? SectionSpec::One : kind == "chain" ? SectionSpec::Chain : SectionSpec::Fixed;
        section.initial = object["default"].toString();
        section.components = components(object);
        if (section.key.isEmpty() || section.components.isEmpty()) continue;
        if (section.kind == SectionSpec::One && !section.component(section.initial))
            section.initial = section.components.first().name;
        catalog->m_sections << section;
    }
    if (catalog->m_sections.isEmpty()) {
        *error =
            tr(QT_TRANSLATE_NOOP("Catalog", "The engine describes nothing that could be chosen. Build it again with "
                                            "./start."));
        return nullptr;
    }
    const auto add = [&catalog](const Field& field) {
        catalog->m_byId.insert(field.id, int(catalog->m_fields.size()));
        catalog->m_fields << field;
    };
    for (const ParamSpec& param : catalog->m_run) add({"run." + param.name, param.name, &param, nullptr, nullptr});
    for (const SectionSpec& section : catalog->m_sections)
        for (const ComponentSpec& component : section.components)
            for (const ParamSpec& param : component.params) {
                const QString middle = section.kind == SectionSpec::Chain ? component.name + "." : QString();
                add({section.key + "." + component.name + "." + param.name, section.key + "." + middle + param.name,
                     &param, &section, &component});
            }
    return catalog;
}

const SectionSpec* Catalog::section(const QString& key) const
{
    const auto it = std::find_if(m_sections.begin(), m_sections.end(), [&](const auto& s) { return s.key == key; });
    return it == m_sections.end() ? nullptr : &*it;
}

const Field* Catalog::field(const QString& id) const
{
    const auto it = m_byId.find(id);
    return it == m_byId.end() ? nullptr : &m_fields[*it];
}

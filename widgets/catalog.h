// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QJsonObject>
#include <QJsonValue>
#include <QString>
#include <QStringList>
#include <QVector>
#include <memory>
#include <optional>

/// One parameter as `describe` announces it.
struct ParamSpec {
    enum Type { Boolean, Integer, Number, Text, Path, Choice, Integers };
    QString name, help, unit;
    Type type = Text;
    QJsonValue initial; ///< the engine's default
    std::optional<double> min, max, automatic;
    QStringList choices;
    bool live = false, advanced = false;

    /// "Learning rate" of learning_rate; a unit at the name's end is left to `unit`.
    QString label() const;
    bool isAutomatic(const QJsonValue& value) const;
    /// The value as people read it: "0.1", "on", "automatic", "256, 256"; without the unit.
    QString shown(const QJsonValue& value) const;
    /// The same with its unit.
    QString shownWithUnit(const QJsonValue& value) const;
    /// "batch 128 patches", "1,500 steps".
    QString named(const QJsonValue& value) const;
};

struct ComponentSpec {
    QString name, title, summary, reference;
    QVector<ParamSpec> params;
    QJsonObject learningRates; ///< of objectives, by optimizer
};

/// A key of run.json that holds components (One, Chain) or parameters (Fixed, as a single component without name).
struct SectionSpec {
    enum Kind { One, Chain, Fixed };
    QString key, title, help, group;
    Kind kind = Fixed;
    QString initial; ///< One: the default component's name
    QVector<ComponentSpec> components;

    const ComponentSpec* component(const QString& name) const;
};

/// One field of the form: where its value stands in run.json and what it is.
struct Field {
    QString id;  ///< unique: section.component.param, or run.param
    QString key; ///< as the engine names it: objective.temperature, augmentations.crop.scale, seed
    const ParamSpec* param = nullptr;
    const SectionSpec* section = nullptr;     ///< null for the reserved keys of the run
    const ComponentSpec* component = nullptr; ///< null for the reserved keys of the run
};

/// What an engine offers, from its `describe`. Immutable; fields point into it.
class Catalog {
public:
    static constexpr int protocol = 1;
    static constexpr const char* groups[] = {"data", "views", "objective", "training"};

    /// Null with a sentence in `error` when it is no description or one of another protocol.
    static std::shared_ptr<const Catalog> parse(const QJsonObject& description, QString* error);

    QString version() const { return m_version; }
    const QVector<ParamSpec>& run() const { return m_run; }
    const QVector<SectionSpec>& sections() const { return m_sections; }
    const SectionSpec* section(const QString& key) const;
    const QVector<Field>& fields() const { return m_fields; }
    const Field* field(const QString& id) const;

private:
    QString m_version;
    QVector<ParamSpec> m_run;
    QVector<SectionSpec> m_sections;
    QVector<Field> m_fields;
    QHash<QString, int> m_byId;
};

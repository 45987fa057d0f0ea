// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "runform.h"

#include <QTimer>
#include <QWidget>

class ElidedLabel;
class MoodLabel;
class NetworkPanel;
class PlanPanel;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;
class Target;

/// What a draft may be compared with: a name and a run.json.
struct NamedConfig {
    QString name;
    QJsonObject config;
    bool operator==(const NamedConfig&) const = default;
};

/// Puts a run together: the form, what the engine thinks of it, what it will cost, and the button that trains.
class ExperimentScreen : public QWidget {
    Q_OBJECT
public:
    explicit ExperimentScreen(Target* target, QWidget* parent = nullptr);

    void setCatalog(std::shared_ptr<const Catalog> catalog);
    /// What "changed" may be measured against, besides the engine's defaults.
    void setBaselines(const QVector<NamedConfig>& baselines);
    /// Opens a run.json as draft and as baseline. Before there is a catalog it is kept until then.
    void open(const NamedConfig& config);
    /// A draft that was left unfinished, and what it was compared with.
    void restore(const QJsonObject& config, const NamedConfig& baseline);
    NamedConfig baseline() const;
    /// Sets one key; false where there is none of that name.
    bool set(const QString& key, const QJsonValue& value);
    RunForm* form() { return m_form; }
    QJsonObject config() const { return m_form->draft().config(); }
    bool canTrain() const;
    void train();

Q_SIGNALS:
    void trainAsked(const QString& name, const QJsonObject& config);
    void draftEdited();

private:
    QWidget* makeHeader();
    QWidget* makeSide();
    void edited();
    void validate();
    void estimate();
    void showProblems(const QVector<Problem>& problems);
    void showState();
    void showChanges();
    void chooseBaseline(int index);
    void copyAsText();
    void openFile();
    QString automaticName() const;

    Target* m_target;
    RunForm* m_form;
    QStackedWidget* m_stack;
    QLabel *m_waiting, *m_title, *m_text, *m_facts, *m_chip;
    ElidedLabel* m_hint;
    QPushButton *m_retry, *m_reset;
    MoodLabel* m_notice;
    QLineEdit *m_name, *m_search;
    QComboBox* m_baseline;
    PlanPanel* m_plan;
    QPointer<NetworkPanel> m_network;
    QTimer m_validation, m_estimation;
    QVector<NamedConfig> m_baselines;
    std::optional<NamedConfig> m_comparedWith; ///< unless with the engine's defaults
    std::optional<NamedConfig> m_toOpen;       ///< kept until there is a catalog
    std::optional<QJsonObject> m_toEdit;
    bool m_errors = false;
};

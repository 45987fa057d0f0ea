// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "catalog.h"

#include <QWidget>

class ElidedLabel;
class QCheckBox;
class QComboBox;
class QPushButton;
class QSpinBox;
class Target;

/// How a draft samples, and a batch drawn so: what the map shows, and how many of its pairs are near each other.
class BatchBar : public QWidget {
    Q_OBJECT
public:
    explicit BatchBar(Target* target, QWidget* parent = nullptr);
    void setCatalog(const Catalog& catalog);
    /// run.json; a batch that is shown is drawn anew.
    void setConfig(const QJsonObject& config);
    void setAwake(bool awake);
    bool isShown() const;
    /// What is said of the batch.
    QString words() const;

Q_SIGNALS:
    /// Ids: [views][column]; empty when none is shown.
    void drawn(const QVector<QStringList>& views);
    void samplerAsked(const QString& name);

private:
    void draw();
    void tell(const QJsonObject& answer);

    Target* m_target;
    QJsonObject m_config;
    int m_step = 1;
    bool m_awake = false, m_stale = true;
    QComboBox* m_sampler;
    QCheckBox* m_show;
    QPushButton* m_next;
    QSpinBox* m_near;
    ElidedLabel* m_words;
};

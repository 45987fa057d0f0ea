// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "patchtable.h"

#include <QObject>

class Target;

/// Asks the engine for the patches of a draft's data set, and then, a part after the other so that other questions get
/// in between, what their pixels are like. Asks only while it is awake.
class PatchFeed : public QObject {
    Q_OBJECT
public:
    PatchFeed(Target* target, QObject* parent = nullptr);
    /// run.json; other patches only where what it says of the data has changed.
    void setConfig(const QJsonObject& config);
    /// Whether somebody looks.
    void setAwake(bool awake);
    /// Asks again, after an error.
    void retry();

    /// What questions about these patches name as their `config`: every layer, whatever a run would take.
    QJsonObject config() const { return m_config; }
    const PatchTable& table() const { return m_table; }
    bool isLoading() const { return m_loading; }
    /// Whether all pixels have been looked at.
    bool isChecked() const { return m_table.set.count > 0 && m_table.hash.size() == m_table.set.count; }
    /// Why there are no patches; else empty.
    QString error() const { return m_error; }

Q_SIGNALS:
    /// Other patches, or none for now.
    void tableChanged();
    /// More is known of their pixels.
    void pixelsChanged();

private:
    void load();
    void ask(int from);
    void askPixels();

    Target* m_target;
    QJsonObject m_config;
    PatchTable m_table, m_arriving;
    QString m_error;
    bool m_awake = false, m_wanted = false, m_loading = false, m_checking = false;
};

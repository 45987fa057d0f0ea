// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QObject>
#include <QSet>

/// Which patches are chosen, by id: one object for all that pictures patches, whichever run or data set they are of.
class PatchSelection : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    const QSet<QString>& ids() const { return m_ids; }
    bool contains(const QString& id) const { return m_ids.contains(id); }
    bool isEmpty() const { return m_ids.isEmpty(); }
    /// These alone, or with `more` these as well.
    void choose(const QSet<QString>& ids, bool more = false);
    void toggle(const QString& id);
    void clear() { choose({}); }

Q_SIGNALS:
    void changed();

private:
    QSet<QString> m_ids;
};

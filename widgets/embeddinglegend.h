// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "pointgroups.h"

#include <QSet>
#include <QWidget>

class QVBoxLayout;

/// What the colours of an embedding mean, with counts. A click (Space) shows that group alone, and again all; with Ctrl
/// it hides or shows that one. Every entry is reached by keyboard.
class EmbeddingLegend : public QWidget {
    Q_OBJECT
public:
    explicit EmbeddingLegend(QWidget* parent = nullptr);

    /// Entries of groups; nothing is hidden after this.
    void setGroups(const QVector<PointGroup>& groups);
    /// A colour bar instead, from `least` to `greatest` degrees.
    void setScale(Colouring by, double least, double greatest);
    const QSet<int>& hidden() const { return m_hidden; }

Q_SIGNALS:
    void hiddenChanged(const QSet<int>& groups);

private:
    void clear();
    void solo(int group);
    void toggle(int group);
    void apply(const QSet<int>& hidden);

    QVBoxLayout* m_layout;
    QVector<QWidget*> m_entries;
    QSet<int> m_hidden;
};

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QToolButton>
#include <QVBoxLayout>
#include <QWidget>

class ElidedLabel;

/// A heading that opens and closes what is under it. Closed it says in a few words what it holds.
class Disclosure : public QWidget {
    Q_OBJECT
public:
    enum class Rank { Group, Part };
    Disclosure(const QString& title, Rank rank, QWidget* parent = nullptr);

    void setSummary(const QString& summary);
    /// Bold title: something inside differs from the baseline.
    void setMarked(bool marked);
    QVBoxLayout* body() const { return m_bodyLayout; }
    bool isOpen() const { return m_open; }
    /// What the user chose, and what is remembered.
    void setOpen(bool open);
    /// Shown open while a search has a hit inside; what the user chose stays.
    void setForcedOpen(bool forced);

Q_SIGNALS:
    void toggled(bool open);

private:
    void refresh();
    QToolButton* m_button;
    ElidedLabel* m_summary;
    QString m_words;
    QWidget* m_body;
    QVBoxLayout* m_bodyLayout;
    Rank m_rank;
    bool m_open = false, m_forced = false, m_marked = false;
};

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QToolButton>
#include <QVBoxLayout>
#include <QWidget>

class ElidedLabel;
class QCheckBox;
class QHBoxLayout;

/// A heading that opens and closes what is under it. Closed it says in a few words what it holds.
class Disclosure : public QWidget {
    Q_OBJECT
public:
    enum class Rank { Group, Part };
    Disclosure(const QString& title, Rank rank, QWidget* parent = nullptr);

    void setSummary(const QString& summary);
    /// Gives the heading a check box that switches on and off what is under it.
    void setSwitch(bool on);
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
    void switched(bool on);

private:
    void refresh();
    QToolButton* m_button;
    QCheckBox* m_switch = nullptr;
    QHBoxLayout* m_head;
    ElidedLabel* m_summary;
    QString m_words;
    QWidget* m_body;
    QVBoxLayout* m_bodyLayout;
    Rank m_rank;
    bool m_open = false, m_forced = false, m_marked = false;
};

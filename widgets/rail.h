// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QButtonGroup>
#include <QToolBar>

class QToolButton;

/// The screens in the order of the work, down the left edge; Ctrl+1, Ctrl+2, ... As wide as its longest word needs.
class Rail : public QToolBar {
    Q_OBJECT
public:
    explicit Rail(QWidget* parent = nullptr);
    /// Returns its index.
    int addScreen(const QString& icon, const QString& title);
    void setCurrent(int index);
    /// A button at the lower end that is no screen.
    QToolButton* addTool(const QString& icon, const QString& title);

Q_SIGNALS:
    void chosen(int index);

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QToolButton* make(const QString& icon, const QString& title);
    void fit();
    QButtonGroup m_buttons;
    QList<QToolButton*> m_all;
    QAction* m_tools = nullptr; ///< what pushes the tools down
};

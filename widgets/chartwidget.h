// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QWidget>

/// A card that pictures data: reached by Tab, with a focus ring, and for assistive technology a chart with a sentence,
/// which is composed only when it is asked for.
class ChartWidget : public QWidget {
    Q_OBJECT
public:
    explicit ChartWidget(QWidget* parent = nullptr);
    /// What the picture shows, in one sentence.
    virtual QString sentence() const = 0;

protected:
    /// The card and its focus ring; call it first.
    void paintEvent(QPaintEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
};

/// A line of text that gives way, with an ellipsis and the whole text as tooltip, where there is no room for it.
class ElidedLabel : public QWidget {
    Q_OBJECT
public:
    explicit ElidedLabel(const QString& text = {}, QWidget* parent = nullptr);
    void setText(const QString& text);
    QString text() const { return m_text; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_text;
};

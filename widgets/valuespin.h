// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QDoubleSpinBox>
#include <optional>

/// A spin box for one number of a parameter: as many digits as it has and no more, steps of 1-2-5 where the range spans
/// decades, and the automatic value as a word below the range. Turns on wheel only when it has the focus.
class ValueSpin : public QDoubleSpinBox {
    Q_OBJECT
public:
    ValueSpin(bool integer, std::optional<double> min, std::optional<double> max, std::optional<double> automatic,
              QWidget* parent = nullptr);
    QString textFromValue(double value) const override;
    double valueFromText(const QString& text) const override;
    QValidator::State validate(QString& text, int& position) const override;
    void stepBy(int steps) override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void wheelEvent(QWheelEvent* event) override;

private:
    bool m_integer, m_decades;
    double m_least;
    std::optional<double> m_automatic;
};

// SPDX-License-Identifier: GPL-3.0-or-later
#include "parameditor.h"
#include "icons.h"
#include "valuespin.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QJsonArray>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QRegularExpression>
#include <QRegularExpressionValidator>
#include <QWheelEvent>

namespace {
constexpr int mostVisible = 20; // all objectives without scrolling

class Combo final : public QComboBox {
public:
    using QComboBox::QComboBox;
    void wheelEvent(QWheelEvent* event) override
    {
        if (hasFocus())
            QComboBox::wheelEvent(event);
        else
            event->ignore(); // the form scrolls
    }
};

QHBoxLayout* makeRow(QWidget* parent)
{
    auto* row = new QHBoxLayout(parent);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    return row;
}
} // namespace

ParamEditor::ParamEditor(const ParamSpec& spec, QWidget* parent) : QWidget(parent)
{
    makeRow(this);
    switch (spec.type) {
    case ParamSpec::Boolean: addCheck(); break;
    case ParamSpec::Integer: addNumber(spec, true); break;
    case ParamSpec::Number: addNumber(spec, false); break;
    case ParamSpec::Choice: addChoice(spec.choices, spec.choices); break;
    case ParamSpec::Text: addText(false); break;
    case ParamSpec::Path: addText(true); break;
    case ParamSpec::Integers: addIntegers(); break;
    }
    setFocusProxy(m_field);
}

ParamEditor::ParamEditor(const QStringList& names, const QStringList& titles, const QStringList& sentences,
                         QWidget* parent)
    : QWidget(parent)
{
    makeRow(this);
    QComboBox* combo = addChoice(names, titles);
    for (int i = 0; i < sentences.size(); ++i) combo->setItemData(i, sentences[i], Qt::ToolTipRole);
    setFocusProxy(m_field);
}

void ParamEditor::setValue(const QJsonValue& value)
{
    if (m_get() == value) return;
    const QSignalBlocker blocker(this);
    m_set(value);
}

void ParamEditor::place(QWidget* field, int stretch)
{
    m_field = field;
    static_cast<QHBoxLayout*>(layout())->addWidget(field, stretch);
}

void ParamEditor::addNumber(const ParamSpec& spec, bool integer)
{
    auto* spin = new ValueSpin(integer, spec.min, spec.max, spec.automatic, this);
    place(spin, 0);
    if (!spec.unit.isEmpty()) layout()->addWidget(new QLabel(spec.unit, this));
    static_cast<QHBoxLayout*>(layout())->addStretch(1);
    m_get = [spin, integer] { return integer ? QJsonValue(qint64(spin->value())) : QJsonValue(spin->value()); };
    m_set = [spin](const QJsonValue& value) { spin->setValue(value.toDouble()); };
    connect(spin, &ValueSpin::valueChanged, this, [this] { Q_EMIT edited(value()); });
}

void ParamEditor::addCheck()
{
    auto* check = new QCheckBox(this);
    place(check, 1);
    const auto name = [check] { check->setText(check->isChecked() ? tr("on") : tr("off")); };
    connect(check, &QCheckBox::toggled, this, name);
    name();
    m_get = [check] { return QJsonValue(check->isChecked()); };
    m_set = [check](const QJsonValue& value) { check->setChecked(value.toBool()); };
    connect(check, &QCheckBox::toggled, this, [this] { Q_EMIT edited(value()); });
}

QComboBox* ParamEditor::addChoice(const QStringList& names, const QStringList& titles)
{
    auto* combo = new Combo(this);
    combo->setFocusPolicy(Qt::StrongFocus);
    combo->setMaxVisibleItems(mostVisible);
    for (int i = 0; i < names.size(); ++i) combo->addItem(titles[i], names[i]);
    place(combo, 0);
    static_cast<QHBoxLayout*>(layout())->addStretch(1);
    m_get = [combo] { return QJsonValue(combo->currentData().toString()); };
    m_set = [combo](const QJsonValue& value) { combo->setCurrentIndex(combo->findData(value.toString())); };
    connect(combo, &QComboBox::currentIndexChanged, this, [this] { Q_EMIT edited(value()); });
    return combo;
}

void ParamEditor::addText(bool path)
{
    auto* line = new QLineEdit(this);
    place(line, 1);
    m_get = [line] { return QJsonValue(line->text()); };
    m_set = [line](const QJsonValue& value) { line->setText(value.toString()); };
    connect(line, &QLineEdit::textChanged, this, [this] { Q_EMIT edited(value()); });
    if (!path) return;
    auto* browse = new QPushButton(themedIcon(QStringLiteral("folder")), tr("Browse"), this);
    auto* menu = new QMenu(browse);
    menu->addAction(tr("Choose a folder…"), this, [this, line] {
        const QString chosen = QFileDialog::getExistingDirectory(this, tr("Choose a folder"), line->text());
        if (!chosen.isEmpty()) line->setText(chosen);
    });
    menu->addAction(tr("Choose a file…"), this, [this, line] {
        const QString chosen = QFileDialog::getOpenFileName(this, tr("Choose a file"), line->text());
        if (!chosen.isEmpty()) line->setText(chosen);
    });
    browse->setMenu(menu);
    layout()->addWidget(browse);
}

void ParamEditor::addIntegers()
{
    auto* line = new QLineEdit(this);
    line->setValidator(
        new QRegularExpressionValidator(QRegularExpression(R"(([0-9]{1,9}([ ,;]+[0-9]{1,9})*[ ,;]*)?)"), line));
    line->setPlaceholderText(tr("none"));
    place(line, 1);
    m_get = [line] {
        QJsonArray numbers;
        static const QRegularExpression others("[^0-9]+");
        for (const QString& number : line->text().split(others, Qt::SkipEmptyParts)) numbers << number.toLongLong();
        return QJsonValue(numbers);
    };
    m_set = [line](const QJsonValue& value) {
        QStringList numbers;
        for (const QJsonValue& number : value.toArray()) numbers << QString::number(number.toInteger());
        line->setText(numbers.join(QStringLiteral(", ")));
    };
    connect(line, &QLineEdit::textChanged, this, [this] { Q_EMIT edited(value()); });
}

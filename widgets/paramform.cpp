// SPDX-License-Identifier: GPL-3.0-or-later
#include "paramform.h"
#include "icons.h"
#include "labels.h"
#include "runlog.h"
#include "theme.h"

#include <QEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QJsonArray>
#include <QPainter>
#include <QPushButton>
#include <QRegularExpression>
#include <QToolButton>

namespace {
constexpr int barWidth = 3, mostLabelChars = 15; // a longer label takes two lines
} // namespace

QString Problem::sentence() const
{
    // of another key where the engine tells of two that do not go together
    static const QRegularExpression someKey(QStringLiteral("^[a-z_]+(\\.[a-z0-9_]+)*: "));
    const auto match = someKey.match(message);
    if (key.isEmpty() || !match.hasMatch()) return message;
    QString rest = message.mid(match.capturedLength());
    if (!rest.isEmpty()) rest[0] = rest[0].toUpper();
    return rest;
}

QVector<Problem> problemsIn(const QJsonObject& answer)
{
    QVector<Problem> problems;
    for (const QJsonValue& entry : answer["problems"].toArray()) {
        const QJsonObject fix = entry["fix"].toObject();
        problems << Problem{entry["level"].toString(), entry["key"].toString(), shownText(entry["message"].toString()),
                            fix["key"].toString(), fix["value"]};
    }
    return problems;
}

QString factsOf(const Field& field)
{
    const ParamSpec& param = *field.param;
    QStringList facts{FieldRow::tr("Default: %1").arg(param.shownWithUnit(param.initial))};
    if (param.min && param.max)
        facts << FieldRow::tr("From %1 to %2").arg(param.shown(*param.min), param.shownWithUnit(*param.max));
    facts << FieldRow::tr("In run.json: %1").arg(field.key);
    return facts.join(u'\n');
}

FieldRow::FieldRow(const QString& key, const QString& label, const QString& help, ParamEditor* editor, QWidget* parent)
    : QWidget(parent),
      m_key(key),
      m_label(label),
      m_help(help),
      m_editor(editor),
      m_name(new QLabel(label, this)),
      m_helpLabel(quietLabel(help, this)),
      m_reset(new QToolButton(this)),
      m_problem(new QWidget(this)),
      m_message(new MoodLabel(m_problem)),
      m_fix(new QPushButton(m_problem))
{
    setObjectName(key); // lab sheets point at a field by its key
    m_name->setTextFormat(Qt::PlainText);
    m_name->setWordWrap(true);
    m_name->setBuddy(editor->field());
    editor->field()->setAccessibleName(label);
    editor->field()->setAccessibleDescription(help);
    m_reset->setIcon(themedIcon(QStringLiteral("reset")));
    m_reset->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_reset->setAutoRaise(true);
    m_reset->setIconSize(QSize(12, 12));
    QSizePolicy kept = m_reset->sizePolicy();
    kept.setRetainSizeWhenHidden(true); // rows do not move when a value changes
    m_reset->setSizePolicy(kept);

    auto* problemRow = new QHBoxLayout(m_problem);
    problemRow->setContentsMargins(0, 0, 0, 0);
    problemRow->addWidget(m_message, 1);
    problemRow->addWidget(m_fix, 0, Qt::AlignTop);

    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(barWidth + 8, 0, 0, 0);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(2);
    grid->addWidget(m_name, 0, 0);
    grid->addWidget(editor, 0, 1);
    grid->addWidget(m_reset, 0, 2, Qt::AlignRight);
    grid->addWidget(m_helpLabel, 1, 1, 1, 2);
    grid->addWidget(m_problem, 2, 1, 1, 2);
    grid->setColumnStretch(1, 1);
    m_helpLabel->setVisible(!help.isEmpty());
    m_problem->hide();
    m_reset->hide();

    connect(editor, &ParamEditor::edited, this, &FieldRow::edited);
    connect(m_reset, &QToolButton::clicked, this, &FieldRow::resetAsked);
    connect(m_fix, &QPushButton::clicked, this, &FieldRow::fixAsked);
}

int FieldRow::labelWidth() const
{
    QFont bold = font();
    bold.setBold(true); // a changed label must not push its editor aside
    const QFontMetrics metrics(bold);
    return std::min(metrics.horizontalAdvance(m_label), mostLabelChars * metrics.averageCharWidth());
}

void FieldRow::setLabelWidth(int width)
{
    m_labelWidth = width;
    m_name->setFixedWidth(width);
}

void FieldRow::setState(const QJsonValue& value, const QString& was)
{
    m_editor->setValue(value);
    if (was == m_was) return;
    m_was = was;
    QFont font = m_name->font();
    font.setBold(isChanged());
    m_name->setFont(font);
    m_reset->setVisible(isChanged());
    m_reset->setText(tr("was %1").arg(was));
    m_reset->setToolTip(tr("Set back to %1").arg(was));
    m_reset->setAccessibleName(tr("%1: set back to %2").arg(m_label, was));
    update();
}

void FieldRow::setHelp(const QString& help)
{
    if (help == m_help) return;
    m_help = help;
    m_helpLabel->setText(help);
    m_helpLabel->setVisible(!help.isEmpty());
    m_editor->field()->setAccessibleDescription(help);
}

void FieldRow::setProblem(const QString& level, const QString& message, const QString& fix)
{
    m_problem->setVisible(!message.isEmpty());
    if (message.isEmpty()) return;
    m_message->set(level == "error" ? QStringLiteral("problem") : QStringLiteral("caution"), message);
    m_fix->setVisible(!fix.isEmpty());
    m_fix->setText(fix);
}

bool FieldRow::matches(const QString& words) const
{
    const QString text = QStringList{m_label, m_key, m_help, m_aliases}.join(u' ');
    const QStringList wanted = words.split(u' ', Qt::SkipEmptyParts);
    return std::all_of(wanted.begin(), wanted.end(),
                       [&text](const QString& word) { return text.contains(word, Qt::CaseInsensitive); });
}

void FieldRow::paintEvent(QPaintEvent*)
{
    if (!isChanged()) return;
    QPainter(this).fillRect(0, 0, barWidth, height(), Theme::instance()->surfaces().accent);
}

void FieldRow::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::FontChange && m_labelWidth) setLabelWidth(std::max(m_labelWidth, labelWidth()));
    QWidget::changeEvent(event);
}

NothingFound::NothingFound(QWidget* parent) : QWidget(parent), m_text(bodyLabel({}, this))
{
    auto* clear = new QPushButton(tr("Clear"), this);
    clear->setAccessibleName(tr("Clear the search"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    row->addWidget(m_text, 1);
    row->addWidget(clear, 0, Qt::AlignTop);
    connect(clear, &QPushButton::clicked, this, &NothingFound::clearAsked);
}

void NothingFound::setWords(const QString& words) { m_text->setText(tr("Nothing is called “%1”.").arg(words)); }

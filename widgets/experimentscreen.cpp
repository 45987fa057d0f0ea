// SPDX-License-Identifier: GPL-3.0-or-later
#include "experimentscreen.h"
#include "card.h"
#include "chartwidget.h"
#include "icons.h"
#include "labels.h"
#include "networkpanel.h"
#include "planpanel.h"
#include "runlog.h"
#include "runstate.h"
#include "target.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace {
constexpr int validationMs = 200, estimationMs = 400;

QToolButton* tool(const QString& icon, const QString& text, QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setIcon(themedIcon(icon));
    button->setToolTip(text);
    button->setAccessibleName(text);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}
bool hasError(const QVector<Problem>& problems)
{
    return std::any_of(problems.begin(), problems.end(), [](const Problem& p) { return p.isError(); });
}
} // namespace

ExperimentScreen::ExperimentScreen(Target* target, QWidget* parent)
    : QWidget(parent),
      m_target(target),
      m_form(new RunForm),
      m_stack(new QStackedWidget(this))
{
    auto* waiting = new QWidget;
    auto* centre = new QVBoxLayout(waiting);
    m_waiting = bodyLabel({});
    m_waiting->setAlignment(Qt::AlignCenter);
    m_retry = new QPushButton(tr("Start the engine again"));
    centre->addStretch(1);
    centre->addWidget(m_waiting);
    centre->addWidget(m_retry, 0, Qt::AlignCenter);
    centre->addStretch(2);
    connect(m_retry, &QPushButton::clicked, target, &Target::start);

    auto* page = new QWidget;
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(12, 8, 12, 12);
    column->setSpacing(8);
    column->addWidget(makeHeader());
    m_notice = new MoodLabel;
    m_notice->hide();
    column->addWidget(m_notice);
    auto* work = new QHBoxLayout;
    work->setSpacing(12);
    work->addWidget(m_form, 3);
    work->addWidget(makeSide(), 2);
    column->addLayout(work, 1);
    m_stack->addWidget(waiting);
    m_stack->addWidget(page);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_stack);

    m_form->setFigure(QStringLiteral("backbone"), [this] { return m_network = new NetworkPanel(m_target); });

    m_validation.setSingleShot(true);
    m_estimation.setSingleShot(true);
    connect(&m_validation, &QTimer::timeout, this, &ExperimentScreen::validate);
    connect(&m_estimation, &QTimer::timeout, this, &ExperimentScreen::estimate);
    connect(m_form, &RunForm::draftChanged, this, &ExperimentScreen::edited);
    connect(m_form, &RunForm::explained, this, [this](const QString& title, const QString& text, const QString& facts) {
        m_title->setText(title);
        m_text->setText(text);
        m_facts->setText(facts);
    });
    connect(target, &Target::stateChanged, this, &ExperimentScreen::showState);
    showState();
}

QWidget* ExperimentScreen::makeHeader()
{
    auto* header = new QWidget;
    auto* rows = new QVBoxLayout(header);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(8);
    auto* first = new QHBoxLayout;
    first->setSpacing(8);
    m_name = new QLineEdit;
    m_name->setMaxLength(80);
    m_name->setAccessibleName(tr("Name of the run"));
    m_name->setMinimumWidth(fontMetrics().averageCharWidth() * 20);
    auto* nameLabel = new QLabel(tr("Name"));
    nameLabel->setBuddy(m_name);
    auto* undo = tool(QStringLiteral("undo"), tr("Undo (Ctrl+Z)"), this);
    auto* redo = tool(QStringLiteral("redo"), tr("Redo (Ctrl+Shift+Z)"), this);
    QUndoStack* stack = m_form->undoStack();
    connect(undo, &QToolButton::clicked, stack, &QUndoStack::undo);
    connect(redo, &QToolButton::clicked, stack, &QUndoStack::redo);
    connect(stack, &QUndoStack::canUndoChanged, undo, &QWidget::setEnabled);
    connect(stack, &QUndoStack::canRedoChanged, redo, &QWidget::setEnabled);
    undo->setEnabled(false);
    redo->setEnabled(false);
    auto* openButton = new QPushButton(themedIcon(QStringLiteral("folder")), tr("Open…"));
    openButton->setToolTip(tr("Open a run.json"));
    auto* copy = new QPushButton(themedIcon(QStringLiteral("copy")), tr("Copy as text"));
    copy->setToolTip(tr("Copy run.json, for a file, a message or the command line"));
    connect(openButton, &QPushButton::clicked, this, &ExperimentScreen::openFile);
    connect(copy, &QPushButton::clicked, this, &ExperimentScreen::copyAsText);
    first->addWidget(sectionLabel(tr("Experiment")));
    first->addSpacing(12);
    first->addWidget(nameLabel);
    first->addWidget(m_name);
    first->addStretch(1);
    for (QWidget* widget : {static_cast<QWidget*>(undo), static_cast<QWidget*>(redo), static_cast<QWidget*>(openButton),
                            static_cast<QWidget*>(copy)})
        first->addWidget(widget);

    auto* second = new QHBoxLayout;
    second->setSpacing(8);
    m_baseline = new QComboBox;
    m_baseline->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_baseline->setMinimumContentsLength(16);
    m_baseline->addItem(tr("the engine's defaults"));
    m_baseline->setAccessibleName(tr("Baseline"));
    auto* baselineLabel = new QLabel(tr("Compared with"));
    baselineLabel->setBuddy(m_baseline);
    connect(m_baseline, &QComboBox::activated, this, &ExperimentScreen::chooseBaseline);
    m_chip = new QLabel;
    m_chip->setTextFormat(Qt::PlainText);
    m_hint = new ElidedLabel;
    m_hint->setForegroundRole(QPalette::PlaceholderText);
    m_reset = new QPushButton(themedIcon(QStringLiteral("reset")), tr("Reset all"));
    connect(m_reset, &QPushButton::clicked, this,
            [this] { m_form->setDraft(m_form->baseline(), tr("Reset to the baseline")); });
    m_search = new QLineEdit;
    m_search->setPlaceholderText(tr("Find a setting"));
    m_search->setAccessibleName(tr("Find a setting"));
    m_search->setClearButtonEnabled(true);
    m_search->addAction(themedIcon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    m_search->setMinimumWidth(fontMetrics().averageCharWidth() * 16);
    connect(m_search, &QLineEdit::textChanged, m_form, &RunForm::search);
    connect(m_form, &RunForm::clearSearchAsked, m_search, &QLineEdit::clear);
    second->addWidget(m_search);
    second->addSpacing(12);
    second->addWidget(baselineLabel);
    second->addWidget(m_baseline);
    second->addWidget(m_chip);
    second->addWidget(m_reset);
    second->addWidget(m_hint, 1);
    rows->addLayout(first);
    rows->addLayout(second);
    return header;
}

QWidget* ExperimentScreen::makeSide()
{
    auto* side = new QWidget;
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(12);

    auto* about = new Card;
    auto* aboutColumn = new QVBoxLayout(about);
    aboutColumn->setContentsMargins(12, 12, 12, 12);
    aboutColumn->setSpacing(8);
    m_title = sectionLabel(tr("What is this?"));
    m_text = bodyLabel(tr("Choose a setting: what it does and where it comes from is said here."));
    m_facts = quietLabel({});
    m_facts->setTextInteractionFlags(Qt::TextSelectableByMouse);
    aboutColumn->addWidget(m_title);
    aboutColumn->addWidget(m_text);
    aboutColumn->addWidget(m_facts);
    aboutColumn->addStretch(1);
    column->addWidget(about, 1);

    m_plan = new PlanPanel;
    connect(m_plan, &PlanPanel::trainAsked, this, &ExperimentScreen::train);
    connect(m_plan, &PlanPanel::showAsked, this, [this](const QString& key) {
        m_search->clear();
        m_form->reveal(key);
    });
    column->addWidget(m_plan);
    return side;
}

void ExperimentScreen::setCatalog(std::shared_ptr<const Catalog> catalog)
{
    const bool first = !m_form->draft().catalog();
    const NamedConfig kept{tr("the engine's defaults"), first ? QJsonObject() : config()};
    m_form->setCatalog(std::move(catalog));
    m_stack->setCurrentIndex(1);
    if (m_toOpen) {
        open(*std::exchange(m_toOpen, {}));
        if (m_toEdit)
            m_form->setDraft(Draft::fromConfig(m_form->draft().catalog(), *std::exchange(m_toEdit, {})), tr("Restore"));
    } else if (!first) {
        m_form->setDraft(Draft::fromConfig(m_form->draft().catalog(), kept.config), tr("Open"));
        chooseBaseline(m_baseline->currentIndex());
    }
}

void ExperimentScreen::setBaselines(const QVector<NamedConfig>& baselines)
{
    m_baselines = baselines;
    if (m_comparedWith && !m_baselines.contains(*m_comparedWith))
        m_baselines.prepend(*m_comparedWith); // stays on offer
    m_baseline->clear();
    m_baseline->addItem(tr("the engine's defaults"));
    for (const NamedConfig& baseline : std::as_const(m_baselines)) m_baseline->addItem(baseline.name);
    m_baseline->setCurrentIndex(m_comparedWith ? int(m_baselines.indexOf(*m_comparedWith)) + 1 : 0);
}

void ExperimentScreen::chooseBaseline(int index)
{
    m_comparedWith.reset();
    if (index > 0) m_comparedWith = m_baselines[index - 1];
    m_form->setBaseline(Draft::fromConfig(m_form->draft().catalog(), m_comparedWith.value_or(NamedConfig()).config));
}

void ExperimentScreen::open(const NamedConfig& config)
{
    const auto catalog = m_form->draft().catalog();
    if (!catalog) {
        m_toOpen = config;
        m_toEdit.reset();
        return;
    }
    QStringList unknown;
    const Draft draft = Draft::fromConfig(catalog, config.config, &unknown);
    m_form->setDraft(draft, tr("Open %1").arg(config.name));
    m_form->setBaseline(draft);
    m_comparedWith.reset();
    if (config.name != m_baseline->itemText(0)) m_comparedWith = config;
    setBaselines(m_baselines);
    m_notice->setVisible(!unknown.isEmpty());
    if (unknown.isEmpty()) return;
    m_notice->set(QStringLiteral("caution"),
                  tr("This engine does not know %1; it was left out.").arg(unknown.join(", ")));
    // the engine names the nearest key
    m_target->ask(
        QStringLiteral("validate"), {{"config", config.config}}, m_notice, [this](const Target::Reply& reply) {
            const QVector<Problem> problems = problemsIn(reply.answer);
            if (!problems.isEmpty())
                m_notice->set(QStringLiteral("caution"), tr("%1. It was left out.").arg(problems.first().message));
        });
}

void ExperimentScreen::restore(const QJsonObject& config, const NamedConfig& baseline)
{
    open(baseline);
    const auto catalog = m_form->draft().catalog();
    if (catalog)
        m_form->setDraft(Draft::fromConfig(catalog, config), tr("Restore"));
    else
        m_toEdit = config;
}

NamedConfig ExperimentScreen::baseline() const { return {m_baseline->currentText(), m_form->baseline().config()}; }

bool ExperimentScreen::set(const QString& key, const QJsonValue& value)
{
    if (!m_form->set(key, value)) return false;
    m_search->clear();
    m_form->reveal(key);
    return true;
}

bool ExperimentScreen::canTrain() const { return m_form->draft().catalog() && !m_errors; }

void ExperimentScreen::train()
{
    if (!canTrain()) return;
    Q_EMIT trainAsked(m_name->text().trimmed().isEmpty() ? automaticName() : m_name->text().trimmed(), config());
    m_name->clear();
}

QString ExperimentScreen::automaticName() const
{
    const Draft& draft = m_form->draft();
    QStringList parts;
    const QStringList named{"objective", "dataset"};
    for (const QString& key : named)
        if (!draft.component(key).isEmpty()) parts << draft.component(key);
    const QVector<DraftChange> changes = draft.changesFrom(m_form->baseline());
    if (changes.size() == 1 && !named.contains(changes.first().key))
        parts << changes.first().label.toLower() + u' ' + changes.first().now;
    return parts.join(u' ').left(80);
}

void ExperimentScreen::edited()
{
    m_name->setPlaceholderText(automaticName());
    showChanges();
    m_validation.start(validationMs);
    m_estimation.stop();
    Q_EMIT draftEdited();
}

void ExperimentScreen::showChanges()
{
    const Draft& draft = m_form->draft();
    const QVector<DraftChange> changes = draft.changesFrom(m_form->baseline());
    QFont font = m_chip->font();
    font.setBold(!changes.isEmpty());
    m_chip->setFont(font);
    m_chip->setText(changes.isEmpty() ? tr("no changes") : tr("%n change(s)", nullptr, int(changes.size())));
    m_reset->setVisible(!changes.isEmpty());
    m_hint->setText(changes.size() == 1  ? tr("One change at a time: what differs will be its doing.")
                    : changes.size() > 1 ? tr("Several changes at once: their effects cannot be told apart.")
                                         : QString());
    QStringList parts;
    for (const SectionSpec& section : draft.catalog()->sections())
        if (const ComponentSpec* component = section.component(draft.component(section.key))) parts << component->title;
    QStringList lines{parts.join(QStringLiteral(" · "))};
    for (const DraftChange& change : changes.mid(0, 4))
        lines << tr("%1: %2, was %3").arg(change.label, change.now, change.was);
    if (changes.size() > 4) lines << tr("and %n more change(s)", nullptr, int(changes.size()) - 4);
    m_plan->setSummary(lines.join(u'\n'));
}

void ExperimentScreen::validate()
{
    if (!m_form->draft().catalog()) return;
    m_target->ask(QStringLiteral("validate"), {{"config", config()}}, this, [this](const Target::Reply& reply) {
        if (!reply.ok) return; // the engine's state says what is wrong; a check that failed is no error of the draft
        const QVector<Problem> problems = problemsIn(reply.answer);
        if (hasError(problems) || !m_network) return showProblems(problems);
        m_network->ask(m_form->draft(), [this, problems](const QString& key, const QString& message) {
            // what only shows when the networks are put together
            showProblems(key.isEmpty() ? problems
                                       : problems + QVector<Problem>{{QStringLiteral("error"), key, message, {}, {}}});
            if (m_errors) return;
            m_plan->setCost(tr("Finding out how long it takes…"));
            m_estimation.start(estimationMs);
        });
    });
}

void ExperimentScreen::showProblems(const QVector<Problem>& problems)
{
    m_form->setProblems(problems);
    m_errors = hasError(problems);
    m_plan->setProblems(problems, [this](const QString& key) { return m_form->labelOf(key); });
    m_plan->setReady(canTrain());
    if (m_errors) m_plan->setCost(tr("Training is possible once this is mended:"));
}

void ExperimentScreen::estimate()
{
    m_target->ask(QStringLiteral("estimate"), {{"config", config()}}, this, [this](const Target::Reply& reply) {
        if (m_errors) return;
        m_plan->setCost(reply.ok ? costSentence(reply.answer) : reply.message, reply.answer["basis"].toString());
    });
}

void ExperimentScreen::showState()
{
    const bool failed = m_target->state() == Target::State::Failed;
    m_waiting->setText(failed ? m_target->sentence() : tr("The engine is starting; the form comes from it."));
    m_retry->setVisible(failed);
    m_plan->setReady(canTrain());
}

void ExperimentScreen::copyAsText()
{
    QApplication::clipboard()->setText(QString::fromUtf8(QJsonDocument(config()).toJson()));
}

void ExperimentScreen::openFile()
{
    const QString path = QFileDialog::getOpenFileName(this, tr("Open a run.json"), {}, tr("Settings (*.json)"));
    if (path.isEmpty()) return;
    const QJsonObject config = readJsonObject(path);
    if (!config.isEmpty()) {
        open({QFileInfo(path).fileName(), config});
        return;
    }
    m_notice->set(QStringLiteral("problem"),
                  tr("%1 is no run.json: it holds no JSON object. Nothing was changed.").arg(path));
    m_notice->show();
}

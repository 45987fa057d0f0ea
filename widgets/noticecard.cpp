// SPDX-License-Identifier: GPL-3.0-or-later
#include "noticecard.h"

#include "draft.h"
#include "numbertext.h"
#include "theme.h"

#include <QDesktopServices>
#include <QFile>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QToolButton>
#include <QUrl>
#include <algorithm>

namespace {
constexpr int logLines = 3, logBytes = 8192;

QString failureMessage(const RunFeed& feed)
{
    const RunLog& log = feed.log();
    for (auto notice = log.notices().crbegin(); notice != log.notices().crend(); ++notice)
        if (notice->kind == Notice::Error) return notice->message;
    if (!feed.status().message.isEmpty()) return feed.status().message;
    switch (feed.state()) {
    case RunState::Diverged: return NoticeCard::tr("The loss is no longer a number, so the run was ended.");
    case RunState::Interrupted:
        return NoticeCard::tr("The training was interrupted: its process is gone. Nothing that was written is lost.");
    default: return NoticeCard::tr("The training ended and did not say why. Its log may tell.");
    }
}

QJsonObject failureFix(const RunLog& log)
{
    for (auto notice = log.notices().crbegin(); notice != log.notices().crend(); ++notice)
        if (notice->kind == Notice::Error) return notice->fix;
    return {};
}
} // namespace

NoticeCard::NoticeCard(QWidget* parent)
    : Card(parent),
      m_icon(new QLabel),
      m_message(new QLabel),
      m_advice(new QLabel),
      m_fix(new QPushButton),
      m_openLog(new QPushButton(tr("Open the log"))),
      m_dismiss(new QToolButton),
      m_log(new QPlainTextEdit)
{
    for (auto* label : {m_message, m_advice}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    m_advice->setForegroundRole(QPalette::PlaceholderText);
    m_dismiss->setAutoRaise(true);
    m_dismiss->setFocusPolicy(Qt::StrongFocus);
    m_dismiss->setToolTip(tr("Dismiss"));
    m_dismiss->setAccessibleName(tr("Dismiss this warning"));
    m_log->setReadOnly(true);
    m_log->setFrameShape(QFrame::NoFrame);
    m_log->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_log->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_log->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    fixed.setPointSizeF(0.85 * font().pointSizeF());
    m_log->setFont(fixed);
    m_log->setAccessibleName(tr("Last lines of the log"));

    auto* first = new QHBoxLayout;
    first->setSpacing(8);
    first->addWidget(m_icon, 0, Qt::AlignTop);
    first->addWidget(m_message, 1);
    for (auto* button : {m_fix, m_openLog}) first->addWidget(button, 0, Qt::AlignTop);
    first->addWidget(m_dismiss, 0, Qt::AlignTop);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 12, 8);
    layout->setSpacing(4);
    layout->addLayout(first);
    layout->addWidget(m_advice);
    layout->addWidget(m_log);

    connect(m_dismiss, &QToolButton::clicked, this, [this] {
        m_dismissed = std::numeric_limits<qsizetype>::max();
        hide();
        Q_EMIT dismissed();
    });
    connect(m_fix, &QPushButton::clicked, this, [this] { Q_EMIT fixRequested(m_fixKey, m_fixValue); });
    connect(m_openLog, &QPushButton::clicked, this,
            [this] { QDesktopServices::openUrl(QUrl::fromLocalFile(m_logPath)); });
    hide();
}

void NoticeCard::clear()
{
    m_dismissed = 0;
    m_failure = false;
    hide();
}

void NoticeCard::setCompact(bool compact)
{
    m_compact = compact;
    m_log->setVisible(m_failure && !compact && !m_log->toPlainText().isEmpty());
}

QString NoticeCard::message() const { return isHidden() ? QString() : m_message->text(); }

void NoticeCard::refresh(const RunFeed& feed)
{
    m_failure =
        feed.state() == RunState::Failed || feed.state() == RunState::Diverged || feed.state() == RunState::Interrupted;
    const auto count = feed.log().notices().size();
    if (m_dismissed > count) m_dismissed = count; // dismissed: what had been said until now
    if (m_failure)
        showFailure(feed);
    else if (count > m_dismissed)
        showWarning(feed.log());
    setVisible(m_failure || count > m_dismissed);
}

void NoticeCard::showWarning(const RunLog& log)
{
    const Notice& notice = log.notices().last();
    const int side = fontMetrics().height();
    m_icon->setPixmap(Theme::instance()->stateIcon(Theme::State::Caution).pixmap(side, side));
    m_message->setFont(font());
    m_message->setText(tr("Step %1: %2").arg(QLocale().toString(notice.step), notice.message));
    m_dismiss->setIcon(Theme::instance()->icon(Theme::Glyph::Close));
    m_dismiss->show();
    QStringList evidence;
    for (auto it = notice.evidence.begin(); it != notice.evidence.end(); ++it)
        evidence << tr("%1: %2", "a measure and its value")
                        .arg(shownText(it.key()).replace(u'_', u' '), shortNumber(it->toDouble(qQNaN())));
    m_message->setToolTip(evidence.join(u'\n'));
    offerFix(log, notice.fix);
    for (QWidget* widget : std::initializer_list<QWidget*>{m_advice, m_openLog, m_log}) widget->hide();
}

void NoticeCard::offerFix(const RunLog& log, const QJsonObject& fix)
{
    m_fixKey = fix["key"].toString();
    m_fixValue = fix["value"];
    m_fix->setVisible(!m_fixKey.isEmpty());
    m_fix->setProperty("primary", true);
    QString setting = m_fixKey.section(u'.', -1).replace(u'_', u' '), value = m_fixValue.toVariant().toString();
    const Draft draft = m_catalog ? Draft::fromConfig(m_catalog, log.config()) : Draft();
    if (const Field* field = m_catalog ? draft.fieldOf(m_fixKey) : nullptr) {
        setting = field->param->label().toLower();
        value = field->param->shownWithUnit(m_fixValue);
    }
    m_fix->setText(tr("Duplicate with %1 %2", "setting, value").arg(setting, value));
}

void NoticeCard::showFailure(const RunFeed& feed)
{
    const RunLog& log = feed.log();
    const bool interrupted = feed.state() == RunState::Interrupted;
    const int side = fontMetrics().height();
    m_icon->setPixmap(
        Theme::instance()->stateIcon(interrupted ? Theme::State::Caution : Theme::State::Problem).pixmap(side, side));
    m_message->setFont(Theme::instance()->section());
    m_message->setText(failureMessage(feed));

    m_message->setToolTip({});
    offerFix(log, failureFix(log));
    const bool canResume = !log.checkpoints().isEmpty() && feed.state() != RunState::Diverged;
    const QLocale locale;
    const QString kept = log.checkpoints().isEmpty()
                             ? tr("Nothing had been kept yet.")
                             : tr("The networks of step %1 are kept.").arg(locale.toString(log.checkpoints().last()));
    const QString advice =
        !m_fixKey.isEmpty() ? tr("What you can try: train again with that setting; all others stay as they were.")
        : canResume         ? tr("What you can try: resume it; it goes on from there as if nothing had happened.")
                    : tr("What you can try: read the last lines of the log, change the setting they name, and train "
                         "again.");
    m_advice->setText(tr("%1 %2", "what is kept; what to try").arg(kept, advice));
    m_advice->show();
    m_dismiss->hide();
    readLog(feed.directory());
}

void NoticeCard::readLog(const QString& directory)
{
    m_logPath = directory + "/log.txt";
    QFile file(m_logPath);
    QStringList lines;
    if (file.open(QIODevice::ReadOnly)) {
        file.seek(std::max<qint64>(0, file.size() - logBytes));
        lines = QString::fromUtf8(file.readAll()).trimmed().split(u'\n', Qt::SkipEmptyParts);
    }
    lines = lines.mid(std::max<qsizetype>(0, lines.size() - logLines));
    m_openLog->setVisible(!lines.isEmpty());
    m_log->setVisible(!lines.isEmpty() && !m_compact);
    m_log->setPlainText(lines.join(u'\n'));
    m_log->setFixedHeight(int(lines.size()) * m_log->fontMetrics().lineSpacing() + 10);
}

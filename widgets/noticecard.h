// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "card.h"
#include "catalog.h"
#include "runfeed.h"

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QToolButton;

/// What a person should know of a run now: its newest warning, which can be dismissed, or why it ended badly, what can
/// be tried, and the last lines of its log. Hidden when there is nothing to say.
class NoticeCard : public Card {
    Q_OBJECT
public:
    explicit NoticeCard(QWidget* parent = nullptr);
    /// Words for settings and their values; without it their keys do.
    void setCatalog(std::shared_ptr<const Catalog> catalog) { m_catalog = std::move(catalog); }
    /// Another run: nothing is dismissed any more.
    void clear();
    void refresh(const RunFeed& feed);

    /// Without the lines of the log, which a button opens.
    void setCompact(bool compact);
    /// The sentence that is shown; empty when hidden.
    QString message() const;

Q_SIGNALS:
    /// Duplicate the run with this setting.
    void fixRequested(const QString& key, const QJsonValue& value);
    void dismissed();

private:
    void showWarning(const RunLog& log);
    void showFailure(const RunFeed& feed);
    void offerFix(const RunLog& log, const QJsonObject& fix);
    void readLog(const QString& directory);

    QLabel *m_icon, *m_message, *m_advice;
    QPushButton *m_fix, *m_openLog;
    QToolButton* m_dismiss;
    QPlainTextEdit* m_log;
    qsizetype m_dismissed = 0;
    bool m_failure = false, m_compact = false;
    std::shared_ptr<const Catalog> m_catalog;
    QString m_fixKey, m_logPath;
    QJsonValue m_fixValue;
};

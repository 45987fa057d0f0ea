// SPDX-License-Identifier: GPL-3.0-or-later
#include "labs.h"

#include <QDesktopServices>
#include <QDir>
#include <QEvent>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QScrollBar>
#include <QTextBlock>
#include <QTextDocument>
#include <QUrl>

namespace {
/// A value as it stands in a link: a JSON literal, else a text.
QJsonValue literal(const QString& text)
{
    const QJsonArray one = QJsonDocument::fromJson("[" + text.toUtf8() + "]").array();
    return one.isEmpty() ? QJsonValue(text) : one.first();
}
} // namespace

Lab parseLab(const QString& id, const QString& text)
{
    Lab lab;
    lab.id = id;
    QString body = text;
    if (body.startsWith(QStringLiteral("---\n"))) {
        const int end = body.indexOf(QStringLiteral("\n---\n"), 3);
        const QString header = body.mid(4, std::max(0, end - 4));
        for (const QString& line : header.split(u'\n')) {
            const QString key = line.section(u':', 0, 0).trimmed(), value = line.section(u':', 1).trimmed();
            if (key == "title") lab.title = value;
            if (key == "summary") lab.summary = value;
            if (key == "minutes") lab.minutes = value.toInt();
        }
        if (end > 0) body = body.mid(end + 5);
    }
    const int begin = body.indexOf(QStringLiteral("```json\n"));
    const int end = body.indexOf(QStringLiteral("\n```"), begin + 8);
    if (begin >= 0 && end > begin) {
        lab.run = QJsonDocument::fromJson(body.mid(begin + 8, end - begin - 8).toUtf8()).object();
        body.remove(begin, end + 4 - begin);
    }
    lab.markdown = body.trimmed();
    return lab;
}

QVector<Lab> readLabs(const QString& folder)
{
    QVector<Lab> labs;
    for (const QFileInfo& sheet : QDir(folder).entryInfoList({QStringLiteral("*.md")}, QDir::Files, QDir::Name)) {
        QFile file(sheet.filePath());
        if (!file.open(QIODevice::ReadOnly)) continue;
        Lab lab = parseLab(sheet.baseName(), QString::fromUtf8(file.readAll()));
        const QString recording = folder + "/" + lab.id;
        if (QFileInfo::exists(recording + "/events.jsonl")) lab.recording = recording;
        if (!lab.title.isEmpty()) labs << lab;
    }
    return labs;
}

LabSheet::LabSheet(QWidget* parent) : QTextBrowser(parent)
{
    setOpenLinks(false);
    setFrameShape(QFrame::NoFrame);
    setAccessibleName(tr("Lab sheet"));
    document()->setDocumentMargin(12);
    document()->setIndentWidth(16);
    setMinimumWidth(fontMetrics().averageCharWidth() * 30);
    connect(this, &QTextBrowser::anchorClicked, this, &LabSheet::act);
}

void LabSheet::setLab(const Lab& lab)
{
    m_id = lab.id;
    m_markdown = lab.markdown;
    render();
    verticalScrollBar()->setValue(0);
}

void LabSheet::render()
{
    const int place = verticalScrollBar()->value();
    document()->setMarkdown(m_markdown, QTextDocument::MarkdownDialectGitHub);
    // Qt's headings are larger than the two text sizes of a screen; its paragraphs stand too close
    for (QTextBlock block = document()->begin(); block.isValid(); block = block.next()) {
        QTextCursor cursor(block);
        QTextBlockFormat format = block.blockFormat();
        const int level = format.headingLevel();
        format.setLineHeight(130, QTextBlockFormat::ProportionalHeight);
        format.setTopMargin(level ? 12 : 2);
        format.setBottomMargin(level ? 2 : 6);
        cursor.setBlockFormat(format);
        if (!level) continue;
        cursor.select(QTextCursor::BlockUnderCursor);
        QTextCharFormat heading;
        heading.setProperty(QTextFormat::FontSizeAdjustment, 0);
        heading.setFontPointSize(font().pointSizeF() * (level <= 1 ? 1.15 : 1));
        heading.setFontWeight(QFont::DemiBold);
        cursor.mergeCharFormat(heading);
    }
    moveCursor(QTextCursor::Start);
    verticalScrollBar()->setValue(place);
}

void LabSheet::changeEvent(QEvent* event)
{
    QTextBrowser::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange)
        render(); // links take its colour
}

void LabSheet::act(const QUrl& link)
{
    if (link.scheme() != QLatin1String("action")) {
        if (link.scheme() == QLatin1String("https")) QDesktopServices::openUrl(link);
        return;
    }
    const QString path = link.path(QUrl::FullyDecoded);
    const QString verb = path.section(u'/', 0, 0), rest = path.section(u'/', 1);
    if (verb == "train") Q_EMIT trainAsked();
    if (verb == "screen") Q_EMIT screenAsked(rest);
    if (verb == "set") Q_EMIT setAsked(rest.section(u'=', 0, 0), literal(rest.section(u'=', 1)));
    if (verb == "predict") Q_EMIT predicted(rest);
}

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QJsonObject>
#include <QString>
#include <QTextBrowser>
#include <QVector>

/// A lab sheet: Markdown with a header of `key: value` lines between two `---`, and one block of JSON, the lab's run.
struct Lab {
    QString id, title, summary;
    int minutes = 0;
    QString markdown;  ///< what people read: without header and JSON
    QJsonObject run;   ///< run.json of the lab; empty where there is none
    QString recording; ///< a recorded run's directory beside the sheet, or empty
};

/// All sheets of a folder, by file name. A sheet without a title is left out.
QVector<Lab> readLabs(const QString& folder);
/// One sheet's text.
Lab parseLab(const QString& id, const QString& text);

/// Shows a sheet. Links act: action:train, action:screen/live, action:set/objective.temperature=0.1,
/// action:predict/rises.
class LabSheet : public QTextBrowser {
    Q_OBJECT
public:
    explicit LabSheet(QWidget* parent = nullptr);
    void setLab(const Lab& lab);
    QString lab() const { return m_id; }

Q_SIGNALS:
    void trainAsked();
    void screenAsked(const QString& name);
    void setAsked(const QString& key, const QJsonValue& value);
    void predicted(const QString& text);

protected:
    void changeEvent(QEvent* event) override;

private:
    void act(const QUrl& link);
    void render();
    QString m_id, m_markdown;
};

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QPointer>
#include <QWidget>

class RunFeed;
class RunHeader;
class RunModel;

/// The run that an engine works on, in one line on top of every screen that does not show it already.
class RunBar : public QWidget {
    Q_OBJECT
public:
    explicit RunBar(RunModel* runs, QWidget* parent = nullptr);
    /// The run that the screen shows itself; null for none.
    void setShownElsewhere(const RunFeed* feed);

Q_SIGNALS:
    void openAsked(const QString& directory);
    /// Something could not be done; a sentence.
    void failed(const QString& sentence);

private:
    void refresh();
    RunModel* m_runs;
    RunHeader* m_header;
    QPointer<RunFeed> m_feed;
    const RunFeed* m_elsewhere = nullptr;
};

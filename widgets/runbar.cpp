// SPDX-License-Identifier: GPL-3.0-or-later
#include "runbar.h"
#include "runheader.h"
#include "runmodel.h"

#include <QHBoxLayout>
#include <QPushButton>

RunBar::RunBar(RunModel* runs, QWidget* parent) : QWidget(parent), m_runs(runs), m_header(new RunHeader(this))
{
    m_header->setSecond();
    auto* open = new QPushButton(tr("Show it"), this);
    open->setToolTip(tr("Open this run on the Live screen"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 4, 12, 4);
    row->addWidget(m_header, 1);
    row->addWidget(open, 0, Qt::AlignTop);
    connect(open, &QPushButton::clicked, this, [this] {
        if (m_feed) Q_EMIT openAsked(m_feed->directory());
    });
    connect(m_header, &RunHeader::requested, this, [this](const QString& what) {
        if (m_feed && m_feed->request(what).isEmpty()) Q_EMIT failed(m_feed->error());
    });
    connect(runs, &RunModel::activityChanged, this, &RunBar::refresh);
    connect(runs, &QAbstractItemModel::dataChanged, this, &RunBar::refresh);
    refresh();
}

void RunBar::setShownElsewhere(const RunFeed* feed)
{
    m_elsewhere = feed;
    refresh();
}

void RunBar::refresh()
{
    m_feed = m_runs->activeFeed();
    setVisible(m_feed && m_feed != m_elsewhere);
    if (isVisible()) m_header->refresh(*m_feed, m_runs->name(m_runs->rowOf(m_feed->directory())));
}

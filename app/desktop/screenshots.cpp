// SPDX-License-Identifier: GPL-3.0-or-later
#include "screenshots.h"
#include "livescreen.h"
#include "mainwindow.h"
#include "target.h"
#include "theme.h"

#include <QApplication>
#include <QDir>
#include <QPixmap>

namespace {
constexpr int waitMs = 500, mostWaits = 360, settleMs = 1500;
}

Screenshots::Screenshots(MainWindow* window, const QString& folder)
    : QObject(window),
      m_window(window),
      m_folder(folder)
{
    QDir().mkpath(folder);
    connect(&m_timer, &QTimer::timeout, this, &Screenshots::wait);
    m_timer.start(waitMs);
}

void Screenshots::wait()
{
    const RunFeed* run = m_window->live()->run();
    const bool drawn = !run || run->log().layouts().size() >= 4 || run->log().finished();
    const bool ready = m_window->target()->state() != Target::State::Starting && drawn;
    if (!ready && ++m_waits < mostWaits) return;
    m_timer.disconnect();
    connect(&m_timer, &QTimer::timeout, this, &Screenshots::next);
    m_timer.start(settleMs);
}

void Screenshots::next()
{
    const RunFeed* run = m_window->live()->run();
    const bool paints = run && !run->log().previews().isEmpty();
    const QStringList names =
        paints ? QStringList{"reconstruction"} : QStringList{"start", "data", "experiment", "live"};
    if (m_shot > 0) {
        const int last = m_shot - 1;
        const QString look = last >= names.size() ? "dark" : "light";
        m_window->grab().save(QStringLiteral("%1/%2-%3.png").arg(m_folder, names[last % names.size()], look));
    }
    if (m_shot == 2 * names.size()) return qApp->quit();
    Theme::instance()->setMode(m_shot >= names.size() ? Theme::Mode::Dark : Theme::Mode::Light);
    m_window->show(paints ? MainWindow::Live : MainWindow::Screen(m_shot % names.size()));
    m_window->live()->showReconstructions();
    ++m_shot;
}
